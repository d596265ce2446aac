"""Predictions of a combined classifier for a fold, and their metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats, Numbers
from models.classifiers.calibration import DECIMALS, THRESHOLD_PRECISION
from models.evidence.classifier import CombinedClassifier
from models.evidence.fitting import fit_pools
from models.metrics.scores import accuracy, expected_calibration_error, macro_f1
from models.presets import resolve_config
from tests.benchmarks.evidence_folds import STYLES, Artworks, HeldOut

MEASURES = ("accuracy", "macro-F1", "ECE", "log-loss", "accepted", "precision", "artists")


@dataclass(frozen=True)
class Predicted:
    """What was predicted of some artworks of unseen artists."""

    logs: Floats
    """Log-probabilities `[n, styles]`."""
    decisions: npt.NDArray[np.str_]
    """`accepted`, `review` or `abstained` `[n]`."""

    @property
    def accepted(self) -> Flags:
        """Whether a prediction is confident enough to be accepted `[n]`."""
        return np.asarray(self.decisions == "accepted")

    @property
    def guesses(self) -> Numbers:
        """The likeliest style `[n]`."""
        return np.asarray(self.logs.argmax(1), np.int64)

    @property
    def confidence(self) -> Floats:
        """Its probability `[n]`."""
        return np.round(np.exp(self.logs.max(1)), DECIMALS)

    def measure(self, asked: Artworks) -> list[float]:
        """`MEASURES`; precision is NaN, and of no artists, where nothing is accepted."""
        right = self.guesses == asked.labels
        likely = self.logs[np.arange(len(right)), asked.labels]
        taken = self.accepted
        return [
            accuracy(asked.labels, self.guesses),
            macro_f1(asked.labels, self.guesses),
            expected_calibration_error(self.confidence, right),
            float(-np.maximum(likely, -12).mean()),
            float(taken.mean()),
            float(right[taken].mean()) if taken.any() else np.nan,
            float(len(set(asked.groups[taken]))),
        ]


def classifier_of(
    fold: HeldOut, kinds: Sequence[str], only: Flags | None = None
) -> CombinedClassifier:
    """Fit the pools of a combined classifier on the training artworks, or on some of them."""
    rows = np.arange(len(fold.training.labels)) if only is None else np.flatnonzero(only)
    fitted = fit_pools(
        fold.known.take(rows),
        fold.training.labels[rows],
        fold.training.groups[rows].tolist(),
        kinds=kinds,
        target_precision=THRESHOLD_PRECISION,
    )
    counts = np.bincount(fold.training.labels, minlength=len(STYLES)).tolist()
    return CombinedClassifier(resolve_config("combined"), STYLES, tuple(counts), fitted.pools)
