"""The bundle format: a zip of uncompressed entries under fixed names, read as untrusted.

`bundle.json` has the model's origin and the digest of each other entry.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import uuid
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from catalog.base.errors import ModelError
from catalog.base.file_kinds import kind_of
from catalog.base.files import irregular_kind
from catalog.base.hashing import sha256_of, sha256_of_file

CARD = "card.md"
CONTENTS = "bundle.json"
HELD_OUT_PREDICTIONS = re.compile(r"judgements-(validation|test)\.parquet")
"""Stored predictions of the model, if the home has them."""

_MIB = 1 << 20
_LIMITS = {"weights.safetensors": 16 << 30, "model.json": 64 * _MIB, CARD: _MIB, CONTENTS: _MIB}
_OTHER_LIMIT = 256 * _MIB
_DAY = timedelta(days=1)
_SPARE = 64 * _MIB
"""Bytes to leave free where a bundle is unpacked."""
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


def pack(
    file: Path, origin: Mapping[str, Any], files: Mapping[str, Path], small: Mapping[str, bytes]
) -> None:
    """Write a bundle, wholly or not at all; the same contents give the same bytes.

    Args:
        file: to create.
        origin: the fields of `Contents` on the model's origin.
        files: large entries by name.
        small: other entries by name.

    Raises:
        ModelError: if the file cannot be written.
    """
    digests = {name: sha256_of_file(path) for name, path in files.items()}
    digests |= {name: sha256_of(data) for name, data in small.items()}
    contents = Contents(format="artcat-model-1", sha256=digests, **origin)
    unfinished = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_STORED) as archive:
            _add(archive, CONTENTS, (contents.model_dump_json(indent=2) + "\n").encode())
            for name, path in files.items():
                with path.open("rb") as source:
                    _stream(archive, name, source)
            for name, data in sorted(small.items()):
                _add(archive, name, data)
        unfinished.replace(file)
    except OSError as error:
        raise ModelError(f"cannot write {file}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> Contents:
    """Copy the entries into a folder, under fixed names, and compare their digests.

    Args:
        file: untrusted.
        folder: empty.

    Raises:
        ModelError: naming the file, if it is not a bundle, or damaged.
    """
    _require_file(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return _extracted(archive, file, folder)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{file} is not an artcat bundle, or damaged: {error}") from error
    except ModelError:
        raise
    except Exception as error:  # zipfile raises nearly any error for invalid headers
        what = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(f"{file} cannot be read: {what}") from error


def _extracted(archive: zipfile.ZipFile, file: Path, folder: Path) -> Contents:
    sizes = _allowed(archive, file)
    _require_space(folder, sum(sizes.values()), file)
    with archive.open(CONTENTS) as source:
        contents = _contents(source.read(), file)
    if set(contents.sha256) != set(sizes) - {CONTENTS}:
        raise ModelError(f"{file} is damaged: its entries do not match its list")
    for name, digest in contents.sha256.items():
        with archive.open(name) as source, (folder / name).open("wb") as target:
            if _copied(source, target) != digest:
                raise ModelError(f"{file} is damaged: {name} is not what was exported")
    return contents


def _require_file(file: Path) -> None:
    """Refuse anything but a zip: a pipe (reading would block), a pointer, a web page, ..."""
    try:
        if (irregular := irregular_kind(file.stat().st_mode)) is not None:
            raise ModelError(f"{file} cannot be read: it is {irregular}")
        if not zipfile.is_zipfile(file) and (kind := kind_of(file)):
            raise ModelError(f"{file} is not an artcat bundle, or damaged: it is {kind}")
    except FileNotFoundError as error:
        raise ModelError(f"there is no file {file}") from error
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror or error}") from error


def _require_space(folder: Path, size: int, file: Path) -> None:
    if size + _SPARE > (free := shutil.disk_usage(folder).free):
        raise ModelError(
            f"{file} needs {size / 1e9:.1f} GB of disk to be unpacked; {free / 1e9:.1f} GB are "
            f"free in {folder.parent}"
        )


def _allowed(archive: zipfile.ZipFile, file: Path) -> dict[str, int]:
    """Return sizes by name, if the entries are those of a bundle and safe."""
    sizes: dict[str, int] = {}
    for entry in archive.infolist():
        name = entry.filename
        if name not in _LIMITS and not HELD_OUT_PREDICTIONS.fullmatch(name):
            raise ModelError(f"{file} is not an artcat bundle: it contains {name[:80]!r}")
        if name in sizes:
            raise ModelError(f"{file} is not an artcat bundle: it contains {name} twice")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise ModelError(f"{file} is not an artcat bundle: {name} is a link, not a file")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise ModelError(f"{file} is not an artcat bundle: {name} is compressed or encrypted")
        if entry.file_size > _LIMITS.get(name, _OTHER_LIMIT):
            raise ModelError(f"{file}: {name} is too large, {entry.file_size:,} bytes")
        sizes[name] = entry.file_size
    for name in _LIMITS:
        if name not in sizes:
            raise ModelError(f"{file} is not an artcat bundle: it has no {name}")
    # entries that share bytes would add up to more than the file
    if sum(sizes.values()) > file.stat().st_size:
        raise ModelError(f"{file} is damaged: its entries are larger than the file")
    return sizes


def _contents(data: bytes, file: Path) -> Contents:
    try:
        contents = Contents.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise ModelError(f"{file}: {CONTENTS} cannot be used: {where}: {first['msg']}") from error
    if contents.created_at > datetime.now(UTC) + _DAY:
        raise ModelError(f"{file}: {CONTENTS} cannot be used: created_at is in the future")
    return contents


def _copied(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy a file and return its digest."""
    digest = hashlib.sha256()
    while part := source.read(_MIB):
        digest.update(part)
        target.write(part)
    return digest.hexdigest()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name), data)


def _stream(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    with archive.open(_entry(name), "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, _MIB)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH_OF_ZIP)
    entry.external_attr = 0o644 << 16
    return entry
