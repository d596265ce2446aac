"""Linear classifiers over frozen encoders or hand-crafted features, and a constant baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, avg_pool2d, normalize, one_hot

from models.config import TrainConfig
from models.data.transforms import Preprocessing
from models.networks.clip import ClipNetwork, architecture_config, build, create_clip

LEVELS = 4
"""Steps of each channel in the colour histogram."""
GRID = 3
ORIENTATIONS = 8
SCALES = 3
WIDTH = LEVELS**3 + 6 * GRID**2 + SCALES * (ORIENTATIONS + 2)
_LUMINANCE = (0.299, 0.587, 0.114)
_SMALL = 1e-6


class ConstantLogits(nn.Module):
    """Constant logits: with the training prior, always the most common style."""

    def __init__(self, styles: int) -> None:
        """Start with equal logits."""
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(styles), requires_grad=False)


class ImageTower(nn.Module):
    """The image tower of a CLIP: unit vectors."""

    def __init__(self, network: ClipNetwork) -> None:
        """Extract the tower from a CLIP of open_clip."""
        super().__init__()
        self.visual = network.visual

    def forward(self, pixels: Tensor) -> Tensor:
        """Unit vectors `[n, d]` of normalised pixels `[n, 3, size, size]`."""
        return normalize(self.visual(pixels).float(), dim=-1)


class FrozenLinear(nn.Module):
    """Frozen encoders side by side, and one linear layer over their concatenated vectors."""

    def __init__(self, encoders: Sequence[nn.Module], width: int, styles: int) -> None:
        """Combine them; `width` is the total dimension of the encoders' vectors."""
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.linear = nn.Linear(width, styles)
        self.requires_grad_(False)


def linear_network(
    config: TrainConfig, preprocessing: Preprocessing, styles: int, clip: ClipNetwork | None = None
) -> ConstantLogits | FrozenLinear:
    """Build the untrained network of a majority class, of features or of a probe.

    The encoder of a probe is `clip`, or one of the architecture with random weights.
    """
    if config.kind == "majority":
        return ConstantLogits(styles)
    encoders: list[nn.Module] = []
    width = 0
    if config.kind == "probe":
        network = clip if clip is not None else build(config.architecture, config.image_size)
        encoders.append(ImageTower(network))
        width += int(architecture_config(config.architecture)["embed_dim"])
    if config.kind == "features" or config.probe_features:
        encoders.append(ColourTexture(preprocessing.mean, preprocessing.std))
        width += WIDTH
    return FrozenLinear(encoders, width, styles)


def start(config: TrainConfig, styles: int) -> tuple[nn.Module, Preprocessing, str]:
    """Return the untrained network, preprocessing and actual architecture of a configuration.

    Raises:
        ModelError: for an unknown architecture, or weights that do not fit.
    """
    if config.kind == "probe":
        clip = create_clip(config.architecture, config.image_size, config.pretrained)
        network = linear_network(config, clip.preprocessing, styles, clip.network)
        return network, clip.preprocessing, clip.architecture
    preprocessing = Preprocessing(image_size=config.image_size, resize="squash")
    return linear_network(config, preprocessing, styles), preprocessing, config.architecture


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
