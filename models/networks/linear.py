"""Classifiers that learn nothing but a last layer: the plain rungs of the ladder."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from models.config import TrainConfig
from models.data.transforms import Preprocessing
from models.networks.clip import ClipNetwork, architecture_config, build, create_clip
from models.networks.colour_texture import WIDTH, ColourTexture


class ConstantLogits(nn.Module):
    """Says the same of every picture: with the training prior, always the commonest style."""

    def __init__(self, styles: int) -> None:
        """Begin with all styles alike."""
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(styles), requires_grad=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """The same logits `[n, styles]` for each of pixels `[n, 3, size, size]`."""
        return self.logits.expand(len(pixels), -1)


class ImageTower(nn.Module):
    """The image tower of a CLIP: unit vectors."""

    def __init__(self, network: ClipNetwork) -> None:
        """Take the tower out of a CLIP of open_clip."""
        super().__init__()
        self.visual = network.visual

    def forward(self, pixels: Tensor) -> Tensor:
        """Unit vectors `[n, d]` of normalised pixels `[n, 3, size, size]`."""
        return normalize(self.visual(pixels).float(), dim=-1)


class FrozenLinear(nn.Module):
    """Encoders that do not learn, side by side, and one linear layer over all that they say."""

    def __init__(self, encoders: Sequence[nn.Module], width: int, styles: int) -> None:
        """Put them together; `width` is how many numbers the encoders give in all."""
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.linear = nn.Linear(width, styles)
        self.requires_grad_(False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits `[n, styles]` of pixels `[n, 3, size, size]`."""
        logits: Tensor = self.linear(torch.cat([encode(pixels) for encode in self.encoders], dim=1))
        return logits


def linear_network(
    config: TrainConfig, preprocessing: Preprocessing, styles: int, clip: ClipNetwork | None = None
) -> ConstantLogits | FrozenLinear:
    """The network of a majority class, of features or of a probe, its last layer not learned yet.

    Args:
        config: of one of these kinds.
        preprocessing: that its pixels have gone through.
        styles: how many there are.
        clip: what a probe rests on; by default one of the architecture with random weights.
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
    """Network, preprocessing and true architecture of such a configuration, before it learns.

    Raises:
        ModelError: for an unknown architecture, or weights that do not fit.
    """
    if config.kind == "probe":
        clip = create_clip(config.architecture, config.image_size, config.pretrained)
        network = linear_network(config, clip.preprocessing, styles, clip.network)
        return network, clip.preprocessing, clip.architecture
    preprocessing = Preprocessing(image_size=config.image_size, resize="squash")
    return linear_network(config, preprocessing, styles), preprocessing, config.architecture
