"""The optimizer of a configuration, and its learning rate schedule."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from models.config import TrainConfig

SCALE = "rate_scale"
"""Key in each parameter group: factor of the learning rate."""

_TEXT_STEMS = ("token_embedding", "positional_embedding", "cls_emb")
_VISUAL_STEMS = ("conv", "bn", "class_embedding", "positional_embedding", "ln_pre", "patchnorm")
# of timm's networks, which open_clip calls trunk: all that comes before the blocks
_TRUNK = "trunk."
_TRUNK_STEMS = ("conv_stem", "bn1", "stem", "conv1", "patch_embed", "pos_embed", "cls_token")
_BLOCK = re.compile(r"(blocks\.|stages\.|layer)(\d+)\.")


def make_optimizer(config: TrainConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Create Adam or AdamW; weight decay applies to matrices only, not to biases, norms and scales.

    With layer decay, weights further from the output have a smaller learning rate.
    """
    trained = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    scales = layer_scales((name for name, _ in trained), config.layer_decay)
    groups: dict[tuple[bool, float], list[Tensor]] = defaultdict(list)
    for name, tensor in trained:
        groups[tensor.ndim > 1, scales[name]].append(tensor)
    make = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    # fused: one pass over the large table of word vectors instead of five
    decays = {True: config.weight_decay, False: 0.0}
    return make(
        [
            {"params": tensors, "weight_decay": decays[is_matrix], SCALE: scale}
            for (is_matrix, scale), tensors in groups.items()
        ],
        lr=config.learning_rate,
        betas=config.betas,
        fused=True,
    )


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """Return the learning rate of a step: linear warm-up, then constant or cosine decay.

    `step`, from 0, is one of the `steps` of the whole training run.
    """
    rising = round(config.warmup * steps)
    if step < rising:
        return config.learning_rate * (step + 1) / rising
    if config.schedule == "constant":
        return config.learning_rate
    done = (step - rising) / max(steps - rising, 1)
    return config.learning_rate * (1 + math.cos(math.pi * done)) / 2


def optimizer_step(optimizer: torch.optim.Optimizer, rate: float, clip: float | None) -> None:
    """Make an optimizer step with the gradients clipped to a common norm of `clip`."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group[SCALE]
    if clip is not None:
        tensors = [tensor for group in optimizer.param_groups for tensor in group["params"]]
        nn.utils.clip_grad_norm_(tensors, clip)
    optimizer.step()


def layer_scales(names: Iterable[str], decay: float) -> dict[str, float]:
    """Return the factor of each weight's learning rate: `decay` once for each layer above it.

    Each tower is counted separately. The last layer of a tower (its projection, its last norm)
    and the scale of similarities have 1, the embedding of pixels and words least. Source: Clark
    et al. 2020, ELECTRA, layer-wise learning rate decay; Bao et al. 2022, BEiT, for images.
    Names are those of open_clip and timm.
    """
    depths = {name: (name.startswith("visual."), _depth(name)) for name in names}
    tops: dict[bool, int] = {}
    for visual, depth in depths.values():
        tops[visual] = max(tops.get(visual, 0), depth or 0)
    return {
        name: 1.0 if depth is None else decay ** (tops[visual] + 1 - depth)
        for name, (visual, depth) in depths.items()
    }


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
