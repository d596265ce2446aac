"""Export and import of a trained model as one untrusted file (bundle).

A bundle is a zip of uncompressed entries under fixed names; `bundle.json` has the model's origin
and the digest of each other entry. Nothing of it is unpickled, no path is derived from its
contents, and a registered model was loaded once before.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import tempfile
import uuid
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from catalog.base.errors import ModelError
from catalog.base.file_kinds import kind_of
from catalog.base.files import irregular_kind
from catalog.base.hashing import sha256_of, sha256_of_file
from catalog.base.wording import one_line
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.metrics import held_out_predictions
from models.versions import checkpoint, registry, storage
from models.versions.dry_run import require_predictions
from models.versions.inspection import card_of
from models.versions.registry import CARD, FILES, ORIGIN, folder_key
from models.versions.settings import AnyClassifier, ModelSettings, contradictions_in
from models.versions.storage import Origin

CONTENTS = "bundle.json"
_HELD_OUT_PREDICTIONS = re.compile(r"judgements-(validation|test)\.parquet")
"""Stored predictions of the model, if the home has them."""

_MIB = 1 << 20
_LIMITS = {"weights.safetensors": 16 << 30, "model.json": 64 * _MIB, CARD: _MIB, CONTENTS: _MIB}
_OTHER_LIMIT = 256 * _MIB
_SPARE = 64 * _MIB
"""Bytes to leave free where a bundle is unpacked."""
_MAX_IMAGE, _MAX_STYLES, _MAX_STYLE = 1024, 1000, 200


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
    """Write a model as one file, wholly or not at all; return its size in bytes.

    The same model gives the same bytes.

    Raises:
        ModelError: if the home has no such model, its files are damaged, or the file is there
            already or cannot be written.
    """
    registry.find(home, model_version)
    row, place = registry.row_of(home, model_version) or {}, folder_key(model_version)
    folder = storage.local_folder(home, model_version)
    checkpoint.check(folder)
    if file.exists():
        raise ModelError(f"{file} already exists: give another name, or remove it first")
    small = {CARD: card_of(home, model_version).encode()}
    for info in home.list(place):
        name = info.key.removeprefix(f"{place}/")
        if _HELD_OUT_PREDICTIONS.fullmatch(name):
            small[name] = home.read(info.key)
    digests = {name: sha256_of_file(folder / name) for name in FILES}
    digests |= {name: sha256_of(data) for name, data in small.items()}
    origin = {name: row[name] for name in Contents.model_fields if name in row}
    contents = Contents(format="artcat-model-1", sha256=digests, **origin)
    unfinished = file.with_name(f".{file.name}-{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry(CONTENTS), contents.model_dump_json(indent=2) + "\n")
            for name in FILES:
                with (
                    (folder / name).open("rb") as source,
                    archive.open(_entry(name), "w", force_zip64=True) as target,
                ):
                    shutil.copyfileobj(source, target, _MIB)
            for name, data in sorted(small.items()):
                archive.writestr(_entry(name), data)
        unfinished.replace(file)
    except OSError as error:
        raise ModelError(f"cannot write {file}: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return file.stat().st_size


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of 1980: a time would make every file differ
    entry.external_attr = 0o644 << 16
    return entry


def import_model(home: Store, file: Path) -> tuple[str, bool]:
    """Check and import a bundle; return the model's version, and whether anything changed.

    It is loaded and predicts once, so that what is registered can be used. No role changes: see
    `registry.promote`.

    Raises:
        ModelError: naming the file, if it is not a bundle, was changed or damaged, or
            holds a model that this version of artcat does not know.
    """
    with tempfile.TemporaryDirectory(prefix="artcat-") as scratch:
        folder = Path(scratch)
        contents = _unpacked(file, folder)
        classifier = _checked(contents, folder, file)
        version = contents.model_version
        known = any(row.model_version == version for row in registry.models(home))
        if known and storage.damage_of(home, version) is None:
            return version, False
        if not known:
            # Beside the card of this home, not as its evaluations: they are of other works.
            for name in contents.sha256.keys() - set(FILES):
                home.write(f"{folder_key(version)}/{ORIGIN}{name}", (folder / name).read_bytes())
            home.write(f"{folder_key(version)}/{CARD}", (folder / CARD).read_bytes())
        storage.put(home, version, folder)
    if not known:
        given = contents.model_dump(exclude={"format", "model_version", "sha256"})
        storage.register(home, version, classifier, Origin(**given, imported_at=datetime.now(UTC)))
    return version, True


def _unpacked(file: Path, folder: Path) -> Contents:
    """Copy the entries into a folder, under fixed names, and compare their digests."""
    _require_file(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return _extracted(archive, file, folder)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{file} is not an artcat bundle, or damaged: {error}") from error
    except ModelError:
        raise
    except Exception as error:  # zipfile raises nearly any error for invalid headers
        raise ModelError(f"{file} cannot be read: {one_line(error, 300)}") from error


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


def _extracted(archive: zipfile.ZipFile, file: Path, folder: Path) -> Contents:
    sizes = _allowed(archive, file)
    size, free = sum(sizes.values()), shutil.disk_usage(folder).free
    if size + _SPARE > free:
        raise ModelError(
            f"{file} needs {size / 1e9:.1f} GB of disk to be unpacked; {free / 1e9:.1f} GB are "
            f"free in {folder.parent}"
        )
    refused = f"{file}: {CONTENTS} cannot be used"
    try:
        contents = Contents.model_validate_json(archive.read(CONTENTS))
    except ValidationError as error:
        raise ModelError(f"{refused}: {checkpoint.first_problem(error)}") from error
    if contents.created_at > datetime.now(UTC) + timedelta(days=1):
        raise ModelError(f"{refused}: created_at is in the future")
    if set(contents.sha256) != set(sizes) - {CONTENTS}:
        raise ModelError(f"{file} is damaged: its entries do not match its list")
    for name, digest in contents.sha256.items():
        with archive.open(name) as source, (folder / name).open("wb") as target:
            sha256 = hashlib.sha256()
            while part := source.read(_MIB):
                sha256.update(part)
                target.write(part)
        if sha256.hexdigest() != digest:
            raise ModelError(f"{file} is damaged: {name} is not what was exported")
    return contents


def _allowed(archive: zipfile.ZipFile, file: Path) -> dict[str, int]:
    """Return sizes by name, if the entries are those of a bundle and safe."""
    sizes: dict[str, int] = {}
    for entry in archive.infolist():
        name = entry.filename
        if name not in _LIMITS and not _HELD_OUT_PREDICTIONS.fullmatch(name):
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


def _checked(contents: Contents, folder: Path, file: Path) -> AnyClassifier:
    """Load the model and check its version, its architecture, and that it can predict."""
    try:
        manifest = checkpoint.read_manifest(folder)
        if manifest.model_version != contents.model_version:
            raise ModelError(  # noqa: TRY301
                f"{folder} declares a different model from the one it contains"
            )
        dataset_of(contents.scheme)
        _check_settings(manifest.settings, folder)
        _check_texts_and_predictions(contents, folder, manifest.settings.styles)
        _check_memory(folder / checkpoint.WEIGHTS)
        classifier = checkpoint.load(folder, "cpu")
        require_predictions(classifier, "its model")
    except ModelError as error:
        # users know the file, not the folder that it was unpacked into
        message = str(error).replace(f"{folder}/", f"{file}: ").replace(str(folder), str(file))
        raise ModelError(message if str(file) in message else f"{file}: {message}") from error
    except Exception as error:  # any other error caused by a foreign file
        what = one_line(error, 300)
        raise ModelError(f"{file}: its model cannot be built: {what}") from error
    return classifier


def _check_settings(settings: ModelSettings, folder: Path) -> None:
    """Refuse settings that exhaust memory, disturb a terminal or do not come from training."""
    if settings.image is not None:
        _check_settings(settings.image, folder)
    preprocessing = settings.preprocessing
    largest = max(settings.config.image_size, preprocessing.image_size if preprocessing else 0)
    if largest > _MAX_IMAGE or len(settings.styles) > _MAX_STYLES:
        raise ModelError(f"{folder} is refused: its images or its vocabulary are too large")
    for contradiction in contradictions_in(settings):
        raise ModelError(f"{folder} is refused: {contradiction}")
    if any(not name.isprintable() or len(name) > _MAX_STYLE for name in settings.styles):
        raise ModelError(f"{folder} is refused: the name of a style is too long or unprintable")


def _check_texts_and_predictions(contents: Contents, folder: Path, styles: tuple[str, ...]) -> None:
    try:
        text = (folder / CARD).read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ModelError(f"{folder / CARD} is not text") from error
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise ModelError(f"{folder / CARD} contains control characters")
    for name in filter(_HELD_OUT_PREDICTIONS.fullmatch, contents.sha256):
        if held_out_predictions.styles_in(folder / name) != styles:
            raise ModelError(f"{folder / name} has different styles from the model")


def _check_memory(weights: Path) -> None:
    """Refuse weights that would exhaust memory: reading needs twice their size."""
    with suppress(OSError, IndexError, ValueError):
        line = Path("/proc/meminfo").read_text("utf-8").split("MemAvailable:")[1]
        free = int(line.split()[0]) * 1024
        if (needed := 2 * weights.stat().st_size) > free:
            raise ModelError(
                f"{weights} needs {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free"
            )
