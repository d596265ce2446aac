"""Measures of a classifier: pure functions of styles as they are and as they were guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BINS = 15


@dataclass(frozen=True)
class StyleScores:
    """How well one style is told."""

    style: str
    precision: float
    recall: float
    f1: float
    support: int
    """Works of the style among those measured."""


@dataclass(frozen=True)
class MajorityClass:
    """What always answering the commonest training style would reach."""

    label: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class ReliabilityBin:
    """Works whose confidence lies between two bounds, the lower one not included."""

    low: float
    high: float
    works: int
    confidence: float
    """Their mean confidence."""
    accuracy: float
    """The part of them that is right."""


def confusion_matrix(labels: Labels, guesses: Labels, styles: int) -> Labels:
    """Works by style (row) and by guess (column), `[styles, styles]`."""
    pairs = np.asarray(labels, np.int64) * styles + np.asarray(guesses, np.int64)
    return np.bincount(pairs, minlength=styles * styles).reshape(styles, styles)


def accuracy(labels: Labels, guesses: Labels) -> float:
    """Part of the guesses that are right; NaN of none."""
    return float(np.mean(np.asarray(labels) == np.asarray(guesses))) if len(labels) else np.nan


def balanced_accuracy(labels: Labels, guesses: Labels) -> float:
    """Mean recall over the styles that there are works of; NaN without works."""
    if len(labels) == 0:
        return np.nan
    matrix = confusion_matrix(labels, guesses, _styles(labels, guesses))
    works = matrix.sum(1)
    return float(np.mean(matrix.diagonal()[works > 0] / works[works > 0]))


def in_top(labels: Labels, logits: Floats, k: int = 3) -> npt.NDArray[np.bool_]:
    """Whether each work's style is among its k likeliest, the first of equals before the others.

    Args:
        labels: `[n]`.
        logits: or probabilities, `[n, styles]`.
        k: how many guesses count; with as many as there are styles, every work is right.
    """
    likeliest = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    found: npt.NDArray[np.bool_] = (likeliest == np.asarray(labels)[:, None]).any(1)
    return found


def top_k_accuracy(labels: Labels, logits: Floats, k: int = 3) -> float:
    """Part of the works whose style is among the k likeliest; NaN of none. See `in_top`."""
    return float(in_top(labels, logits, k).mean()) if len(labels) else np.nan


def macro_f1(labels: Labels, guesses: Labels) -> float:
    """Mean F1 over the styles that occur among the labels or the guesses; NaN without works."""
    if len(labels) == 0:
        return np.nan
    _, _, f1, occurs = _rates(confusion_matrix(labels, guesses, _styles(labels, guesses)))
    return float(np.mean(f1[occurs]))


def per_style(labels: Labels, guesses: Labels, styles: Sequence[str]) -> list[StyleScores]:
    """Precision, recall and F1 of every style; 0 where there is nothing to divide by."""
    matrix = confusion_matrix(labels, guesses, len(styles))
    precision, recall, f1, _ = _rates(matrix)
    support = matrix.sum(1)
    return [
        StyleScores(style, float(precision[i]), float(recall[i]), float(f1[i]), int(support[i]))
        for i, style in enumerate(styles)
    ]


def majority_class(train_labels: Labels, test_labels: Labels) -> MajorityClass:
    """The baseline to beat: the commonest style of the training works (the first of equals).

    Args:
        train_labels: `[n]`, n at least 1.
        test_labels: `[m]`.
    """
    label = int(np.bincount(train_labels).argmax())
    guesses = np.full(len(test_labels), label)
    return MajorityClass(label, accuracy(test_labels, guesses), macro_f1(test_labels, guesses))


def expected_calibration_error(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = BINS
) -> float:
    """Mean distance of confidence from the part that is right, over bins of equal width.

    Source: Naeini et al. 2015; Guo et al. 2017, with 15 bins closed above, as there.

    Args:
        confidence: of the best guess of each work, 0 to 1, `[n]`.
        correct: whether that guess is right, `[n]`.
        bins: how many.

    Returns:
        0 (calibrated) to 1; NaN without works.
    """
    if len(confidence) == 0:
        return np.nan
    where = _bins(confidence, bins)
    gaps = np.asarray(confidence, np.float64) - np.asarray(correct, np.float64)
    return float(np.abs(np.bincount(where, weights=gaps, minlength=bins)).sum() / len(where))


def reliability(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = BINS
) -> list[ReliabilityBin]:
    """The bins of the calibration error that hold any work, least confident first.

    Source: Niculescu-Mizil and Caruana 2005; arguments as for `expected_calibration_error`.
    """
    where = _bins(confidence, bins)
    return [
        ReliabilityBin(
            number / bins,
            (number + 1) / bins,
            int((where == number).sum()),
            float(np.mean(confidence[where == number])),
            float(np.mean(correct[where == number])),
        )
        for number in np.unique(where).tolist()
    ]


def _bins(confidence: npt.NDArray[np.floating], bins: int) -> Labels:
    """The bin of each confidence, `[n]`; a bin holds its upper edge."""
    above = np.ceil(np.asarray(confidence) * bins).astype(np.int64) - 1
    where: Labels = np.clip(above, 0, bins - 1)
    return where


def _styles(labels: Labels, guesses: Labels) -> int:
    return int(max(np.max(labels), np.max(guesses))) + 1


def _rates(matrix: Labels) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Precision, recall, F1 of each style, and whether it occurs at all."""
    right = matrix.diagonal().astype(np.float64)
    guessed, works = matrix.sum(0), matrix.sum(1)
    precision = right / np.maximum(guessed, 1)
    recall = right / np.maximum(works, 1)
    f1 = 2 * right / np.maximum(guessed + works, 1)
    return precision, recall, f1, guessed + works > 0
