"""Fitting of the pools of a combined classifier on out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from models.arrays import Flags, Floats, Labels
from models.classifiers.calibration import DECIMALS, MINIMUM_WORKS, NEVER, review_threshold
from models.evidence.evidence import Evidence
from models.evidence.patterns import kinds_of, patterns_from
from models.evidence.pool import LOWEST, METHODS, Method, Pool, fit_pool, log_loss

MIN_ARTWORKS = 50
"""Out-of-fold artworks from which on a pattern has a pool of its own."""
_FOLDS = 3
_USUAL: Mapping[bool, Method] = {False: "log-linear", True: "log-linear with biases"}
"""Of one kind of evidence, which includes the prior of its training data, and of several,
which were trained on different artworks."""
_ARTIST_POWER = -0.5
"""An artwork counts as the number of its artist's artworks to this power: artworks of an artist are
alike, and the fit must generalise to other artists."""
LEVEL = 0.8
"""Level of the one-sided bound of precision. Artists differ so much that .95 would cost a tenth of
acceptances; precision is also measured within each catalog (`catalog.enrichment.acceptance`)."""


@dataclass(frozen=True)
class FittedPools:
    """The pools, and their out-of-fold predictions."""

    pools: dict[str, Pool]
    held_out: dict[str, tuple[npt.NDArray[np.int64], Floats]]
    """By pattern: rows of the artworks that have it, and their log-probabilities `[m, styles]`."""
    losses: dict[str, float]
    """Log-loss of each method on held-out folds, by `pattern: method`, in nats."""


def fit_pools(
    evidence: Evidence,
    labels: Labels,
    groups: Sequence[str],
    *,
    kinds: Collection[str],
    target_precision: float,
) -> FittedPools:
    """Fit a pool for every pattern that enough artworks have.

    The usual method is replaced if another is clearly better by log-loss on held-out folds; no
    group of artworks is in two folds. Accepted predictions must reach the target for other artists
    too: see `threshold_for_new_artists`. A kind of evidence that too few artworks have counts as
    it is unpooled, and nothing that rests on it is accepted.

    Args:
        evidence: log-probabilities from models that were not trained on the artworks.
        labels: the artworks' styles `[n]`.
        groups: kept in one fold: the artist `[n]`.
        kinds: of evidence that the classifier is to use.
        target_precision: required of accepted predictions.
    """
    fitted = FittedPools({}, {}, {})
    all_artists = np.asarray(groups, str)
    for pattern in patterns_from(kinds):
        chosen = kinds_of(pattern)
        rows = np.flatnonzero(np.all([evidence.present[kind] for kind in chosen], axis=0))
        several = len(chosen) > 1
        if len(rows) < MIN_ARTWORKS:
            if not several:
                fitted.pools[pattern] = Pool(method="log-linear", weights=(1.0,))
            continue
        logs, truth = [evidence.logs[kind][rows] for kind in chosen], labels[rows]
        artists = all_artists[rows]
        _, artist, artworks = np.unique(artists, return_inverse=True, return_counts=True)
        counted = artworks.astype(np.float64)[artist] ** _ARTIST_POWER
        folds = _folds(artworks)[artist]
        methods = METHODS if several else METHODS[:2]
        held_out = {method: _cross_fit(method, logs, truth, counted, folds) for method in methods}
        for method, found in held_out.items():
            loss = log_loss(found, truth, counted)
            fitted.losses[f"{pattern}: {method}"] = round(loss, DECIMALS)
        best = _choose(_USUAL[several], held_out, truth, counted, artist)
        confidence = np.round(np.exp(held_out[best].max(1)), DECIMALS)
        correct = held_out[best].argmax(1) == truth
        accept = threshold_for_new_artists(confidence, correct, artists, target=target_precision)
        review = min(review_threshold(confidence, correct), accept)
        fitted.held_out[pattern] = rows, held_out[best]
        fitted.pools[pattern] = fit_pool(best, logs, truth, counted).model_copy(
            update={"accept_threshold": accept, "review_threshold": review}
        )
    return fitted


def _choose(
    usual: Method,
    held_out: Mapping[Method, Floats],
    labels: Labels,
    counted: Floats,
    artist: Labels,
) -> Method:
    """Choose the default method, unless another is better by more than a standard error.

    Source: the rule of one standard error (Breiman et al. 1984), here over artists.
    """
    rows = np.arange(len(labels))
    losses = {
        method: -np.maximum(found[rows, labels], LOWEST) * counted
        for method, found in held_out.items()
    }
    gains = {}
    for method, loss in losses.items():
        by_artist = np.bincount(artist, weights=losses[usual] - loss)
        gains[method] = by_artist.sum() - np.sqrt(np.square(by_artist).sum())
    best = max(gains, key=lambda method: gains[method])
    return best if gains[best] > 0 else usual


def _cross_fit(
    method: Method, logs: list[Floats], labels: Labels, counted: Floats, folds: Labels
) -> Floats:
    """Predict each fold by a pool fitted on the others, `[n, styles]`."""
    found = np.zeros_like(logs[0])
    for fold in np.unique(folds):
        inside = folds == fold
        others = [each[~inside] for each in logs]
        pool = fit_pool(method, others, labels[~inside], counted[~inside])
        found[inside] = pool.log_probabilities([each[inside] for each in logs])
    return found


def _folds(sizes: npt.NDArray[np.int64]) -> Labels:
    """Number each group's fold: the largest groups first, each into the emptiest fold."""
    filled = np.zeros(_FOLDS)
    fold = np.zeros(len(sizes), np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold[group] = int(filled.argmin())
        filled[fold[group]] += sizes[group]
    return fold


def threshold_for_new_artists(
    confidence: Floats,
    correct: Flags,
    artists: Sequence[str] | npt.NDArray[np.str_],
    *,
    target: float,
) -> float:
    """Find the lowest confidence above which the lower bound of precision reaches the target.

    An artist's artworks are alike: a model is right about all of them or wrong about many. A
    threshold at which precision just reaches the target among known artists misses it among others
    half of the time. So the lower bound of the precision, with artists as clusters, must reach it.

    For the pools of evidence; an image model by itself uses `accept_threshold`.

    Args:
        confidence: of the best guess of each artwork, from models that did not see it `[n]`.
        correct: whether that guess is right `[n]`.
        artists: or other groups of artworks that are alike `[n]`.
        target: the required precision of accepted predictions of other artists.

    Returns:
        The threshold, or `NEVER` if no confidence will do: nothing is accepted.
    """
    if len(confidence) == 0:
        return NEVER
    rounded = np.round(confidence, DECIMALS)
    order = np.argsort(-rounded, kind="stable")
    values = rounded[order]
    _, groups = np.unique(np.asarray(artists)[order], return_inverse=True)
    bounds = _lower_bounds(np.asarray(correct, np.float64)[order], groups)
    last = np.append(values[1:] < values[:-1], True)  # equal confidences are kept together
    enough = np.arange(1, len(values) + 1) >= MINIMUM_WORKS
    found = np.flatnonzero(last & enough & (bounds >= target))
    return float(values[found[-1]]) if len(found) else NEVER


def _lower_bounds(correct: Floats, groups: npt.NDArray[np.intp]) -> Floats:
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
    bounds = betaincinv(np.maximum(hits, 1e-9), effective - hits + 1, 1 - LEVEL)
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
