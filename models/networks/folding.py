"""Folding of batch normalisation into convolutions, for faster inference."""

from __future__ import annotations

from copy import deepcopy
from typing import TypeVar

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from models.networks.channel_statistics import ChannelStatistics

Network = TypeVar("Network", bound=nn.Module)


def folded(network: Network) -> Network:
    """Return a copy for inference without batch normalisation; the network itself if it has none.

    The results differ by rounding only. Only towers of channel statistics are changed: in their
    blocks each convolution directly precedes its normalisation.

    Args:
        network: in evaluation mode.
    """
    if not any(isinstance(module, nn.BatchNorm2d) for module in _inside_towers(network)):
        return network
    copy = deepcopy(network)
    for parent in _inside_towers(copy):
        _fold_children(parent)
    return copy


def _inside_towers(network: nn.Module) -> list[nn.Module]:
    towers = [module for module in network.modules() if isinstance(module, ChannelStatistics)]
    return [module for tower in towers for module in tower.trunk.modules()]


def _fold_children(parent: nn.Module) -> None:
    convolution: tuple[str, nn.Conv2d] | None = None
    for name, child in list(parent.named_children()):
        if isinstance(child, nn.BatchNorm2d) and convolution is not None:
            setattr(parent, convolution[0], fuse_conv_bn_eval(convolution[1], child))
            setattr(parent, name, child.act)  # timm's normalisation includes the activation
        convolution = (name, child) if isinstance(child, nn.Conv2d) else None
