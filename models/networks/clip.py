"""CLIP networks of open_clip, with or without pretrained weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import open_clip
from torch import Tensor
from torch.nn.functional import normalize

from catalog.base.errors import ModelError
from models.config import FULL_CLIP, IMAGENET, LITE_CLIP
from models.data.transforms import Preprocessing
from models.networks.channel_statistics import ChannelStatistics
from models.networks.hub import tag_config, tag_file
from models.networks.pretrained import imagenet_file
from models.networks.weights import (
    OPENAI_EXTRAS,
    fit_weights,
    is_file_name,
    read_weights,
    require_fit,
)
from models.presets import quickgelu_name

ClipNetwork = Any
"""open_clip has no types: an nn.Module with encode_image, encode_text and logit_scale."""

open_clip.add_model_config(Path(__file__).with_name("architectures"))

_PREPROCESS = "preprocess"
"""Key in our own architectures: preprocessing in the terms of open_clip's tags."""

_RESIZE: dict[str, Literal["shorter-side", "squash"]] = {
    "shortest": "shorter-side",
    "squash": "squash",
}


@dataclass(frozen=True)
class Clip:
    """A CLIP, its actual architecture, and its preprocessing."""

    network: ClipNetwork
    architecture: str
    preprocessing: Preprocessing


def create_clip(architecture: str, image_size: int, pretrained: str | None = None) -> Clip:
    """Create a CLIP.

    A file is read locally, without a network connection; a tag is downloaded by open_clip,
    once. Weights that were trained with OpenAI's activation get the `-quickgelu` architecture.

    Args:
        architecture: `artcat-lite`, or a name of open_clip.
        image_size: side of its input, pixels.
        pretrained: `imagenet` for the image tower of `artcat-lite` (its text tower is random), an
            open_clip tag, a .safetensors or .pt file, or None for random weights.

    Raises:
        ModelError: for an unknown architecture or tag, unavailable weights, or weights
            that do not fit.
    """
    source: dict[str, Any] = dict(architecture_config(architecture).get(_PREPROCESS, {}))
    if pretrained in (None, IMAGENET):
        network = build(architecture, image_size)
        if pretrained == IMAGENET:
            _start_from_imagenet(network, architecture)
        return Clip(network, architecture, _preprocessing_of(image_size, source))
    assert pretrained is not None  # noqa: S101 - for mypy
    if is_file_name(pretrained):
        path = Path(pretrained)
    else:
        source |= tag_config(architecture, pretrained)
        path = tag_file(source, architecture, pretrained)
    weights = read_weights(path)
    if source.get("quick_gelu") or any(name in weights for name in OPENAI_EXTRAS):
        architecture = quickgelu_name(architecture)
    network = build(architecture, image_size)
    fit_weights(network, weights, f"{pretrained} into {architecture} at {image_size} pixels")
    return Clip(network, architecture, _preprocessing_of(image_size, source))


def build(architecture: str, image_size: int) -> ClipNetwork:
    """Build the network of an architecture with random weights.

    Raises:
        ModelError: for an unknown architecture, or a size that it does not support.
    """
    config = architecture_config(architecture)
    config["vision_cfg"]["image_size"] = image_size
    config.pop(_PREPROCESS, None)
    by_statistics = config.pop("channel_statistics", False)
    make = open_clip.CustomTextCLIP if config.pop("custom_text", False) else open_clip.CLIP
    try:
        network = make(**config)
        if by_statistics:
            network.visual = ChannelStatistics(network.visual.trunk)
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise ModelError(f"{architecture} at {image_size} pixels: {error}") from error
    return network


def architecture_config(architecture: str) -> dict[str, Any]:
    """Return a copy of open_clip's description of an architecture.

    Raises:
        ModelError: for an unknown architecture, or one that needs more than open_clip itself.
    """
    # names with a colon mean a download or a folder to open_clip
    config: dict[str, Any] = {}
    if ":" not in architecture:
        config = open_clip.get_model_config(architecture) or {}
    if not config:
        raise ModelError(
            f"unknown CLIP architecture '{architecture}': choose {LITE_CLIP}, {FULL_CLIP}, or one "
            "that open_clip.list_models() names"
        )
    text = config["text_cfg"]
    if "multimodal_cfg" in config or "hf_model_name" in text or "hf_tokenizer_name" in text:
        raise ModelError(f"'{architecture}' needs another tokenizer or text tower than CLIP's own")
    return config


def encode_images(network: ClipNetwork, pixels: Tensor) -> Tensor:
    """Encode prepared pixels `[n, 3, size, size]` as unit vectors `[n, d]` in float32."""
    features: Tensor = network.encode_image(pixels)
    return normalize(features.float(), dim=-1)


def _preprocessing_of(image_size: int, source: dict[str, Any]) -> Preprocessing:
    """Return the preprocessing that the weights were trained with, by default OpenAI's."""
    resize = source.get("resize_mode", "shortest")
    if resize not in _RESIZE:
        raise ModelError(f"weights for images scaled by '{resize}' are not supported")
    return Preprocessing(
        image_size=image_size,
        resize=_RESIZE[resize],
        mean=source.get("mean", open_clip.OPENAI_DATASET_MEAN),
        std=source.get("std", open_clip.OPENAI_DATASET_STD),
    )


def _start_from_imagenet(network: ClipNetwork, architecture: str) -> None:
    if architecture != LITE_CLIP:
        raise ModelError(
            f"'{IMAGENET}' weights are for {LITE_CLIP}, not for {architecture}: leave out --model, "
            "or give other weights with --pretrained"
        )
    trunk = network.visual.trunk
    # by their order, since names differ; the package's network has two more layers at its end
    weights = dict(zip(trunk.state_dict(), read_weights(imagenet_file()).values(), strict=False))
    require_fit(trunk.state_dict(), weights, f"{IMAGENET} weights into this version of timm")
    trunk.load_state_dict(weights)
    network.visual.standardise()
