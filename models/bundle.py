"""One file that carries a trained model from one home to another, and is not trusted.

A bundle is a zip of stored entries under fixed names: the checkpoint's two files, its card, what it
said of the works it was measured on, and `bundle.json` with where it came from and the digest of
each of the others. Nothing of it is unpickled, and no path is made from what it says.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

import sql
from catalog import duck
from catalog.errors import ModelError
from catalog.store import Store
from models import checkpoint, registry, storage
from models.classifier import Classifier
from models.inspection import CARD, ORIGIN_CARD, card_of
from models.registry import FILES, folder_key
from models.storage import Origin

CONTENTS = "bundle.json"
JUDGEMENTS = re.compile(r"judgements-(validation|test)\.(parquet|npz|json)")
"""What a model said of the works that it was measured on, if the home keeps it."""

_MIB = 1 << 20
_LIMITS = {"weights.safetensors": 16 << 30, "model.json": 64 * _MIB, CARD: _MIB, CONTENTS: _MIB}
_OTHER_LIMIT = 1 << 30
_LARGEST_IMAGE = 2048
_MOST_STYLES = 1000
_LONGEST_STYLE = 200
_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)


class Contents(BaseModel):
    """The contents of bundle.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["artcat-model-1"] = Field(description="Layout of the bundle.")
    model_version: str = Field(pattern=r"^[0-9a-f]{16}$", description="Of the model in it.")
    scheme: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="Split it was trained on.")
    preset: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="Preset of its training.")
    training_key: str = Field(
        pattern=r"^[0-9a-f]{1,64}$", description="Of configuration and works."
    )
    code_version: str = Field(
        pattern=r"^[0-9A-Za-z.+-]{1,50}$", description="Version of artcat that trained it."
    )
    created_at: AwareDatetime = Field(description="When it was trained.")
    sha256: dict[str, str] = Field(description="Digest of every other entry, by name.")


def export_model(home: Store, model_version: str, file: Path) -> int:
    """Write a model as one file; its size in bytes. The same model gives the same bytes.

    Args:
        home: that has it.
        model_version: in full.
        file: to be made; an existing one is left alone.

    Raises:
        ModelError: if the home has no such model, its files are damaged, or the file is there
            already or cannot be written.
    """
    origin = _origin(home, model_version)
    folder = storage.local_folder(home, model_version)
    checkpoint.read_manifest(folder)
    if file.exists():
        raise ModelError(f"{file} is there already: give another name, or remove it first")
    small = {CARD: card_of(home, model_version).encode(), **_judgements(home, model_version)}
    digests = {name: _sha256_of_file(folder / name) for name in FILES}
    digests |= {name: hashlib.sha256(data).hexdigest() for name, data in small.items()}
    contents = Contents(format="artcat-model-1", sha256=digests, **origin)
    unfinished = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_STORED) as archive:
            _add(archive, CONTENTS, (contents.model_dump_json(indent=2) + "\n").encode())
            for name in FILES:
                with (folder / name).open("rb") as source:
                    _stream(archive, name, source)
            for name, data in sorted(small.items()):
                _add(archive, name, data)
        unfinished.replace(file)
    except OSError as error:
        raise ModelError(f"cannot write {file}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def import_model(home: Store, file: Path) -> tuple[str, bool]:
    """Check a bundle and put its model into a home; its version, and whether that changed anything.

    It is loaded once, so that what is registered can be used. No role changes: see
    `registry.promote`.

    Raises:
        ModelError: of one line that names the file, if it is no bundle, was changed or damaged, or
            holds a model that this version of artcat does not know.
    """
    with tempfile.TemporaryDirectory(prefix="artcat-") as scratch:
        folder = Path(scratch)
        with _blaming(file, folder):
            contents = _unpack(file, folder)
            classifier = _checked(contents, folder)
        version = contents.model_version
        known = any(row.model_version == version for row in registry.models(home))
        missing = [n for n in FILES if not home.exists(f"{folder_key(version)}/{n}")]
        if known and not missing:
            return version, False
        for name in contents.sha256:
            if name not in (*FILES, CARD):
                home.write(f"{folder_key(version)}/{name}", (folder / name).read_bytes())
        for name in (CARD, ORIGIN_CARD):
            home.write(f"{folder_key(version)}/{name}", (folder / CARD).read_bytes())
        storage.put(home, version, folder)
    if not known:
        given = contents.model_dump(exclude={"format", "model_version", "sha256"})
        storage.register(
            home, version, classifier, Origin(**given, imported_at=datetime.now(UTC))
        )
    return version, True


def _origin(home: Store, model_version: str) -> dict[str, object]:
    registry.find(home, model_version)
    names = ("model_version", *(n for n in Contents.model_fields if n in Origin.__annotations__))
    rows = duck.arrow(
        duck.connect(home, ("models",)),
        "SELECT * FROM models WHERE model_version = $model_version",
        {"model_version": model_version},
    ).to_pylist()
    return {name: rows[0][name] for name in names}


def _judgements(home: Store, model_version: str) -> dict[str, bytes]:
    folder = folder_key(model_version)
    keys = [info.key for info in home.list(folder)]
    names = [key.removeprefix(f"{folder}/") for key in keys]
    return {n: home.read(f"{folder}/{n}") for n in names if JUDGEMENTS.fullmatch(n)}
