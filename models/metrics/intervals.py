"""Bootstrap intervals that resample whole groups.

Artworks of one artist are alike, so an artist is drawn with all of their artworks or not at all:
the cluster bootstrap (Field and Welsh 2007, Bootstrapping clustered data). Drawing single artworks
would give intervals that are too narrow.

Every measure here is a function of sums over artworks (a confusion matrix is one), so a resample
needs no artworks: it weights each group's sums by how often the group was drawn.
"""

from __future__ import annotations

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
    columns = [_columns(array) for array in features.values()]
    works = len(where)
    members = sparse.csr_array((np.ones(works), (where, np.arange(works))), (len(names), works))
    by_group = sparse.csc_array(members @ sparse.hstack(columns, format="csr"))
    drawn = _weighted(by_group, resamples, np.random.default_rng(seed))
    ends = np.cumsum([column.shape[1] for column in columns])[:-1]
    parts = np.split(drawn, ends, axis=1)
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

    Args:
        labels: `[n]`.
        first: the first model's guesses `[n]`.
        second: the second's.
        groups: `[n]`.
        statistic: `accuracy`, `macro_f1` or `balanced_accuracy` of `models.metrics.confusion`.
        styles: of the vocabulary.
    """
    features = {
        "first": confusion_cells(labels, first, styles),
        "second": confusion_cells(labels, second, styles),
    }
    sums = resampled_sums(features, groups)
    one, two = (statistic(sums[name].reshape(-1, styles, styles)) for name in ("first", "second"))
    return estimate(one - two, len(set(groups)))


def confusion_cells(labels: Labels, guesses: Labels, styles: int) -> sparse.csr_array:
    """Return each artwork's cell of the confusion matrix, one-hot `[n, styles^2]`."""
    works = len(labels)
    cells = np.asarray(labels, np.int64) * styles + np.asarray(guesses, np.int64)
    return sparse.csr_array((np.ones(works), (np.arange(works), cells)), (works, styles * styles))


def _columns(feature: Feature) -> sparse.csr_array:
    if isinstance(feature, sparse.csr_array):
        return feature
    values = np.asarray(feature, np.float64)
    return sparse.csr_array(values[:, None] if values.ndim == 1 else values)


def _weighted(by_group: sparse.csc_array, resamples: int, rng: np.random.Generator) -> Floats:
    """Compute sums `[1 + resamples, k]` of groups `[groups, k]`, without and with resampling."""
    groups = by_group.shape[0]
    turned = sparse.csr_array(by_group.T)
    sums = [np.asarray(turned.sum(axis=1)).reshape(1, -1)]
    for start in range(0, resamples, _AT_A_TIME):
        count = min(_AT_A_TIME, resamples - start)
        draws = rng.integers(0, max(groups, 1), (count, groups))
        offset = draws + np.arange(count)[:, None] * groups
        weights = np.bincount(offset.reshape(-1), minlength=count * groups).reshape(count, groups)
        sums.append((turned @ weights.T.astype(np.float64)).T)
    return np.concatenate(sums)
