"""Metrics of a classifier: pure functions of true and predicted styles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats, Labels
from models.metrics import confusion

BINS = 15


@dataclass(frozen=True)
class MajorityClass:
    """Metrics of always predicting the most common training style."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class ReliabilityBin:
    """Artworks whose confidence lies between two bounds, the lower one not included."""

    low: float
    high: float
    works: int
    confidence: float
    """Their mean confidence."""
    accuracy: float
    """The share of right predictions among them."""


def accuracy(labels: Labels, guesses: Labels) -> float:
    """Compute the share of right predictions; NaN of none."""
    return float(np.mean(np.asarray(labels) == np.asarray(guesses))) if len(labels) else np.nan


def in_top(labels: Labels, logits: Floats, k: int = 3) -> Flags:
    """Return whether each artwork's style is among its k most likely; ties go to the lower index.

    `labels` are `[n]`, logits or probabilities `[n, styles]`.
    """
    top = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    found: Flags = (top == np.asarray(labels)[:, None]).any(1)
    return found


def macro_f1(labels: Labels, guesses: Labels) -> float:
    """Compute the mean F1 over the styles among labels or predictions; NaN without artworks."""
    if len(labels) == 0:
        return np.nan
    styles = int(max(np.max(labels), np.max(guesses))) + 1
    return float(confusion.macro_f1(confusion.confusion_matrix(labels, guesses, styles)))


def majority_class(train_labels: Labels, test_labels: Labels) -> MajorityClass:
    """Measure always guessing the most common training style, the first of equals."""
    guesses = np.full(len(test_labels), np.bincount(train_labels).argmax())
    return MajorityClass(accuracy(test_labels, guesses), macro_f1(test_labels, guesses))


def expected_calibration_error(
    confidence: npt.NDArray[np.floating], correct: Flags, bins: int = BINS
) -> float:
    """Compute the mean gap between confidence and accuracy over bins of equal width.

    Source: Naeini et al. 2015; Guo et al. 2017, with 15 bins closed above, as there.

    Args:
        confidence: of the best guess of each artwork, 0 to 1, `[n]`.
        correct: whether that guess is right, `[n]`.
        bins: how many.

    Returns:
        0 (calibrated) to 1; NaN without artworks.
    """
    if len(confidence) == 0:
        return np.nan
    where = _bins(confidence, bins)
    gaps = np.asarray(confidence, np.float64) - np.asarray(correct, np.float64)
    return float(np.abs(np.bincount(where, weights=gaps, minlength=bins)).sum() / len(where))


def reliability(
    confidence: npt.NDArray[np.floating], correct: Flags, bins: int = BINS
) -> list[ReliabilityBin]:
    """Return the non-empty bins of the calibration error, least confident first.

    Source: Niculescu-Mizil and Caruana 2005; arguments as for `expected_calibration_error`.
    """
    where = _bins(confidence, bins)
    found = []
    for number in np.unique(where).tolist():
        inside = where == number
        means = float(confidence[inside].mean()), float(correct[inside].mean())
        found.append(ReliabilityBin(number / bins, (number + 1) / bins, int(inside.sum()), *means))
    return found


def _bins(confidence: npt.NDArray[np.floating], bins: int) -> Labels:
    """Return the bin of each confidence, `[n]`; a bin includes its upper edge."""
    return np.asarray(
        np.clip(np.ceil(np.asarray(confidence) * bins).astype(np.int64) - 1, 0, bins - 1)
    )
