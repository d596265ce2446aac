"""The optimizer of a configuration, and its learning rate schedule."""

from __future__ import annotations

import math
from collections import defaultdict

import torch
from torch import Tensor, nn

from models.config import TrainConfig
from models.networks.layers import layer_scales

SCALE = "rate_scale"
"""Key in each parameter group: factor of the learning rate."""


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
    return make(
        [
            {
                "params": tensors,
                "weight_decay": config.weight_decay if is_matrix else 0.0,
                SCALE: scale,
            }
            for (is_matrix, scale), tensors in groups.items()
        ],
        lr=config.learning_rate,
        betas=config.betas,
        fused=True,
    )


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """Return the learning rate of a step: linear warm-up, then constant or cosine decay.

    Args:
        config: peak rate, share of warm-up steps, shape of the rest.
        step: from 0.
        steps: of the whole training.
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
