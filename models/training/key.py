"""Training keys, which identify saved states and their models."""

from __future__ import annotations

from catalog.base.hashing import key_of
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.config import TrainConfig
from models.networks.pretrained import digest


def training_key(config: TrainConfig, scheme: str, train_works: str, validation_works: str) -> str:
    """Hash the inputs of a training run: equal keys give equal models.

    The artworks are given by their fingerprints (`catalog.datasets.examples`).

    Raises:
        ModelError: for an unknown scheme.
    """
    settings = config.model_dump(mode="json", exclude={"pretrained", "workers"})
    weights, styles = digest(config.pretrained), dataset_of(scheme).styles
    return key_of(settings, weights, scheme, styles, train_works, validation_works)[:16]


def fingerprint_of(home: Store, scheme: str, part: str) -> str:
    """Return the fingerprint of a part's artworks, without reading their images."""
    facts = [name for name in examples.COLUMNS if name != "image"]
    return examples.fingerprint(examples.works_of(home, scheme, part).select(facts))
