"""Makes a CLIP of open_clip, with or without pretrained weights, and its tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import open_clip
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import normalize

from catalog.errors import ModelError
from models.data.captions import style_prompts
from models.data.transforms import Preprocessing
from models.networks.tags import tag_config, tag_file
from models.networks.weights import OPENAI_EXTRAS, fit_weights, is_file_name, read_weights
from models.presets import quickgelu_name

ClipNetwork = Any
"""open_clip has no types: an nn.Module with encode_image, encode_text and logit_scale."""

ARCHITECTURES = Path(__file__).with_name("architectures")

CACHED_TEXTS = 50_000
"""Captions whose tokens are remembered: training says the same ones again and again."""

_LENGTHS = 4
"""Texts are read at multiples of so many tokens, so that few shapes occur."""

_WORTH_PARTING = 32
"""From so many texts on, the shorter half is read by itself, at the length that it has."""

_RESIZE: dict[str, Literal["shorter-side", "squash"]] = {
    "shortest": "shorter-side",
    "squash": "squash",
}


@dataclass(frozen=True)
class Clip:
    """A CLIP, the architecture it really has, and how its images are prepared."""

    network: ClipNetwork
    architecture: str
    preprocessing: Preprocessing


def create_clip(architecture: str, image_size: int, pretrained: str | None = None) -> Clip:
    """Make a CLIP.

    A file is read where it lies, without a network connection; a tag is downloaded by open_clip,
    once. Weights that were trained with OpenAI's activation get the `-quickgelu` architecture.

    Args:
        architecture: `artcat-tiny`, or a name of open_clip.
        image_size: side of its input, pixels.
        pretrained: an open_clip tag, a .safetensors or .pt file, or None for random weights.

    Raises:
        ModelError: for an unknown architecture or tag, weights that cannot be had, or weights
            that do not fit.
    """
    if pretrained is None:
        return Clip(build(architecture, image_size), architecture, preprocessing_of(image_size, {}))
    if is_file_name(pretrained):
        source: dict[str, Any] = {}
        path = Path(pretrained)
    else:
        architecture_config(architecture)
        source = tag_config(architecture, pretrained)
        path = tag_file(source, architecture, pretrained)
    weights = read_weights(path)
    if source.get("quick_gelu") or any(name in weights for name in OPENAI_EXTRAS):
        architecture = quickgelu_name(architecture)
    network = build(architecture, image_size)
    fit_weights(network, weights, f"{pretrained} into {architecture} at {image_size} pixels")
    return Clip(network, architecture, preprocessing_of(image_size, source))


def build(architecture: str, image_size: int) -> ClipNetwork:
    """The network of an architecture with random weights.

    Raises:
        ModelError: for an unknown architecture, or a size that it cannot take.
    """
    config = architecture_config(architecture)
    config["vision_cfg"]["image_size"] = image_size
    make = open_clip.CustomTextCLIP if config.pop("custom_text", False) else open_clip.CLIP
    try:
        return make(**config)
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise ModelError(f"{architecture} at {image_size} pixels: {error}") from error


def architecture_config(architecture: str) -> dict[str, Any]:
    """open_clip's description of an architecture, a copy of one's own.

    Raises:
        ModelError: for an unknown architecture, or one that needs more than open_clip itself.
    """
    register()
    # names with a colon mean a download or a folder to open_clip
    config: dict[str, Any] | None = (
        None if ":" in architecture else open_clip.get_model_config(architecture)
    )
    if config is None:
        raise ModelError(
            f"no CLIP architecture '{architecture}': artcat-tiny, ViT-B-32, or another that "
            "open_clip.list_models() names"
        )
    text = config["text_cfg"]
    if "multimodal_cfg" in config or "hf_model_name" in text or "hf_tokenizer_name" in text:
        raise ModelError(f"'{architecture}' needs another tokenizer or text tower than CLIP's own")
    return config


@cache
def tokenizer(architecture: str) -> Any:
    """CLIP's own tokenizer with the architecture's context length.

    Raises:
        ModelError: for an unknown architecture.
    """
    config = architecture_config(architecture)
    return open_clip.SimpleTokenizer(context_length=config["text_cfg"].get("context_length", 77))


@lru_cache(maxsize=CACHED_TEXTS)
def _encoded(architecture: str, text: str) -> tuple[int, ...]:
    """A text's tokens, without those that mark its start and end."""
    return tuple(tokenizer(architecture).encode(text))


