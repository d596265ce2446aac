"""Cache of the models that this process runs: each is loaded once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock

from catalog.base.errors import ModelError
from catalog.storage.homes import settings
from catalog.storage.store import open_store
from models.classifiers.classifier import encoders_of
from models.evidence.classifier import CombinedClassifier, as_combined
from models.networks.encoding import Encoder
from models.networks.memory import reuse_freed_memory
from models.versions import storage
from models.versions.precision import run_in

_loading = Lock()


def classifier(home: str, model_version: str) -> CombinedClassifier:
    """Load a trained model of a home, as a combined classifier."""
    with _loading:  # otherwise two threads could both load it
        return _classifier(home, model_version)


def encoder(home: str, model_version: str, number: int, precision: str, batch_size: int) -> Encoder:
    """Load an encoder of a model, in the precision that it is run in."""
    with _loading:
        return _encoder(home, model_version, number, precision, batch_size)


def forget() -> None:
    """Release the models: later steps need the memory."""
    with _loading:
        _encoder.cache_clear()
        _classifier.cache_clear()


@lru_cache(maxsize=2)
def _classifier(home: str, model_version: str) -> CombinedClassifier:
    return as_combined(storage.load(open_store(home), model_version))


@lru_cache(maxsize=4)
def _encoder(
    home: str, model_version: str, number: int, precision: str, batch_size: int
) -> Encoder:
    reuse_freed_memory()
    loaded = _classifier(home, model_version).image
    if loaded is None:
        raise ModelError(f"{model_version} has no image classifier, so it has no encoder")
    threads = settings().threads
    found = run_in(encoders_of(loaded, batch_size=batch_size, threads=threads)[number], precision)
    return replace(found, identity=found.digest())  # passed with each shard; the weights stay
