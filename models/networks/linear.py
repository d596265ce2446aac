"""Linear classifiers over frozen encoders, and a constant baseline."""

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

    Args:
        config: of one of these kinds.
        preprocessing: of its pixels.
        styles: how many there are.
        clip: encoder of a probe; by default one of the architecture with random weights.
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
