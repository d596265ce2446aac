"""Layer-wise learning rates of a CLIP: lower for early layers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TEXT_STEMS = ("token_embedding", "positional_embedding", "cls_emb")
_VISUAL_STEMS = ("conv", "bn", "class_embedding", "positional_embedding", "ln_pre", "patchnorm")
# of timm's networks, which open_clip calls trunk: all that comes before the blocks
_TRUNK = "trunk."
_TRUNK_STEMS = ("conv_stem", "bn1", "stem", "conv1", "patch_embed", "pos_embed", "cls_token")
_BLOCK = re.compile(r"(blocks\.|stages\.|layer)(\d+)\.")


def layer_scales(names: Iterable[str], decay: float) -> dict[str, float]:
    """Return the factor of each weight's learning rate: `decay` once for each layer above it.

    Each tower is counted separately. The last layer of a tower (its projection, its last norm)
    and the scale of similarities have 1, the embedding of pixels and words least. Source: Clark
    et al. 2020, ELECTRA, layer-wise learning rate decay; Bao et al. 2022, BEiT, for images.

    Args:
        names: of the weights, as open_clip and timm name them.
        decay: over 0, at most 1.
    """
    depths = {name: (_tower(name), _depth(name)) for name in names}
    tops: dict[str, int] = {}
    for tower, depth in depths.values():
        tops[tower] = max(tops.get(tower, 0), depth or 0)
    return {
        name: 1.0 if depth is None else decay ** (tops[tower] + 1 - depth)
        for name, (tower, depth) in depths.items()
    }


def _tower(name: str) -> str:
    return "visual" if name.startswith("visual.") else "text"


def _depth(name: str) -> int | None:
    """Return 0 for the embedding, 1 and up for the blocks, None for what comes after them."""
    own = name.removeprefix("visual.").removeprefix("text.")
    if block := _BLOCK.search(own):
        # blocks of a transformer or an EfficientNet count from 0, stages of a ResNet from 1
        return int(block[2]) + (block[1] != "layer")
    stems: tuple[str, ...] = _VISUAL_STEMS if name.startswith("visual.") else _TEXT_STEMS
    if own.startswith(_TRUNK):
        own, stems = own.removeprefix(_TRUNK), _TRUNK_STEMS
    return 0 if own.startswith(stems) else None
