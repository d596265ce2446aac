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

    Args:
        config: of the training run; the number of reading threads is ignored.
        scheme: split whose parts the artworks are.
        train_works: fingerprint of the artworks trained on (`catalog.datasets.examples`).
        validation_works: fingerprint of the artworks that each epoch is evaluated on.

    Raises:
        ModelError: for an unknown scheme.
    """
    return key_of(
        config.model_dump(mode="json", exclude={"pretrained", "workers"}),
        digest(config.pretrained),
        scheme,
        dataset_of(scheme).styles,
        train_works,
        validation_works,
    )[:16]


def fingerprint_of(home: Store, scheme: str, part: str) -> str:
    """Return the fingerprint of a part's artworks, without reading their images."""
    facts = [name for name in examples.COLUMNS if name != "image"]
    return examples.fingerprint(examples.works_of(home, scheme, part).select(facts))
