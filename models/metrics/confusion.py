"""Measures that follow from confusion matrices, of one or of many at once.

A matrix has works by style (row) and by guess (column); all functions take `[..., styles, styles]`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def confusion_matrix(labels: Labels, guesses: Labels, styles: int) -> Labels:
    """Works by style (row) and by guess (column), `[styles, styles]`."""
    pairs = np.asarray(labels, np.int64) * styles + np.asarray(guesses, np.int64)
    return np.bincount(pairs, minlength=styles * styles).reshape(styles, styles)


def ratio(part: Floats, whole: Floats) -> Floats:
    """A part over the whole; NaN where there is no whole."""
    quotient: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    return quotient


def accuracy(matrices: Floats | Labels) -> Floats:
    """Part of the guesses that are right, `[...]` of `[..., styles, styles]`."""
    return ratio(_right(matrices).sum(-1), matrices.sum((-1, -2), dtype=np.float64))


def balanced_accuracy(matrices: Floats | Labels) -> Floats:
    """Mean recall over the styles that there are works of."""
    works = matrices.sum(-1, dtype=np.float64)
    recall = np.divide(_right(matrices), works, out=np.zeros_like(works), where=works > 0)
    return ratio(recall.sum(-1), (works > 0).sum(-1).astype(np.float64))


def macro_f1(matrices: Floats | Labels) -> Floats:
    """Mean F1 over the styles that occur among labels or guesses."""
    either = matrices.sum(-1, dtype=np.float64) + matrices.sum(-2, dtype=np.float64)
    f1 = np.divide(2 * _right(matrices), either, out=np.zeros_like(either), where=either > 0)
    return ratio(f1.sum(-1), (either > 0).sum(-1).astype(np.float64))


def precision(matrices: Floats | Labels) -> Floats:
    """Of each style, `[..., styles]`; NaN where it was never guessed."""
    return ratio(_right(matrices), matrices.sum(-2, dtype=np.float64))


def recall(matrices: Floats | Labels) -> Floats:
    """Of each style, `[..., styles]`; NaN where there is no work of it."""
    return ratio(_right(matrices), matrices.sum(-1, dtype=np.float64))


def f1(matrices: Floats | Labels) -> Floats:
    """Of each style, `[..., styles]`; NaN where it occurs nowhere."""
    return ratio(2 * _right(matrices), matrices.sum(-1, dtype=np.float64) + matrices.sum(-2))


def _right(matrices: Floats | Labels) -> Floats:
    return np.diagonal(matrices, axis1=-2, axis2=-1).astype(np.float64)
