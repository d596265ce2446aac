"""Packed transformers give the same results as the original ones."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from open_clip.transformer import QuickGELU, VisionTransformer
from torch.nn import functional

from models.networks.packed import PackedAttention, PackedLinear, can_be_packed, pack

CPU = torch.device("cpu")


def tower(**kwargs: object) -> VisionTransformer:
    torch.manual_seed(0)
    of_size = {"image_size": 32, "patch_size": 8, "width": 64, "layers": 3, "heads": 4}
    network = VisionTransformer(**of_size, mlp_ratio=4, output_dim=32, **kwargs)
    return network.eval().to(torch.bfloat16)


@pytest.fixture(scope="module", autouse=True)
def _possible():
    if not can_be_packed(CPU):
        pytest.skip("this processor has no products in bfloat16")


@pytest.mark.parametrize("activation", [torch.nn.GELU, QuickGELU])
@pytest.mark.parametrize("images", [1, 2, 7])
def test_the_same_vectors(activation, images):
    plain = tower(act_layer=activation)
    packed = deepcopy(plain)
    pack(packed)
    pixels = torch.randn(images, 3, 32, 32, dtype=torch.bfloat16)
    with torch.inference_mode():
        alike = functional.cosine_similarity(plain(pixels).float(), packed(pixels).float())
    assert alike.min() > 0.999


# GELU is taken over only where it is the exact one
@pytest.mark.parametrize(
    ("activation", "left"), [(torch.nn.GELU, torch.nn.Identity), (QuickGELU, QuickGELU)]
)
def test_every_block_is_packed_and_nothing_else(activation, left):
    network = tower(act_layer=activation)
    pack(network)
    kinds = [type(module) for module in network.modules()]
    assert kinds.count(PackedAttention) == 3
    assert kinds.count(PackedLinear) == 3 * 4
    assert torch.nn.MultiheadAttention not in kinds
    assert isinstance(network.transformer.resblocks[0].mlp.gelu, left)
    assert next(network.parameters()).dtype == torch.bfloat16
    other = torch.nn.Sequential(torch.nn.Linear(4, 4))
    pack(other)
    assert isinstance(other[0], torch.nn.Linear)


def test_only_processors_are_packed_for():
    assert not can_be_packed(torch.device("cuda"))
