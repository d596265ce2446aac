"""Storage of trained models in a home."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from catalog.base.errors import ModelError
from catalog.base.wording import one_line
from catalog.storage import tables
from catalog.storage.homes import settings
from catalog.storage.store import FolderStore, Store
from models.classifiers.classifier import Classifier
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.versions import card, checkpoint, registry
from models.versions.registry import FILES, folder_key
from models.versions.settings import AnyClassifier

_FETCHED_AGAIN: set[str] = set()
"""Models whose cached files this process found damaged."""


@dataclass(frozen=True)
class Origin:
    """The origin of a model, beside what its files say."""

    scheme: str
    preset: str
    training_key: str
    code_version: str
    created_at: datetime
    imported_at: datetime | None = None


def save(
    home: Store,
    classifier: AnyClassifier,
    *,
    scheme: str,
    preset: str,
    training_key: str,
    held_out: HeldOutPredictions | None = None,
) -> str:
    """Store a model's files, its row and its card in the home; return its model_version.

    `held_out` are its held-out predictions, or out-of-fold ones.
    """
    origin = Origin(scheme, preset, training_key, version("artcat"), datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        model_version = checkpoint.save(classifier, Path(folder) / "model")
        put(home, model_version, Path(folder) / "model")
    if held_out is not None:
        held_out_predictions.write(home, model_version, "validation", held_out)
    register(home, model_version, classifier, origin)
    card.write(home, model_version)
    return model_version


def put(home: Store, model_version: str, folder: Path) -> None:
    """Copy a checkpoint's files into the home; the last one completes it."""
    for name in FILES:
        home.write(f"{folder_key(model_version)}/{name}", (folder / name).read_bytes())


def register(home: Store, model_version: str, classifier: AnyClassifier, origin: Origin) -> None:
    """Write the row of a model whose files are already stored."""
    config, record = classifier.config, classifier.record
    row = {
        "model_version": model_version,
        **{name: getattr(config, name) for name in ("method", "kind", "architecture", "precision")},
        "config": config.model_dump_json(),
        "styles": list(classifier.styles),
        "works": sum(classifier.counts),
        **vars(classifier.calibration),
        "data_fingerprint": record.data_fingerprint,
        "seconds": record.seconds,
        "history": json.dumps([vars(epoch) for epoch in record.history]),
        **vars(origin),
    }
    tables.merge(home, "models", [row])


def load(home: Store, model_version: str) -> AnyClassifier:
    """Load a model; from S3 its files are fetched once into the cache, again if damaged there.

    Raises:
        ModelError: if the home has no such model, or its files are damaged; the message
            names the model and says what to do.
    """
    try:
        return checkpoint.load(local_folder(home, model_version))
    except (ModelError, OSError) as error:
        cached = None if isinstance(home, FolderStore) else _cached(model_version)
        if cached and cached.exists() and model_version not in _FETCHED_AGAIN:
            _FETCHED_AGAIN.add(model_version)
            shutil.rmtree(cached, ignore_errors=True)
            return load(home, model_version)
        raise ModelError(registry.unusable(home, model_version, one_line(error))) from error


def damage_of(home: Store, model_version: str) -> str | None:
    """Return what is wrong with a model's files in the home itself; None if nothing is.

    Raises:
        StoreError: if the files cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="artcat-") as scratch:
        folder = Path(scratch)
        try:
            if isinstance(home, FolderStore):
                folder = home.path(folder_key(model_version))
            else:
                _fetch(home, model_version, folder)
            manifest = checkpoint.check(folder)
        except (ModelError, FileNotFoundError) as error:
            return one_line(error).replace(str(folder), home.uri_of(folder_key(model_version)))
    return None if manifest.model_version == model_version else "its files are of another model"


def _fetch(home: Store, model_version: str, folder: Path) -> None:
    """Copy a model's files to a folder of this machine; raises FileNotFoundError."""
    for name in FILES:
        with (folder / name).open("wb") as file:
            home.read_into(f"{folder_key(model_version)}/{name}", file)


def _cached(model_version: str) -> Path:
    return settings().cache.expanduser() / folder_key(model_version)


def load_image_classifier(home: Store, model_version: str) -> Classifier:
    """Load a model that predicts from images alone.

    Raises:
        ModelError: if it is another kind of model; also as `load`.
    """
    model = load(home, model_version)
    if not isinstance(model, Classifier):
        raise ModelError(f"{model_version} is not an image classifier: it is {model.config.method}")
    return model


def local_folder(home: Store, model_version: str) -> Path:
    """Return a local folder with a model's files; from S3 they are fetched once.

    Raises:
        ModelError: if the home has no such model.
    """
    if isinstance(home, FolderStore):
        return home.path(folder_key(model_version))
    cached = _cached(model_version)
    if not cached.is_dir():
        cached.parent.mkdir(parents=True, exist_ok=True)
        fetched = Path(tempfile.mkdtemp(prefix=".fetching-", dir=cached.parent))
        try:
            _fetch(home, model_version, fetched)
            fetched.rename(cached)
        except FileNotFoundError as error:
            raise ModelError(f"{home.uri} has no model {model_version}") from error
        except OSError:
            # another process was faster: use its folder
            if not cached.is_dir():
                raise
        finally:
            shutil.rmtree(fetched, ignore_errors=True)
    return cached
