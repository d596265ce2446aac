"""The weights of an open_clip tag: from its cache, or downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import open_clip

from catalog.base.errors import ModelError
from models.networks.hub import hub_file


def tag_config(architecture: str, tag: str) -> dict[str, Any]:
    """Return open_clip's entry for an architecture's weights: location and preprocessing.

    Raises:
        ModelError: naming the available tags.
    """
    found: dict[str, Any] = open_clip.get_pretrained_cfg(architecture, tag)
    if not found:
        known = ", ".join(open_clip.list_pretrained_tags_by_model(architecture)) or "none"
        raise ModelError(
            f"unknown pretrained weights '{tag}' for {architecture}: choose one of {known}"
        )
    return found


def tag_file(source: dict[str, Any], architecture: str, tag: str) -> Path:
    """Return the file of weights, downloaded once.

    Args:
        source: as `tag_config` returned it.
        architecture: for the message.
        tag: for the message.

    Raises:
        ModelError: of one line, within seconds where there is no network.
    """
    try:
        if hub := source.get("hf_hub"):
            return hub_file(hub)
        return Path(open_clip.download_pretrained(source))
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"the weights '{tag}' of {architecture} cannot be downloaded ({reason}); "
            "give a .safetensors or .pt file instead"
        ) from error
