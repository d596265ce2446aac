"""Hand-crafted image features: colours, their layout, and edge orientations."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, one_hot

LEVELS = 4
"""Steps of each channel in the colour histogram."""
GRID = 3
ORIENTATIONS = 8
SCALES = 3
WIDTH = LEVELS**3 + 6 * GRID**2 + SCALES * (ORIENTATIONS + 2)
_LUMINANCE = (0.299, 0.587, 0.114)
_SMALL = 1e-6


class ColourTexture(nn.Module):
    """An encoder of 148 hand-crafted features.

    The square root of a joint histogram of 4 levels of red, green and blue (64); mean and
    deviation of each channel in 3 x 3 fields (54); and at 3 scales the orientations of edges in 8
    directions, weighted by their strength (Dalal and Triggs 2005), and mean and deviation of that
    strength (30).
    """

    mean: Tensor
    std: Tensor
    luminance: Tensor

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        """Set the normalisation of pixels, which is undone."""
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))
        self.register_buffer("luminance", torch.tensor(_LUMINANCE).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> Tensor:
        """Features `[n, 148]` of normalised pixels `[n, 3, size, size]`."""
        colours = (pixels.float() * self.std + self.mean).clamp(0, 1)
        grey = (colours * self.luminance).sum(1, keepdim=True)
        parts = [_histogram(colours), _fields(colours)]
        for _ in range(SCALES):
            parts.append(_edges(grey))
            grey = avg_pool2d(grey, 2)
        return torch.cat(parts, dim=1)


def _histogram(colours: Tensor) -> Tensor:
    levels = (colours * LEVELS).long().clamp(max=LEVELS - 1)
    cell = (levels[:, 0] * LEVELS + levels[:, 1]) * LEVELS + levels[:, 2]
    counts = torch.stack([torch.bincount(row, minlength=LEVELS**3) for row in cell.flatten(1)])
    return (counts / cell[0].numel()).sqrt()


def _fields(colours: Tensor) -> Tensor:
    means = adaptive_avg_pool2d(colours, GRID)
    squares = adaptive_avg_pool2d(colours**2, GRID)
    deviations = (squares - means**2).clamp(min=0).sqrt()
    return torch.cat([means.flatten(1), deviations.flatten(1)], dim=1)


def _edges(grey: Tensor) -> Tensor:
    down = grey[:, 0, 2:, 1:-1] - grey[:, 0, :-2, 1:-1]
    right = grey[:, 0, 1:-1, 2:] - grey[:, 0, 1:-1, :-2]
    strength = (down**2 + right**2).sqrt().flatten(1)
    angle = torch.atan2(down, right).flatten(1) % math.pi
    direction = (angle / math.pi * ORIENTATIONS).long() % ORIENTATIONS
    shares = (one_hot(direction, ORIENTATIONS) * strength[:, :, None]).sum(1)
    shares = shares / (strength.sum(1, keepdim=True) + _SMALL)
    return torch.cat([shares, strength.mean(1, keepdim=True), strength.std(1, keepdim=True)], dim=1)