def count_tokens(architecture: str, text: str) -> int:
    """Tokens of a text, without those that mark its start and end."""
    return len(_encoded(architecture, text))


@lru_cache(maxsize=CACHED_TEXTS)
def _tokens(architecture: str, text: str) -> Tensor:
    """A text as the text tower takes it, `[context_length]`: what is too long is cut."""
    made = tokenizer(architecture)
    room = made.context_length - 2
    kept = _encoded(architecture, text)[:room]
    filling = (0,) * (room - len(kept))
    return torch.tensor((made.sot_token_id, *kept, made.eot_token_id, *filling))


def encode_texts(network: ClipNetwork, architecture: str, texts: Sequence[str]) -> Tensor:
    """Unit vectors of texts, `[n, d]` in float32, on the network's device."""
    device = next(network.parameters()).device
    tokens = torch.stack([_tokens(architecture, text) for text in texts]).to(device)
    features: Tensor = (
        _read_by_length(network, tokens) if _reads_forward(network) else network.encode_text(tokens)
    )
    return normalize(features.float(), dim=-1)


def _reads_forward(network: ClipNetwork) -> bool:
    """Whether each token sees only those before it, and the vector is that of the text's end."""
    return (
        isinstance(network, open_clip.CLIP)
        and network.text_pool_type == "argmax"
        and network.attn_mask is not None
    )


def _read_by_length(network: ClipNetwork, tokens: Tensor) -> Tensor:
    """The texts' vectors; those of a half that is shorter do not wait for the longest.

    Half of the captions of a training name the style alone: a third of the tokens of the others.
    """
    if len(tokens) < _WORTH_PARTING:
        return _read_short(network, tokens)
    order = tokens.argmax(-1).argsort(stable=True)
    halves = [_read_short(network, tokens[half]) for half in order.chunk(2)]
    return torch.cat(halves)[order.argsort()]


def _read_short(network: ClipNetwork, tokens: Tensor) -> Tensor:
    """The texts' vectors without the filling behind the longest, which none of them depends on.

    A caption has some 25 tokens where the network takes 77: the text tower has a third to do.
    """
    longest = int(tokens.argmax(-1).max()) + 1
    length = min(-(-longest // _LENGTHS) * _LENGTHS, tokens.shape[-1])
    shorter = {
        "positional_embedding": network.positional_embedding[:length],
        "attn_mask": network.attn_mask[:length, :length],
    }
    features: Tensor = functional_call(
        network, shorter, kwargs={"text": tokens[:, :length]}, tie_weights=False
    )[1]
    return features


def encode_images(network: ClipNetwork, pixels: Tensor) -> Tensor:
    """Unit vectors `[n, d]` in float32 of prepared pixels `[n, 3, size, size]`."""
    features: Tensor = network.encode_image(pixels)
    return normalize(features.float(), dim=-1)


def encode_styles(network: ClipNetwork, architecture: str, styles: Sequence[str]) -> Tensor:
    """A unit vector for each style, `[styles, d]`: the mean direction of its prompts."""
    prompts = [style_prompts(style) for style in styles]
    vectors = encode_texts(network, architecture, [text for texts in prompts for text in texts])
    parts = torch.split(vectors, [len(texts) for texts in prompts])
    return normalize(torch.stack([part.mean(0) for part in parts]), dim=-1)


@cache
def register() -> None:
    """Make artcat's own architectures known to open_clip."""
    open_clip.add_model_config(ARCHITECTURES)


def preprocessing_of(image_size: int, source: dict[str, Any]) -> Preprocessing:
    """How the weights' makers prepared images; as OpenAI did unless they say otherwise."""
    resize = source.get("resize_mode", "shortest")
    if resize not in _RESIZE:
        raise ModelError(f"weights for images scaled by '{resize}' are not supported")
    return Preprocessing(
        image_size=image_size,
        resize=_RESIZE[resize],
        mean=source.get("mean", open_clip.OPENAI_DATASET_MEAN),
        std=source.get("std", open_clip.OPENAI_DATASET_STD),
    )
