"""Export and import of a trained model as one untrusted file (bundle).

Nothing of it is unpickled, no path is derived from its contents, and a registered model was loaded
once before.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from catalog.base.errors import ModelError
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.metrics import held_out_predictions
from models.versions import checkpoint, registry, storage
from models.versions.bundle_file import CARD, HELD_OUT_PREDICTIONS, Contents, pack, unpack
from models.versions.dry_run import require_predictions
from models.versions.inspection import card_of
from models.versions.registry import FILES, ORIGIN, folder_key
from models.versions.settings import AnyClassifier, ModelSettings, contradictions_in
from models.versions.storage import Origin

_MAX_IMAGE = 1024
_MAX_STYLES = 1000
_MAX_STYLE = 200


def export_model(home: Store, model_version: str, file: Path) -> int:
    """Write a model as one file; return its size in bytes. The same model gives the same bytes.

    Args:
        home: that has it.
        model_version: in full.
        file: to create; an existing one is left alone.

    Raises:
        ModelError: if the home has no such model, its files are damaged, or the file is there
            already or cannot be written.
    """
    origin = _origin(home, model_version)
    folder = storage.local_folder(home, model_version)
    checkpoint.check(folder)
    if file.exists():
        raise ModelError(f"{file} already exists: give another name, or remove it first")
    small = {
        CARD: card_of(home, model_version).encode(),
        **_held_out_predictions(home, model_version),
    }
    pack(file, origin, {name: folder / name for name in FILES}, small)
    return file.stat().st_size


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
        contents = unpack(file, folder)
        classifier = _checked(contents, folder, file)
        version = contents.model_version
        known = any(row.model_version == version for row in registry.models(home))
        if known and storage.damage_of(home, version) is None:
            return version, False
        if not known:
            _keep_origin(home, contents, folder)
        storage.put(home, version, folder)
    if not known:
        given = contents.model_dump(exclude={"format", "model_version", "sha256"})
        storage.register(home, version, classifier, Origin(**given, imported_at=datetime.now(UTC)))
    return version, True


def _keep_origin(home: Store, contents: Contents, folder: Path) -> None:
    """Keep the other home's card and evaluations beside those of this home.

    Its stored predictions are of other works: here they would pass for an evaluation.
    """
    place = folder_key(contents.model_version)
    for name in contents.sha256.keys() - set(FILES):
        home.write(f"{place}/{ORIGIN}{name}", (folder / name).read_bytes())
    home.write(f"{place}/{CARD}", (folder / CARD).read_bytes())


def _origin(home: Store, model_version: str) -> dict[str, object]:
    registry.find(home, model_version)
    names = ("model_version", *(n for n in Contents.model_fields if n in Origin.__annotations__))
    row = registry.row_of(home, model_version) or {}
    return {name: row[name] for name in names}


def _held_out_predictions(home: Store, model_version: str) -> dict[str, bytes]:
    folder = folder_key(model_version)
    keys = [info.key for info in home.list(folder)]
    names = [key.removeprefix(f"{folder}/") for key in keys]
    return {n: home.read(f"{folder}/{n}") for n in names if HELD_OUT_PREDICTIONS.fullmatch(n)}


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
        _check_card(folder / CARD)
        _check_held_out_predictions(contents, folder, manifest.settings.styles)
        _check_memory(folder / checkpoint.WEIGHTS)
        classifier = checkpoint.load(folder, "cpu")
        require_predictions(classifier, "its model")
    except ModelError as error:
        # users know the file, not the folder that it was unpacked into
        message = str(error).replace(f"{folder}/", f"{file}: ").replace(str(folder), str(file))
        raise ModelError(message if str(file) in message else f"{file}: {message}") from error
    except Exception as error:  # any other error caused by a foreign file
        what = str(error).splitlines()[0] if str(error) else type(error).__name__
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


def _check_card(path: Path) -> None:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ModelError(f"{path} is not text") from error
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise ModelError(f"{path} contains control characters")


def _check_held_out_predictions(contents: Contents, folder: Path, styles: tuple[str, ...]) -> None:
    for name in contents.sha256:
        if (
            HELD_OUT_PREDICTIONS.fullmatch(name)
            and held_out_predictions.styles_in(folder / name) != styles
        ):
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
