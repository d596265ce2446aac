"""ImageNet weights of EfficientNet-Lite0 from an installed package, without a download."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from catalog.base.errors import ModelError
from models.networks.pretrained import imagenet_file
from models.networks.weights_file import read_weights


def load_imagenet(trunk: nn.Module) -> None:
    """Load the package's weights into a timm EfficientNet-Lite0 without its last two layers.

    Raises:
        ModelError: if the package's file is missing or not the known one, or does not fit.
    """
    file = imagenet_file()
    trunk.load_state_dict(named_like(trunk.state_dict(), read_weights(file)))


def named_like(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Rename weights to those of a network with the same order.

    Args:
        own: the network's weights, in order; what follows them in `given` is left out.
        given: weights under other names.

    Raises:
        ModelError: if there are fewer than the network has, or one has another shape.
    """
    pairs = list(zip(own.items(), given.items(), strict=False))
    wrong = [(name, other) for (name, a), (other, b) in pairs if a.shape != b.shape]
    if len(pairs) < len(own) or wrong:
        detail = f": {wrong[0][1]} is not {wrong[0][0]}" if wrong else ": there are too few"
        raise ModelError(f"the ImageNet weights do not fit this version of timm{detail}")
    return {name: tensor for (name, _), (_, tensor) in pairs}
