"""Packed transformers give the same results as the original ones."""

from __future__ import annotations

from copy import deepcopy

import open_clip
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


def test_every_block_is_packed_and_nothing_else():
    network = tower()
    pack(network)
    kinds = [type(module) for module in network.modules()]
    assert kinds.count(PackedAttention) == 3
    assert kinds.count(PackedLinear) == 3 * 4
    assert torch.nn.MultiheadAttention not in kinds
    assert next(network.parameters()).dtype == torch.bfloat16


def test_gelu_is_taken_over_only_where_it_is_the_exact_one():
    exact, quick = tower(), tower(act_layer=QuickGELU)
    for network in (exact, quick):
        pack(network)
    assert isinstance(exact.transformer.resblocks[0].mlp.gelu, torch.nn.Identity)
    assert isinstance(quick.transformer.resblocks[0].mlp.gelu, QuickGELU)


def test_a_network_of_another_kind_stays_as_it_is():
    network = torch.nn.Sequential(torch.nn.Linear(4, 4))
    pack(network)
    assert isinstance(network[0], torch.nn.Linear)


def test_blocks_of_the_open_clip_that_is_installed_have_the_parts_that_are_replaced():
    block = open_clip.transformer.ResidualAttentionBlock(8, 2)
    assert {"attn", "mlp"} <= dict(block.named_children()).keys()
    assert [name for name, _ in block.mlp.named_children()] == ["c_fc", "gelu", "c_proj"]


def test_only_processors_are_packed_for():
    assert not can_be_packed(torch.device("cuda"))
