"""The optimizer of a configuration, and its learning rate step by step."""

from __future__ import annotations

import math
from collections import defaultdict

import torch
from torch import Tensor, nn

from models.config import TrainConfig
from models.networks.layers import layer_scales

SCALE = "rate_scale"
"""In each group of weights: what the learning rate is multiplied by."""


def make_optimizer(config: TrainConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Adam or AdamW; weight decay holds for matrices only, not for biases, norms and scales.

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
    """The learning rate of a step: a straight rise, then constant or half a cosine down.

    Args:
        config: highest rate, part of the steps that rise, shape of the rest.
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
    """One step down the gradients that lie in the weights; their common norm at most `clip`."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group[SCALE]
    if clip is not None:
        tensors = [tensor for group in optimizer.param_groups for tensor in group["params"]]
        nn.utils.clip_grad_norm_(tensors, clip)
    optimizer.step()
