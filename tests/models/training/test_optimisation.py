import pytest
import torch

from models.networks.clip import create_clip
from models.presets import resolve_config
from models.training.optimisation import layer_scales, learning_rate, make_optimizer, optimizer_step


def test_the_rate_rises_then_falls_by_a_cosine():
    config = resolve_config("clip", learning_rate=1.0, warmup=0.1)
    rates = [learning_rate(config, step, 100) for step in range(100)]
    assert rates[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[-1] < 0.001


def test_the_rate_stays_constant_if_configured():
    config = resolve_config("cnn")
    assert {learning_rate(config, step, 10) for step in range(10)} == {1e-3}


def test_deeper_layers_learn_faster():
    network = create_clip("artcat-tiny", 64).network
    optimizer = make_optimizer(
        resolve_config("clip", architecture="artcat-tiny", layer_decay=0.5), network
    )
    names = {id(value): name for name, value in network.named_parameters()}
    scale = {
        names[id(value)]: group["rate_scale"]
        for group in optimizer.param_groups
        for value in group["params"]
    }
    assert len(scale) == len(names)
    assert scale["visual.conv1.weight"] == 0.5**5
    assert scale["visual.layer1.0.conv1.weight"] == 0.5**4
    assert scale["visual.layer4.0.conv1.weight"] == 0.5
    assert scale["visual.attnpool.q_proj.weight"] == scale["logit_scale"] == 1.0
    assert scale["token_embedding.weight"] == scale["positional_embedding"] == 0.5**4
    assert scale["transformer.resblocks.0.attn.in_proj_weight"] == 0.5**3
    assert scale["transformer.resblocks.2.attn.in_proj_weight"] == 0.5
    assert scale["ln_final.weight"] == scale["text_projection"] == 1.0


def test_the_names_of_a_vision_transformer_are_known():
    names = ["visual.class_embedding", "visual.transformer.resblocks.11.ln_1.weight", "visual.proj"]
    assert list(layer_scales(names, 0.9).values()) == pytest.approx([0.9**13, 0.9, 1.0])


def test_only_matrices_decay():
    config = resolve_config("clip", weight_decay=0.3, betas=(0.8, 0.9))
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.LayerNorm(3))
    optimizer = make_optimizer(config, network)
    assert isinstance(optimizer, torch.optim.AdamW)
    decayed, kept = optimizer.param_groups
    assert [tuple(p.shape) for p in decayed["params"]] == [(3, 2)]
    assert len(kept["params"]) == 3
    assert (decayed["weight_decay"], kept["weight_decay"]) == (0.3, 0.0)
    assert decayed["betas"] == (0.8, 0.9)
    plain = make_optimizer(resolve_config("cnn"), network)
    assert type(plain) is torch.optim.Adam


@pytest.mark.parametrize(("clip", "moved"), [(None, 8.0), (1.0, 1.0), (100.0, 8.0)])
def test_the_gradient_is_clipped(clip, moved):
    weight = torch.nn.Parameter(torch.tensor([4.0]))
    optimizer = torch.optim.SGD([{"params": [weight], "rate_scale": 0.5}], lr=123)
    (weight**2).sum().backward()
    optimizer_step(optimizer, 2.0, clip)
    assert float(4 - weight.detach()) == pytest.approx(moved, rel=1e-4)
