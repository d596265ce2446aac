"""The baseline: the student project's three-layer CNN."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

CHANNELS = (3, 32, 64, 128)
DENSE = 128
KERNEL = 3


class BaselineCNN(nn.Module):
    """Three times convolution and pooling, a dense layer with dropout, one output per style.

    Convolutions are unpadded with ReLU and 2 x 2 max pooling; weights start as Keras draws them
    (Glorot, biases at zero), since the project that this repeats was written in Keras.
    """

    def __init__(self, styles: int, image_size: int, dropout: float = 0.5) -> None:
        """Build it for square images of `image_size` pixels and this many styles."""
        super().__init__()
        layers: list[nn.Module] = []
        side = image_size
        for inputs, outputs in pairwise(CHANNELS):
            # pooling and ReLU commute; this order is cheaper
            layers += [nn.Conv2d(inputs, outputs, KERNEL), nn.MaxPool2d(2), nn.ReLU()]
            side = (side - KERNEL + 1) // 2
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(CHANNELS[-1] * side * side, DENSE),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(DENSE, styles),
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits `[n, styles]` of pixels `[n, 3, size, size]`."""
        logits: Tensor = self.head(self.features(pixels))
        return logits


class CnnEncoder(nn.Module):
    """A baseline CNN without its last layer, as an image encoder."""

    def __init__(self, network: BaselineCNN) -> None:
        """Extract it from a CNN."""
        super().__init__()
        self.layers = nn.Sequential(network.features, *list(network.head)[:-1])

    def forward(self, pixels: Tensor) -> Tensor:
        """Activations `[n, 128]` of pixels `[n, 3, size, size]`."""
        activations: Tensor = self.layers(pixels)
        return activations
