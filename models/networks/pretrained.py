"""Find the weights that a CLIP starts from: a tag, a file, or an object in S3."""

from __future__ import annotations

import tempfile
from pathlib import Path

from catalog.errors import ModelError
from catalog.hashing import key_of, sha256_of_file
from catalog.homes import settings
from catalog.store import S3Store, open_store
from models.config import TrainConfig


def local_weights(pretrained: str | None) -> str | None:
    """The tag or local file for an open_clip tag, a file, or an s3:// address.

    An object is fetched once into the cache, under a name made of its address and ETag.

    Raises:
        ModelError: if the object is not there.
        StoreError: if S3 cannot be reached.
    """
    if pretrained is None or not pretrained.startswith("s3://"):
        return pretrained
    folder, _, name = pretrained.rpartition("/")
    store = open_store(folder)
    assert isinstance(store, S3Store)  # noqa: S101 - by its address
    try:
        etag = store.etag(name)
        file = _cache() / f"{key_of(pretrained, etag)[:32]}{Path(name).suffix}"
        if not file.exists():
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as fetched:
                fetched.write(store.read(name))
            Path(fetched.name).replace(file)
    except FileNotFoundError as error:
        raise ModelError(f"there is no object {pretrained}") from error
    return str(file)


def digest(pretrained: str | None) -> str | None:
    """What tells the weights from others: a tag's name, or the contents of a file."""
    if pretrained is None or not Path(pretrained).is_file():
        return pretrained
    return sha256_of_file(Path(pretrained))


def check(config: TrainConfig) -> None:
    """Raise ModelError unless a CLIP's architecture exists and its weights can be had and fit."""
    from models.networks.clip import create_clip  # noqa: PLC0415 - takes seconds, and most runs train nothing

    create_clip(config.architecture, config.image_size, config.pretrained)


def _cache() -> Path:
    folder = settings().cache.expanduser() / "pretrained"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
