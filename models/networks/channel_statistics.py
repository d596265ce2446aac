"""An image tower that embeds a picture as channel statistics of a convolutional network.

The first and middle layers respond to how a picture is painted, the last ones to what it depicts.
Means and standard deviations of channels carry both. Sources: Gatys et al. 2016, Image style
transfer using convolutional neural networks; Huang and Belongie 2017, Arbitrary style transfer in
real-time with adaptive instance normalization.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Network = TypeVar("Network", bound=nn.Module)

FIRST_STAGE = 1
"""The stage before has 16 channels at half the input's size: it costs more than it contributes."""
USUAL_DEVIATION = 0.8
"""Deviation within one picture, relative to a channel's deviation over all pictures."""
DEVIATION_WEIGHT = 2.0
"""Deviations vary half as much between pictures as means do."""
_SMALL = 1e-5


class ChannelStatistics(nn.Module):
    """Mean and standard deviation of each channel after each stage of an EfficientNet.

    Both are standardised by the batch normalisation statistics of the images that the network was
    trained on, so that vectors of unrelated pictures are nearly orthogonal. The constants are
    buffers: they do not change when the network is trained further.
    """

    offset: Tensor
    scale: Tensor

    def __init__(self, trunk: Any) -> None:
        """Take the stages of a timm EfficientNet; what comes after them is dropped."""
        super().__init__()
        trunk.conv_head, trunk.bn2 = nn.Identity(), nn.Identity()
        self.trunk = trunk
        self.output_dim = 2 * sum(stage[-1].conv_pwl.out_channels for stage in self._stages)
        self.register_buffer("offset", torch.empty(self.output_dim))
        self.register_buffer("scale", torch.empty(self.output_dim))
        self.standardise()

    @property
    def _stages(self) -> Any:
        return self.trunk.blocks[FIRST_STAGE:]

    @torch.no_grad()
    def standardise(self) -> None:
        """Derive offset and scale from the present weights of the trunk.

        In training the output of batch normalisation has its bias as mean and its weight as
        standard deviation; along a chain of residual blocks means and variances add up.
        """
        offsets, scales = [], []
        for stage in self._stages:
            mean, variance = torch.zeros(()), torch.zeros(())
            for block in stage:
                kept = 1.0 if block.has_skip else 0.0
                mean = kept * mean + block.bn3.bias
                variance = kept * variance + block.bn3.weight**2
            deviation = variance.sqrt().clamp(min=_SMALL)
            offsets += [mean, USUAL_DEVIATION * deviation]
            scales += [1 / deviation, DEVIATION_WEIGHT / deviation]
        self.offset.copy_(torch.cat(offsets))
        self.scale.copy_(torch.cat(scales))

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed normalised pixels `[n, 3, size, size]` as float32 `[n, output_dim]`."""
        found = []
        maps = self.trunk.bn1(self.trunk.conv_stem(pixels))
        for number, stage in enumerate(self.trunk.blocks):
            maps = stage(maps)
            if number >= FIRST_STAGE:
                variance, mean = torch.var_mean(maps.float(), dim=(2, 3), correction=0)
                found += [mean, (variance + _SMALL).sqrt()]
        return (torch.cat(found, dim=1) - self.offset) * self.scale


def folded(network: Network) -> Network:
    """Return a copy for inference without batch normalisation; the network itself if it has none.

    The network is in evaluation mode; results differ by rounding only. Only towers of channel
    statistics are changed: in their blocks each convolution directly precedes its normalisation.
    """
    if not any(isinstance(module, nn.BatchNorm2d) for module in _inside_towers(network)):
        return network
    copy = deepcopy(network)
    for parent in _inside_towers(copy):
        for (before, first), (name, child) in pairwise(list(parent.named_children())):
            if isinstance(first, nn.Conv2d) and isinstance(child, nn.BatchNorm2d):
                setattr(parent, before, fuse_conv_bn_eval(first, child))
                setattr(parent, name, child.act)  # timm's normalisation includes the activation
    return copy


def _inside_towers(network: nn.Module) -> list[nn.Module]:
    towers = [module for module in network.modules() if isinstance(module, ChannelStatistics)]
    return [module for tower in towers for module in tower.trunk.modules()]
