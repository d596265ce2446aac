"""The optimizer of a configuration, and its learning rate step by step."""

from __future__ import annotations

import math

import torch
from torch import nn

from models.config import TrainConfig


def make_optimizer(config: TrainConfig, network: nn.Module) -> torch.optim.Optimizer:
    """Adam or AdamW; weight decay holds for matrices only, not for biases, norms and scales."""
    trained = [tensor for tensor in network.parameters() if tensor.requires_grad]
    groups = [
        {
            "params": [tensor for tensor in trained if tensor.ndim > 1],
            "weight_decay": config.weight_decay,
        },
        {"params": [tensor for tensor in trained if tensor.ndim <= 1], "weight_decay": 0.0},
    ]
    make = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    # fused: one pass over the large table of word vectors instead of five
    return make(groups, lr=config.learning_rate, betas=config.betas, fused=True)


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


def optimise(
    optimizer: torch.optim.Optimizer, loss: torch.Tensor, rate: float, clip: float | None
) -> None:
    """One step down the gradient of a loss, the gradient's norm at most `clip`."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    for group in optimizer.param_groups:
        group["lr"] = rate
    if clip is not None:
        tensors = [tensor for group in optimizer.param_groups for tensor in group["params"]]
        nn.utils.clip_grad_norm_(tensors, clip)
    optimizer.step()
