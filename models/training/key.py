"""What tells one training from another: the name of its saved state, and of what came of it."""

from __future__ import annotations

from catalog.base.hashing import key_of
from catalog.datasets import examples
from catalog.datasets.dataset import dataset_of
from catalog.storage.store import Store
from models.config import TrainConfig
from models.networks.pretrained import digest


def training_key(config: TrainConfig, scheme: str, train_works: str, validation_works: str) -> str:
    """Says what a training comes from: equal keys give equal models.

    Args:
        config: what is trained, and how; how many threads read images is left out.
        scheme: split whose parts the works are.
        train_works: fingerprint of the works trained on (`catalog.datasets.examples`).
        validation_works: fingerprint of the works that each epoch is measured on.

    Raises:
        ModelError: for a scheme that there is not.
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
    """The fingerprint of a part's works, without reading their images."""
    facts = [name for name in examples.COLUMNS if name != "image"]
    return examples.fingerprint(examples.works_of(home, scheme, part).select(facts))
