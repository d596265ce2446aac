"""Transformers with weights prepacked for the CPU's matrix products.

A product in bfloat16 first reorders both factors; for weights, which stay
the same, once is enough. The two operators of torch are those that its compiler uses instead
of linear layers (`torch._inductor.fx_passes.mkldnn_fusion`), without the minute that compiling
takes. Where torch or the CPU lacks them, the network is left as it is.
"""

from __future__ import annotations

import torch
from open_clip.transformer import ResidualAttentionBlock
from torch import Tensor, nn
from torch.nn import functional


def can_be_packed(device: torch.device) -> bool:
    """Return whether this CPU multiplies in bfloat16, and this torch has the operators."""
    operators = torch.ops.mkldnn
    names = ("_reorder_linear_weight", "_linear_pointwise", "_is_mkldnn_bf16_supported")
    there = device.type == "cpu" and all(hasattr(operators, name) for name in names)
    return there and bool(operators._is_mkldnn_bf16_supported())


def pack(network: nn.Module) -> None:
    """Pack the attention and the two layers after it of each block, in place, for inference only.

    The network is an image tower in bfloat16 on a CPU; blocks of other kinds stay as they are.
    """
    for block in network.modules():
        if not isinstance(block, ResidualAttentionBlock):
            continue
        if block.attn._qkv_same_embed_dim and block.attn.batch_first:
            block.attn = PackedAttention(block.attn)
        exact = isinstance(block.mlp.gelu, nn.GELU) and block.mlp.gelu.approximate == "none"
        block.mlp.c_fc = PackedLinear(block.mlp.c_fc.weight, block.mlp.c_fc.bias, gelu=exact)
        block.mlp.c_proj = PackedLinear(block.mlp.c_proj.weight, block.mlp.c_proj.bias)
        if exact:
            block.mlp.gelu = nn.Identity()


class PackedLinear(nn.Module):
    """A linear layer, with GELU after it on request."""

    def __init__(self, weight: Tensor, bias: Tensor | None, *, gelu: bool = False) -> None:
        super().__init__()
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach())
        self.bias = None if bias is None else bias.detach()
        self.behind = ("gelu", "none") if gelu else ("none", "")

    def forward(self, rows: Tensor) -> Tensor:
        """Map rows `[..., in]` to `[..., out]`."""
        name, algorithm = self.behind
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self.weight, self.bias, name, [], algorithm
        )
        return result


class PackedAttention(nn.Module):
    """Self-attention, as `nn.MultiheadAttention` computes it in evaluation."""

    def __init__(self, attention: nn.MultiheadAttention) -> None:
        super().__init__()
        self.heads = attention.num_heads
        self.three = PackedLinear(attention.in_proj_weight, attention.in_proj_bias)
        self.out = PackedLinear(attention.out_proj.weight, attention.out_proj.bias)

    def forward(
        self, tokens: Tensor, *_: Tensor, attn_mask: Tensor | None = None, **__: bool
    ) -> tuple[Tensor, None]:
        """Map tokens `[n, length, width]` to the same shape; they are queries, keys and values."""
        images, length, width = tokens.shape
        by_head = self.three(tokens).view(images, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = by_head.unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask)
        return self.out(seen.transpose(1, 2).reshape(images, length, width)), None
