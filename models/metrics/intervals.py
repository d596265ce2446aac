"""Bootstrap intervals that resample whole groups.

Artworks of one artist are alike, so an artist is drawn with all of their artworks or not at all:
the cluster bootstrap (Field and Welsh 2007, Bootstrapping clustered data). Drawing single artworks
would give intervals that are too narrow.

Every measure here is a function of sums over artworks (a confusion matrix is one), so a resample
needs no artworks: it weights each group's sums by how often the group was drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from models.arrays import Flags, Floats, Labels

RESAMPLES = 1000
LEVEL = 0.95
_AT_A_TIME = 100
"""Resamples per batch: weights of 36 MB for 45,000 groups."""

Feature = npt.NDArray[np.floating] | Flags | sparse.csr_array
Statistic = Callable[[Floats], Floats]
"""From confusion matrices `[..., styles, styles]` to one value for each, `[...]`."""


@dataclass(frozen=True)
class Estimate:
    """A value and its interval; NaN if undefined."""

    value: float
    lower: float
    upper: float


def resampled_sums(
    features: Mapping[str, Feature],
    groups: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Floats]:
    """Sum over all artworks, and over groups drawn with replacement.

    Args:
        features: to be summed: of each artwork one value `[n]` or several `[n, k]`, which may be
            sparse.
        groups: to which each artwork belongs, `[n]`.
        resamples: how many.
        seed: of the draws; the same groups are drawn for all features, and for the same groups
            in every call.

    Returns:
        Sums `[1 + resamples]` or `[1 + resamples, k]` by name: the first row without
        resampling.
    """
    names, where = np.unique(np.asarray(groups, str), return_inverse=True)
    widths = {name: array.shape[1:] for name, array in features.items()}
    columns = [
        each
        if isinstance(each, sparse.csr_array)
        else sparse.csr_array(each.astype(np.float64).reshape(len(where), math.prod(width)))
        for each, width in zip(features.values(), widths.values(), strict=True)
    ]
    count, works = len(names), len(where)
    members = sparse.csr_array((np.ones(works), (where, np.arange(works))), (count, works))
    by_group = sparse.csr_array((members @ sparse.hstack(columns, format="csr")).T)
    sums = [np.asarray(by_group.sum(axis=1), np.float64).reshape(1, -1)]
    rng = np.random.default_rng(seed)
    for start in range(0, resamples, _AT_A_TIME):
        batch = min(_AT_A_TIME, resamples - start)
        draws = rng.integers(0, max(count, 1), (batch, count)) + np.arange(batch)[:, None] * count
        weights = np.bincount(draws.reshape(-1), minlength=batch * count).reshape(batch, count)
        sums.append((by_group @ weights.T.astype(np.float64)).T)
    ends = np.cumsum([column.shape[1] for column in columns])[:-1]
    parts = np.split(np.concatenate(sums), ends, axis=1)
    return {
        name: part.reshape(1 + resamples, *width)
        for (name, width), part in zip(widths.items(), parts, strict=True)
    }


def estimate(samples: npt.NDArray[np.floating], groups: int) -> Estimate:
    """Return the value with its percentile interval.

    Args:
        samples: the statistic `[1 + resamples]`, first without resampling; resamples in which
            it is not defined (NaN) do not count.
        groups: that were drawn from; a single one gives no interval.
    """
    value = float(samples[0])
    defined = samples[1:][~np.isnan(samples[1:])]
    if groups < 2 or not len(defined) or np.isnan(value):  # noqa: PLR2004
        return Estimate(value, np.nan, np.nan)
    outside = (1 - LEVEL) / 2
    lower, upper = np.quantile(defined, [outside, 1 - outside])
    return Estimate(value, float(lower), float(upper))


def paired_difference(
    labels: Labels,
    first: Labels,
    second: Labels,
    groups: Sequence[str],
    statistic: Statistic,
    *,
    styles: int,
) -> Estimate:
    """Estimate how much better the first model's predictions are than the second's.

    Both are measured on the same draws, so that common difficulty cancels out.

    All arrays are `[n]`; the statistic is a function of `models.metrics.confusion`.
    """
    guesses = {"first": first, "second": second}
    cells = {name: confusion_cells(labels, each, styles) for name, each in guesses.items()}
    sums = resampled_sums(cells, groups)
    one, two = (statistic(sums[name].reshape(-1, styles, styles)) for name in guesses)
    return estimate(one - two, len(set(groups)))


def confusion_cells(labels: Labels, guesses: Labels, styles: int) -> sparse.csr_array:
    """Return each artwork's cell of the confusion matrix, one-hot `[n, styles^2]`."""
    works = len(labels)
    cells = np.asarray(labels, np.int64) * styles + np.asarray(guesses, np.int64)
    return sparse.csr_array((np.ones(works), (np.arange(works), cells)), (works, styles * styles))
