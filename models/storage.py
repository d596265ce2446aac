"""Put trained models into a home and get them back."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from catalog import tables
from catalog.errors import ModelError
from catalog.homes import settings
from catalog.schemas import TABLES
from catalog.store import FolderStore, Store
from models import checkpoint, judgements
from models.classifier import Classifier
from models.judgements import Judgements

_FILES = (checkpoint.WEIGHTS, checkpoint.MANIFEST)  # in this order: the manifest makes it whole


def save(
    home: Store,
    classifier: Classifier,
    *,
    scheme: str,
    preset: str,
    training_key: str,
    judged: Judgements | None = None,
) -> str:
    """Put a model's files and its row into the home; returns its model_version.

    `judged` is what it, or models of the other folds, said of works not trained on.
    """
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        model_version = checkpoint.save(classifier, Path(folder) / "model")
        for name in _FILES:
            key = f"models/{model_version}/{name}"
            home.write(key, (Path(folder) / "model" / name).read_bytes())
    if judged is not None:
        judgements.write(home, model_version, "validation", judged)
    row = {
        "model_version": model_version,
        "method": classifier.config.method,
        "kind": classifier.config.kind,
        "architecture": classifier.config.architecture,
        "scheme": scheme,
        "preset": preset,
        "training_key": training_key,
        "data_fingerprint": classifier.record.data_fingerprint,
        "config": classifier.config.model_dump_json(),
        "history": json.dumps([vars(epoch) for epoch in classifier.record.history]),
        "styles": list(classifier.styles),
        "precision": classifier.config.precision,
        "temperature": classifier.temperature,
        "accept_threshold": classifier.accept_threshold,
        "review_threshold": classifier.review_threshold,
        "code_version": version("artcat"),
        "works": sum(classifier.counts),
        "seconds": classifier.record.seconds,
        "created_at": datetime.now(UTC),
    }
    tables.merge(home, "models", pa.Table.from_pylist([row], schema=TABLES["models"].schema))
    return model_version


def load(home: Store, model_version: str) -> Classifier:
    """Load a model; from S3 its files are fetched once into the cache.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    return checkpoint.load(_folder(home, model_version))


def _folder(home: Store, model_version: str) -> Path:
    if isinstance(home, FolderStore):
        return home.path(f"models/{model_version}")
    cached = settings().cache.expanduser() / "models" / model_version
    if not cached.is_dir():
        cached.parent.mkdir(parents=True, exist_ok=True)
        fetched = Path(tempfile.mkdtemp(prefix=".fetching-", dir=cached.parent))
        try:
            for name in _FILES:
                (fetched / name).write_bytes(home.read(f"models/{model_version}/{name}"))
            fetched.rename(cached)
        except FileNotFoundError as error:
            raise ModelError(f"{home.uri} has no model {model_version}") from error
        except OSError:
            # another process was faster: its folder is as good
            if not cached.is_dir():
                raise
        finally:
            shutil.rmtree(fetched, ignore_errors=True)
    return cached
