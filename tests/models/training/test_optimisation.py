import pytest
import torch

from models.networks.clip import build
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


SCALES = {
    "artcat-tiny": {
        **{"visual.conv1.weight": 5, "visual.layer1.0.conv1.weight": 4},
        **{"visual.layer4.0.conv1.weight": 1, "visual.attnpool.q_proj.weight": 0},
        **{"logit_scale": 0, "token_embedding.weight": 4, "positional_embedding": 4},
        **{f"transformer.resblocks.{n}.attn.in_proj_weight": 3 - n for n in (0, 2)},
        **{"ln_final.weight": 0, "text_projection": 0},
    },
    "artcat-lite": {
        **{"visual.trunk.conv_stem.weight": 8, "visual.trunk.bn1.bias": 8},
        **{"visual.trunk.blocks.0.0.conv_dw.weight": 7, "visual.trunk.blocks.6.0.bn3.weight": 1},
        **{"transformer.resblocks.0.ln_1.weight": 3, "token_embedding.weight": 4},
        **{"text_projection": 0, "logit_scale": 0},
    },
}


@pytest.mark.parametrize(("architecture", "layers"), SCALES.items())
def test_deeper_layers_learn_faster(architecture, layers):
    network = build(architecture, 64)
    config = resolve_config("clip", architecture=architecture, layer_decay=0.5)
    names = {id(value): name for name, value in network.named_parameters()}
    scale = {
        names[id(value)]: group["rate_scale"]
        for group in make_optimizer(config, network).param_groups
        for value in group["params"]
    }
    assert len(scale) == len(names)
    assert {name: scale[name] for name in layers} == {n: 0.5**d for n, d in layers.items()}


def test_the_names_of_other_networks_are_known():
    vit = ["visual.class_embedding", "visual.transformer.resblocks.11.ln_1.weight", "visual.proj"]
    assert list(layer_scales(vit, 0.9).values()) == pytest.approx([0.9**13, 0.9, 1.0])
    timm = ("conv_head", "bn2", "patch_embed.proj", "stages.3.blocks.2.norm")
    scales = layer_scales([f"visual.trunk.{name}.weight" for name in timm], 0.5)
    assert list(scales.values()) == [1.0, 1.0, 0.5**5, 0.5]


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
