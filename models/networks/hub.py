"""The weights of an open_clip tag: from a cache, or downloaded once, verified, resumable.

huggingface_hub itself starts over after an interruption.
"""

from __future__ import annotations

import fcntl
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import open_clip
from huggingface_hub import (
    constants,
    get_hf_file_metadata,
    get_token,
    hf_hub_url,
    try_to_load_from_cache,
)
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

from catalog.base.errors import ModelError
from catalog.base.hashing import sha256_of_file
from catalog.storage.homes import settings

PATIENCE = 10.0
"""Timeout of the hub in seconds; a started download retries five times as long."""
_USUAL_NAMES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_FOUND = 404
_REFUSED = (401, 403)


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
    """Return the file of weights of a `tag_config`, downloaded once.

    Raises:
        ModelError: of one line, within seconds where there is no network.
    """
    try:
        if hub := source.get("hf_hub"):
            return hub_file(hub)
        return Path(open_clip.download_pretrained(source))
    except Exception as error:
        raise ModelError(
            f"the weights '{tag}' of {architecture} cannot be downloaded ({_first_line(error)}); "
            "give a .safetensors or .pt file instead"
        ) from error


def hub_file(address: str) -> Path:
    """Return the local file of an address: repository, slash, and a file's name or nothing.

    A file that artcat or another program downloaded before is found without a request.

    Raises:
        ModelError: if the file is unavailable.
    """
    repository, _, name = address.rpartition("/")
    folder = settings().cache.expanduser() / "pretrained" / repository.replace("/", "--")
    # safetensors first
    given = (str(Path(name).with_suffix(".safetensors")), name) if name else _USUAL_NAMES
    names = tuple(dict.fromkeys(given))
    for candidate in names:
        if (folder / candidate).is_file():
            return folder / candidate
        other = try_to_load_from_cache(repository, candidate, cache_dir=constants.HF_HUB_CACHE)
        if isinstance(other, str):
            return Path(other)
    for candidate in names:
        if _download(repository, candidate, folder / candidate):
            return folder / candidate
    raise ModelError(f"{constants.ENDPOINT} has no {names[-1]} in {repository}")


def _download(repository: str, name: str, file: Path) -> bool:
    """Download a file; return whether the repository has one of this name.

    Raises:
        ModelError: for every other failure.
    """
    url = hf_hub_url(repository, name)
    token = get_token()
    try:
        found = get_hf_file_metadata(url, token=token, timeout=PATIENCE)
        headers = build_hf_headers(token=token)
        if urlsplit(found.location).netloc != urlsplit(url).netloc:
            headers.pop("authorization", None)  # the token is only for the hub
        _fetch(found.location, headers, found.size, found.etag, file)
    except ModelError:
        raise
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status == _NOT_FOUND:
            return False
        reason = f"answers {status} for {repository}"
        if status in _REFUSED:
            reason = (
                f"refuses {repository} ({status}): it needs a token in HF_TOKEN that may read it"
            )
        raise ModelError(f"{constants.ENDPOINT} {reason}") from error
    except Exception as error:
        why = _first_line(error)
        raise ModelError(f"{constants.ENDPOINT} cannot be reached: {why}") from error
    return True


def _fetch(
    url: str, headers: dict[str, str], size: int | None, etag: str | None, file: Path
) -> None:
    """Continue a partial download, verify the digest, and move the file into place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # by its etag, so that a file that was replaced on the hub is not continued with another
    part = file.with_name(f"{file.name}.{re.sub(r'[^0-9a-zA-Z]', '', etag or '')[:64]}.part")
    with part.open("ab") as target:
        fcntl.flock(target, fcntl.LOCK_EX)  # a second process waits, then finds the file
        if file.is_file():
            return
        http_get(
            url,
            target,
            resume_size=target.tell(),
            headers=headers,
            expected_size=size,
            displayed_filename=file.name,
        )
        target.flush()
        if etag and _SHA256.fullmatch(etag) and sha256_of_file(part) != etag:
            part.unlink()
            raise ModelError(f"the download of {file.name} was damaged: try again")
        part.rename(file)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
