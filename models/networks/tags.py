"""The weights behind a tag of open_clip: from its cache, or downloaded, or a word on why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import open_clip
from huggingface_hub import constants, try_to_load_from_cache

from catalog.errors import ModelError

PATIENCE = 10.0
"""Seconds in which the place of the weights must answer; the download itself retries for long."""
_USUAL_NAMES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


def tag_config(architecture: str, tag: str) -> dict[str, Any]:
    """What open_clip knows of an architecture's weights: where they lie, how images are prepared.

    Raises:
        ModelError: naming the tags that there are.
    """
    found: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, tag)
    if not found:
        known = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none"
        raise ModelError(f"no pretrained weights '{tag}' for {architecture}; known tags: {known}")
    return found


def tag_file(source: dict[str, Any], architecture: str, tag: str) -> Path:
    """The file of weights, downloaded once by open_clip.

    Args:
        source: what `tag_config` gave.
        architecture: for the message.
        tag: for the message.

    Raises:
        ModelError: of one line, within seconds where there is no network.
    """
    hub = source.get("hf_hub")
    if hub and (file := _cached(hub)):
        return file
    try:
        if hub:
            httpx.head(constants.ENDPOINT, timeout=PATIENCE)
        return Path(open_clip.download_pretrained(source))
    except httpx.TransportError as error:
        reason = f"{constants.ENDPOINT} cannot be reached: {error}"
        raise ModelError(_refusal(architecture, tag, reason)) from error
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(_refusal(architecture, tag, reason)) from error


def _cached(hub: str) -> Path | None:
    """The file of an address, repository and perhaps a name, if it was downloaded before."""
    repository, _, name = hub.rpartition("/")
    for candidate in (name,) if name else _USUAL_NAMES:
        if isinstance(file := try_to_load_from_cache(repository, candidate), str):
            return Path(file)
    return None


def _refusal(architecture: str, tag: str, reason: str) -> str:
    return (
        f"the weights '{tag}' of {architecture} cannot be downloaded ({reason}); "
        "give a .safetensors or .pt file instead"
    )
