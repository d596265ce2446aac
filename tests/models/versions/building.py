"""Checkpoints and bundles as another program might write them, with all their digests right."""

from __future__ import annotations

import hashlib
import json
import zipfile
from contextlib import suppress

from pydantic import ValidationError

from catalog.base.hashing import sha256_of
from models.versions.bundle import CONTENTS
from models.versions.checkpoint import Manifest, _version

GIVEN = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 605157884\n"
CARD, KEPT = "card.md", "judgements-validation.parquet"


def signed(manifest: dict, weights: bytes) -> dict:
    """The manifest with the digest of the weights and the version that follows."""
    manifest = manifest | {"weights_sha256": sha256_of(weights)}
    with suppress(ValidationError):  # then it is refused whatever its version
        known = Manifest.model_validate(manifest)
        manifest["model_version"] = _version(known.weights_sha256, known.settings)
    return manifest


def drop(*names):
    """A function that leaves out some entries of a mapping."""
    return lambda given: {name: value for name, value in given.items() if name not in names}


def entries(file) -> dict[str, bytes]:
    """The entries of a bundle by name."""
    with zipfile.ZipFile(file) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def write(file, contents, compression=zipfile.ZIP_STORED):
    """Write entries, by name or in pairs, as a bundle; return the file."""
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in contents.items() if isinstance(contents, dict) else contents:
            archive.writestr(name, data)
    return file


def listed(contents, **changes) -> dict[str, bytes]:
    """The entries with digests that fit them, and other fields of bundle.json changed."""
    told = json.loads(contents[CONTENTS])
    others = drop(CONTENTS)(contents).items()
    told["sha256"] = {name: hashlib.sha256(data).hexdigest() for name, data in others}
    return {**contents, CONTENTS: json.dumps({**told, **changes}).encode()}
