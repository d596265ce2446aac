"""Acceptance thresholds that generalise to other artists.

An artist's artworks are alike: a model is right about all of them or wrong about many. A threshold
at which precision just reaches the target among known artists misses it among others half of the
time. So the lower bound of the precision is what must reach it, with artists as clusters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from models.arrays import Flags, Floats
from models.classifiers.calibration import DECIMALS, MINIMUM_WORKS, NEVER

LEVEL = 0.8
"""Level of the one-sided bound. Artists differ so much that .95 would cost a tenth of acceptances;
precision is also measured within each catalog (`catalog.enrichment.acceptance`)."""


def threshold_for_new_artists(
    confidence: Floats,
    correct: Flags,
    artists: Sequence[str] | npt.NDArray[np.str_],
    *,
    target: float,
    minimum: int = MINIMUM_WORKS,
    level: float = LEVEL,
) -> float:
    """Find the lowest confidence above which the lower bound of precision reaches the target.

    For the pools of evidence; an image model by itself uses `accept_threshold`.

    Args:
        confidence: of the best guess of each artwork, from models that did not see it `[n]`.
        correct: whether that guess is right `[n]`.
        artists: or other groups of artworks that are alike `[n]`.
        target: the required precision of accepted predictions of other artists.
        minimum: how many artworks must be at or above the threshold.
        level: of the one-sided bound.

    Returns:
        The threshold, or `NEVER` if no confidence will do: nothing is accepted.
    """
    if len(confidence) == 0:
        return NEVER
    rounded = np.round(confidence, DECIMALS)
    order = np.argsort(-rounded, kind="stable")
    values = rounded[order]
    _, groups = np.unique(np.asarray(artists)[order], return_inverse=True)
    bounds = _lower_bounds(np.asarray(correct, np.float64)[order], groups, level)
    last = np.append(values[1:] < values[:-1], True)  # equal confidences are kept together
    enough = np.arange(1, len(values) + 1) >= minimum
    found = np.flatnonzero(last & enough & (bounds >= target))
    return float(values[found[-1]]) if len(found) else NEVER


def _lower_bounds(correct: Floats, groups: npt.NDArray[np.intp], level: float) -> Floats:
    """Compute the lower bound of precision among the first 1, 2, ... n artworks, `[n]`.

    Source: Korn and Graubard 1998, Confidence intervals for proportions with small expected number
    of positive counts estimated from survey data: the exact bound of Clopper and Pearson for the
    effective sample size. That size follows from the variance between clusters (linearised), or,
    where every prediction is right, from their sizes (Kish).
    """
    sizes, right = _within(np.ones_like(correct), groups), _within(correct, groups)
    squares = np.cumsum(2 * sizes + 1)  # of the clusters' sizes: (s + 1)^2 - s^2
    right_squares = np.cumsum(correct * (2 * right + 1))
    products = np.cumsum(sizes * correct + right + correct)
    count = np.arange(1, len(correct) + 1, dtype=np.float64)
    clusters = np.cumsum(sizes == 0)
    precision = np.cumsum(correct) / count
    spread = right_squares - 2 * precision * products + precision**2 * squares
    variance = spread / count**2 * clusters / np.maximum(clusters - 1, 1)
    by_size = count**2 / squares
    doubtful = (precision * (1 - precision) <= 0) | (variance <= 0)
    effective = np.where(
        doubtful, by_size, precision * (1 - precision) / np.where(doubtful, 1.0, variance)
    )
    effective = np.minimum(effective, count)
    hits = precision * effective
    bounds = betaincinv(np.maximum(hits, 1e-9), effective - hits + 1, 1 - level)
    return np.where(clusters > 1, bounds, 0.0)


def _within(amounts: Floats, groups: npt.NDArray[np.intp]) -> Floats:
    """Sum, for each row, the amounts of earlier rows of its group `[n]`."""
    order = np.argsort(groups, kind="stable")
    total = np.cumsum(amounts[order]) - amounts[order]
    starts = np.r_[True, np.diff(groups[order]) > 0]
    earlier = np.maximum.accumulate(np.where(starts, np.arange(len(groups)), 0))
    found = np.empty_like(amounts)
    found[order] = total - total[earlier]
    return found
