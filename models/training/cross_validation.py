"""Cross-validation: out-of-fold predictions for calibration without a validation part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.base.arrow import values
from catalog.storage.store import Store
from models.classifiers.classifier import encode_all
from models.classifiers.record import Epoch
from models.config import TrainConfig
from models.metrics.held_out_predictions import HeldOutPredictions, predict_held_out
from models.networks.encoding import Encode
from models.training.state import TrainingState
from models.training.train import train


def out_of_fold(
    home: Store,
    config: TrainConfig,
    works: pa.Table,
    styles: Sequence[str],
    *,
    key: str,
    encode: Encode,
) -> tuple[HeldOutPredictions, list[tuple[Epoch, ...]]]:
    """Predict each fold by a model trained on the others; return all predictions.

    Args:
        home: where the states of training runs are kept.
        config: of each training run.
        works: with image, style, facts, group_id and fold.
        styles: the vocabulary, in order.
        key: of these training runs.
        encode: gives the vectors of frozen encoders.

    Returns:
        Predictions of all artworks, and each training run's history.

    Raises:
        ModelError: if the artworks outside a fold are too few to learn from, or training diverges.
    """
    predicted: list[HeldOutPredictions] = []
    histories: list[tuple[Epoch, ...]] = []
    folds = sorted(set(values(works, "fold")) - {None})
    for fold in folds:
        inside = pc.equal(works["fold"], fold)
        others, held_out = works.filter(pc.invert(inside)), works.filter(inside)
        state = TrainingState(home, f"{key}-{fold}")
        trained = train(config, others, held_out, styles, state=state, encode=encode)
        vectors = encode_all(trained, held_out, encode)
        predicted.append(predict_held_out(trained, held_out, vectors=vectors))
        histories.append(trained.record.history)
    pooled = reduce(lambda one, other: one + other, predicted)
    return replace(pooled, out_of_fold=True), histories


def discard_states(home: Store, works: pa.Table, key: str) -> None:
    """Remove the states of the training runs, once their results are stored."""
    for fold in sorted(set(values(works, "fold")) - {None}):
        TrainingState(home, f"{key}-{fold}").discard()


def with_validation(
    history: Sequence[Epoch], folds: Sequence[Sequence[Epoch]]
) -> tuple[Epoch, ...]:
    """Add the folds' mean validation measures to the history of a model of all artworks."""
    by_epoch: dict[int, list[Epoch]] = defaultdict(list)
    for rows in folds:
        for row in rows:
            by_epoch[row.epoch].append(row)

    def mean(epoch: int, name: str) -> float | None:
        found = [getattr(row, name) for row in by_epoch[epoch] if getattr(row, name) is not None]
        return float(np.mean(found)) if found else None

    return tuple(
        replace(
            row,
            validation_loss=mean(row.epoch, "validation_loss"),
            validation_accuracy=mean(row.epoch, "validation_accuracy"),
            validation_macro_f1=mean(row.epoch, "validation_macro_f1"),
        )
        for row in history
    )
