"""Which network captions images, without loading it."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.errors import ModelError
from catalog.hashing import key_of
from models.networks import pretrained

MAX_TOKENS = 30
"""Of a caption, with those that mark its start and end."""


@dataclass(frozen=True)
class CaptionerName:
    """An architecture and its weights, as `ARTCAT_CAPTIONER` names them."""

    architecture: str
    weights: str


def parse(given: str) -> CaptionerName:
    """What ARCHITECTURE:WEIGHTS names.

    Raises:
        ModelError: if it is not of that form.
    """
    architecture, _, weights = given.partition(":")
    if not architecture or not weights:
        raise ModelError(
            f"the captioner {given!r} is not ARCHITECTURE:WEIGHTS, such as "
            "coca_ViT-B-32:weights.safetensors"
        )
    return CaptionerName(architecture, weights)


def digest(given: str | None) -> str | None:
    """What tells a captioner from others: architecture, weights, and how it writes."""
    if given is None:
        return None
    name = parse(given)
    weights = pretrained.digest(pretrained.local_weights(name.weights))
    return key_of("captioner", 1, name.architecture, weights, MAX_TOKENS)[:16]
