"""Measures from confusion matrices, of one or of many at once.

A matrix has artworks by style (row) and by guess (column); all functions take `[..., styles,
styles]`.
"""

from __future__ import annotations

import numpy as np

from models.arrays import Floats, Labels


def confusion_matrix(labels: Labels, guesses: Labels, styles: int) -> Labels:
    """Count artworks by style (row) and by prediction (column), `[styles, styles]`."""
    pairs = np.asarray(labels, np.int64) * styles + np.asarray(guesses, np.int64)
    return np.bincount(pairs, minlength=styles * styles).reshape(styles, styles)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide a part by the whole; NaN where the whole is 0."""
    quotient: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    return quotient


def accuracy(matrices: Floats | Labels) -> Floats:
    """Compute the share of right predictions, `[...]` of `[..., styles, styles]`."""
    return ratio(_right(matrices).sum(-1), matrices.sum((-1, -2), dtype=np.float64))


def balanced_accuracy(matrices: Floats | Labels) -> Floats:
    """Compute the mean recall over the styles that occur."""
    return _mean(recall(matrices))


def macro_f1(matrices: Floats | Labels) -> Floats:
    """Compute the mean F1 over the styles that occur among labels or predictions."""
    return _mean(f1(matrices))


def precision(matrices: Floats | Labels) -> Floats:
    """Compute each style's precision, `[..., styles]`; NaN where it was never predicted."""
    return ratio(_right(matrices), matrices.sum(-2, dtype=np.float64))


def recall(matrices: Floats | Labels) -> Floats:
    """Compute each style's recall, `[..., styles]`; NaN where it has no artworks."""
    return ratio(_right(matrices), matrices.sum(-1, dtype=np.float64))


def f1(matrices: Floats | Labels) -> Floats:
    """Compute each style's F1, `[..., styles]`; NaN where it does not occur."""
    return ratio(2 * _right(matrices), matrices.sum(-1, dtype=np.float64) + matrices.sum(-2))


def _right(matrices: Floats | Labels) -> Floats:
    return np.diagonal(matrices, axis1=-2, axis2=-1).astype(np.float64)


def _mean(rates: Floats) -> Floats:
    return ratio(np.nansum(rates, -1), np.count_nonzero(~np.isnan(rates), -1).astype(np.float64))
