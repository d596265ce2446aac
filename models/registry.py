"""What a home's tables say of its trained models, and which one is the champion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from catalog import duck, tables
from catalog.errors import ModelError
from catalog.hashing import key_of
from catalog.schemas import TABLES
from catalog.store import Store

CLASSIFIER = "classifier"


@dataclass(frozen=True)
class ModelRow:
    """What a run must know of a trained model."""

    model_version: str
    method: str
    """How it came to be, as the leaderboard calls it: cnn, zero-shot, fine-tuned, ..."""
    kind: str
    architecture: str
    scheme: str
    training_key: str


def models(home: Store) -> list[ModelRow]:
    """Every trained model, the latest first."""
    rows = duck.connect(home, ("models",)).execute(
        "SELECT model_version, method, kind, architecture, scheme, training_key FROM models "
        "ORDER BY created_at DESC, model_version"
    )
    return [ModelRow(*row) for row in rows.fetchall()]


def champion(home: Store, role: str = CLASSIFIER) -> str | None:
    """The model_version promoted last to a role, None if none was."""
    row = (
        duck.connect(home, ("promotions",))
        .execute(
            "SELECT model_version FROM promotions WHERE role = $role "
            "ORDER BY promoted_at DESC LIMIT 1",
            {"role": role},
        )
        .fetchone()
    )
    return str(row[0]) if row else None


def promote(home: Store, model_version: str, reason: str, role: str = CLASSIFIER) -> bool:
    """Make a model the champion of a role; False if it is already."""
    if champion(home, role) == model_version:
        return False
    row = {
        "promoted_at": datetime.now(UTC),
        "role": role,
        "model_version": model_version,
        "reason": reason,
    }
    schema = TABLES["promotions"].schema
    tables.merge(home, "promotions", pa.Table.from_pylist([row], schema=schema))
    return True


def classifier_key(model_version: str) -> str:
    """Says what a prediction depends on besides the image: part of every prediction_key.

    The model_version covers weights, styles, preprocessing, temperature and thresholds.
    """
    return key_of("prediction", 1, model_version)


def find(home: Store, model_version: str) -> ModelRow:
    """A trained model's row.

    Raises:
        ModelError: if there is none.
    """
    for row in models(home):
        if row.model_version == model_version:
            return row
    raise ModelError(f"{home.uri} has no model {model_version}")
