import open_clip
import pytest
import torch
from safetensors.torch import save_file
from torch.nn.functional import normalize

from catalog.base.errors import ModelError
from models.networks.clip import architecture_config, build, create_clip, encode_images
from models.networks.texts import _tokens, encode_styles, encode_texts, tokenizer


@pytest.fixture(scope="module")
def tiny():
    torch.manual_seed(0)
    return build("artcat-tiny", 96)


@pytest.mark.parametrize("size", [64, 96])
def test_the_tiny_clip_takes_other_sizes(size):
    clip = create_clip("artcat-tiny", size)
    assert clip.preprocessing.image_size == size
    network = clip.network.eval()
    vectors = encode_images(network, torch.rand(2, 3, size, size))
    assert vectors.shape == (2, 192)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)
    assert 9_500_000 < sum(p.numel() for p in network.parameters()) < 10_500_000


def test_a_style_is_the_mean_direction_of_its_prompts(tiny):
    with torch.no_grad():
        vectors = encode_styles(tiny.eval(), "artcat-tiny", ["Baroque", "Art Nouveau"])
        one = encode_texts(tiny, "artcat-tiny", ["an Art Nouveau painting"])
    assert vectors.shape == (2, 192)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)
    assert float(one @ vectors[1]) > float(one @ vectors[0])


@pytest.mark.parametrize("text", ["", "a painting", "Ölbild, 1890; “View”", "a word " * 60])
def test_texts_become_the_tokens_of_open_clip(text):
    assert torch.equal(_tokens("artcat-tiny", text), tokenizer("artcat-tiny")([text])[0])


@pytest.mark.parametrize("texts", [["a", "an artwork of the Baroque period"], ["a word " * 60]])
def test_texts_are_read_as_at_their_full_length(tiny, texts):
    tiny.eval()
    whole = normalize(tiny.encode_text(tokenizer("artcat-tiny")(texts)), dim=-1)
    wanted = torch.autograd.grad(whole[0, 0], tiny.token_embedding.weight)[0]
    vectors = encode_texts(tiny, "artcat-tiny", texts)
    assert torch.allclose(vectors, whole, atol=1e-6)
    learned = (tiny.token_embedding.weight, tiny.positional_embedding)
    found, moved = torch.autograd.grad(vectors[0, 0], learned)
    assert torch.allclose(found, wanted, atol=1e-6)
    assert moved.any()


@pytest.mark.parametrize(("name", "save"), [("w.safetensors", save_file), ("w.pt", torch.save)])
def test_weights_of_a_file_are_used_without_a_network(tiny, tmp_path, monkeypatch, name, save):
    def refuse(*args, **kwargs):
        raise AssertionError("a file needs no download")

    monkeypatch.setattr(open_clip, "download_pretrained", refuse)
    save(tiny.state_dict(), tmp_path / name)
    clip = create_clip("artcat-tiny", 96, str(tmp_path / name))
    assert clip.architecture == "artcat-tiny"
    for key, tensor in tiny.state_dict().items():
        assert torch.equal(clip.network.state_dict()[key], tensor)


def test_weights_of_another_architecture_are_refused_by_name(tiny, tmp_path):
    save_file(tiny.state_dict(), tmp_path / "w.safetensors")
    with pytest.raises(ModelError) as caught:
        create_clip("artcat-tiny", 64, str(tmp_path / "w.safetensors"))
    assert str(caught.value).endswith(
        "w.safetensors into artcat-tiny at 64 pixels does not fit: of another shape: "
        "visual.attnpool.positional_embedding is [10, 768], not [5, 768]"
    )
    with pytest.raises(
        ModelError, match=r"into ViT-S-32-alt at 224 pixels does not fit: missing: "
    ):
        create_clip("ViT-S-32-alt", 224, str(tmp_path / "w.safetensors"))


@pytest.mark.parametrize(
    ("architecture", "said"),
    [
        ("VGG", "unknown CLIP architecture 'VGG'"),
        ("hf-hub:some/model", "unknown CLIP architecture 'hf-hub:some/model'"),
        ("local-dir:/tmp", "unknown CLIP architecture 'local-dir:/tmp'"),
        ("ViT-B-16-SigLIP", "another tokenizer"),
        ("coca_ViT-B-32", "another tokenizer"),
    ],
)
def test_other_architectures_are_refused(architecture, said):
    with pytest.raises(ModelError, match=said) as caught:
        create_clip(architecture, 224)
    assert "\n" not in str(caught.value)


def test_an_unknown_tag_is_refused_with_those_that_are_known():
    with pytest.raises(
        ModelError, match=r"unknown pretrained weights 'best' for ViT-B-32: .*openai"
    ):
        create_clip("ViT-B-32", 224, "best")
    with pytest.raises(ModelError, match="choose one of none"):
        create_clip("artcat-tiny", 96, "openai")


def test_openai_weights_get_their_own_activation(tiny, tmp_path, monkeypatch):
    described = architecture_config("artcat-tiny")
    known = open_clip.get_model_config
    described |= {"quick_gelu": True}
    monkeypatch.setattr(
        open_clip, "get_model_config", lambda n: described if n.endswith("gelu") else known(n)
    )
    weights = {name: tensor.half() for name, tensor in tiny.state_dict().items()}
    extras = {"input_resolution": torch.tensor(96), "context_length": torch.tensor(40)}
    torch.save(weights | extras, tmp_path / "openai.pt")
    clip = create_clip("artcat-tiny", 96, str(tmp_path / "openai.pt"))
    assert clip.architecture == "artcat-tiny-quickgelu"
    assert type(clip.network.transformer.resblocks[0].mlp.gelu).__name__ == "QuickGELU"
    assert clip.network.token_embedding.weight.dtype == torch.float32


def test_a_tags_own_preprocessing_is_taken_over(tiny, tmp_path, monkeypatch):
    save_file(tiny.state_dict(), tmp_path / "w.safetensors")
    source = {"mean": (0.5, 0.5, 0.5), "std": (0.4, 0.4, 0.4), "resize_mode": "squash"}
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda *_: source)
    monkeypatch.setattr(open_clip, "download_pretrained", lambda _: tmp_path / "w.safetensors")
    preprocessing = create_clip("artcat-tiny", 96, "some_tag").preprocessing
    assert preprocessing.mean == (0.5, 0.5, 0.5)
    assert preprocessing.resize == "squash"
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda *_: {"resize_mode": "longest"})
    with pytest.raises(ModelError, match="scaled by 'longest'"):
        create_clip("artcat-tiny", 96, "some_tag")
