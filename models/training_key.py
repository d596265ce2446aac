"""What tells one training from another: the name of its saved state, and of what came of it."""

from __future__ import annotations

from catalog.hashing import key_of
from catalog.vocabulary import style_names
from models.config import TrainConfig
from models.pretrained import digest


def training_key(config: TrainConfig, scheme: str, train_works: str, validation_works: str) -> str:
    """Hexadecimal key over configuration, first weights, vocabulary and works.

    Args:
        config: what is trained, and how.
        scheme: split whose parts the works are.
        train_works: fingerprint of the works trained on, by `catalog.examples.fingerprint`.
        validation_works: fingerprint of the works that each epoch is measured on.
    """
    return key_of(
        config.model_dump(mode="json", exclude={"pretrained"}),
        digest(config.pretrained),
        scheme,
        style_names(),
        train_works,
        validation_works,
    )[:16]
