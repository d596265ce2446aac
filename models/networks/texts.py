"""Text encoding with a CLIP: tokens, text vectors, and style vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import open_clip
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import normalize

from models.data.captions import style_prompts
from models.networks.clip import ClipNetwork, architecture_config

CACHED_TEXTS = 50_000
"""Size of the token cache: training repeats captions."""

_LENGTHS = 4
"""Lengths are padded to multiples of this many tokens, so that few shapes occur."""

_WORTH_PARTING = 32
"""From this many texts on, the shorter half is encoded separately, at its own length."""


@cache
def tokenizer(architecture: str) -> Any:
    """Return CLIP's own tokenizer with the architecture's context length.

    Raises:
        ModelError: for an unknown architecture.
    """
    config = architecture_config(architecture)
    return open_clip.SimpleTokenizer(context_length=config["text_cfg"].get("context_length", 77))


@lru_cache(maxsize=CACHED_TEXTS)
def _encoded(architecture: str, text: str) -> tuple[int, ...]:
    """Tokenize a text, without start and end tokens."""
    return tuple(tokenizer(architecture).encode(text))


def count_tokens(architecture: str, text: str) -> int:
    """Count the tokens of a text, without start and end tokens."""
    return len(_encoded(architecture, text))


@lru_cache(maxsize=CACHED_TEXTS)
def _tokens(architecture: str, text: str) -> Tensor:
    """Tokenize a text for the text tower, `[context_length]`: a longer one is cut."""
    made = tokenizer(architecture)
    room = made.context_length - 2
    kept = _encoded(architecture, text)[:room]
    filling = (0,) * (room - len(kept))
    return torch.tensor((made.sot_token_id, *kept, made.eot_token_id, *filling))


def encode_texts(network: ClipNetwork, architecture: str, texts: Sequence[str]) -> Tensor:
    """Encode texts as unit vectors `[n, d]` in float32, on the network's device."""
    device = next(network.parameters()).device
    tokens = torch.stack([_tokens(architecture, text) for text in texts]).to(device)
    # padding has no effect if attention is causal and the vector is that of the end token
    causal = isinstance(network, open_clip.CLIP) and network.attn_mask is not None
    features: Tensor
    if not causal or network.text_pool_type != "argmax":
        features = network.encode_text(tokens)
    elif len(tokens) < _WORTH_PARTING:
        features = _read_short(network, tokens)
    else:
        # half of the captions of a training run name the style alone: a third of the tokens
        order = tokens.argmax(-1).argsort(stable=True)
        halves = [_read_short(network, tokens[half]) for half in order.chunk(2)]
        features = torch.cat(halves)[order.argsort()]
    return normalize(features.float(), dim=-1)


def _read_short(network: ClipNetwork, tokens: Tensor) -> Tensor:
    """Encode the texts without the padding after the longest, which does not affect them.

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


def encode_styles(network: ClipNetwork, architecture: str, styles: Sequence[str]) -> Tensor:
    """Encode each style as a unit vector, `[styles, d]`: the mean direction of its prompts."""
    prompts = [style_prompts(style) for style in styles]
    vectors = encode_texts(network, architecture, [text for texts in prompts for text in texts])
    parts = torch.split(vectors, [len(texts) for texts in prompts])
    return normalize(torch.stack([part.mean(0) for part in parts]), dim=-1)
