"""A running average of a network's weights over its training."""

from __future__ import annotations

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def averaged(network: nn.Module, decay: float | None) -> AveragedModel | None:
    """A copy that follows the network by an exponential moving average; None without a decay.

    Source: Polyak and Juditsky 1992; Izmailov et al. 2018. Statistics of batch normalisation are
    averaged as well.

    Args:
        network: in training.
        decay: part of the average that each step keeps, between 0 and 1.
    """
    if decay is None:
        return None
    follow = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(network, multi_avg_fn=follow, use_buffers=True)
