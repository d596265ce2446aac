"""Stands in until trainings can be kept and gone on with: each rung trains anew."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from catalog.store import Store
from models.config import TrainConfig
from models.training import Trained
from models.training import train as train_whole


class TrainingState:
    """Keeps nothing yet."""

    def __init__(self, home: Store, key: str) -> None:
        """Take the place and the name."""

    def discard(self) -> None:
        """Remove what was kept."""


def train(
    config: TrainConfig,
    train_table: pa.Table,
    validation_table: pa.Table,
    styles: Sequence[str],
    progress: bool = True,
    *,
    state: TrainingState,  # noqa: ARG001
    until: int,
) -> Trained:
    """Train up to an epoch."""
    shorter = config.model_copy(update={"epochs": until})
    return train_whole(shorter, train_table, validation_table, styles, progress)
