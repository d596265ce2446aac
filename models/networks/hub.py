"""Download of weights from the hub: once, verified, resumable.

huggingface_hub itself starts over after an interruption.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

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


def hub_file(address: str) -> Path:
    """Return the local file of an address: repository, slash, and a file's name or nothing.

    A file that artcat or another program downloaded before is found without a request.

    Raises:
        ModelError: if the file is unavailable.
    """
    repository, _, name = address.rpartition("/")
    names = _alternatives(name)
    for candidate in names:
        if known := _known(repository, candidate):
            return known
    for candidate in names:
        if (file := _download(repository, candidate)) is not None:
            return file
    raise ModelError(f"{constants.ENDPOINT} has no {names[-1]} in {repository}")


def _alternatives(name: str) -> Sequence[str]:
    """Return the names to try, safetensors first."""
    if not name:
        return _USUAL_NAMES
    safe = str(Path(name).with_suffix(".safetensors"))
    return tuple(dict.fromkeys((safe, name)))


def _known(repository: str, name: str) -> Path | None:
    if (own := _place(repository, name)).is_file():
        return own
    other = try_to_load_from_cache(repository, name, cache_dir=constants.HF_HUB_CACHE)
    return Path(other) if isinstance(other, str) else None


def _place(repository: str, name: str) -> Path:
    folder = settings().cache.expanduser() / "pretrained" / repository.replace("/", "--")
    return folder / name


def _download(repository: str, name: str) -> Path | None:
    """Download a file; None if the repository has none of this name.

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
        return _fetch(found.location, headers, found.size, found.etag, _place(repository, name))
    except ModelError:
        raise
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status == _NOT_FOUND:
            return None
        if status in _REFUSED:
            reason = (
                f"refuses {repository} ({status}): it needs a token in HF_TOKEN that may read it"
            )
        else:
            reason = f"answers {status} for {repository}"
        raise ModelError(f"{constants.ENDPOINT} {reason}") from error
    except Exception as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{constants.ENDPOINT} cannot be reached: {why}") from error


def _fetch(
    url: str, headers: dict[str, str], size: int | None, etag: str | None, file: Path
) -> Path:
    """Continue a partial download, verify the digest, and move the file into place."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # by its etag, so that a file that was replaced on the hub is not continued with another
    part = file.with_name(f"{file.name}.{re.sub(r'[^0-9a-zA-Z]', '', etag or '')[:64]}.part")
    with part.open("ab") as target:
        fcntl.flock(target, fcntl.LOCK_EX)  # a second process waits, then finds the file
        if file.is_file():
            return file
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
    return file
