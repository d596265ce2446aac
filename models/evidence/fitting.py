"""Fitting of the pools of a combined classifier on out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.arrays import Floats, Labels
from models.classifiers.calibration import DECIMALS, review_threshold
from models.evidence.evidence import Evidence
from models.evidence.patterns import kinds_of, patterns_from
from models.evidence.pool import LOWEST, METHODS, Method, Pool, fit_pool, log_loss
from models.evidence.thresholds import threshold_for_new_artists

MIN_ARTWORKS = 50
"""Out-of-fold artworks from which on a pattern has a pool of its own."""
_FOLDS = 3
_USUAL: Mapping[bool, Method] = {False: "log-linear", True: "log-linear with biases"}
"""Of one kind of evidence, which includes the prior of its training data, and of several,
which were trained on different artworks."""
_ARTIST_POWER = -0.5
"""An artwork counts as the number of its artist's artworks to this power: artworks of an artist are
alike, and the fit must generalise to other artists."""


@dataclass(frozen=True)
class FittedPools:
    """The pools, and their out-of-fold predictions."""

    pools: dict[str, Pool]
    held_out: dict[str, tuple[npt.NDArray[np.int64], Floats]]
    """By pattern: rows of the artworks that have it, and their log-probabilities `[m, styles]`."""
    losses: dict[str, float] = field(default_factory=dict)
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
    too: see `models.evidence.thresholds`. A kind of evidence that too few artworks have counts as
    it is unpooled, and nothing that rests on it is accepted.

    Args:
        evidence: log-probabilities from models that were not trained on the artworks.
        labels: the artworks' styles `[n]`.
        groups: kept in one fold: the artist `[n]`.
        kinds: of evidence that the classifier is to use.
        target_precision: required of accepted predictions.
    """
    artists = np.asarray(groups, str)
    fitted = FittedPools({}, {}, {})
    for pattern in patterns_from(kinds):
        chosen = kinds_of(pattern)
        has_all = np.all([evidence.present[kind] for kind in chosen], axis=0)
        rows = np.flatnonzero(has_all)
        if len(rows) < MIN_ARTWORKS:
            if len(chosen) == 1:
                fitted.pools[pattern] = Pool(method="log-linear", weights=(1.0,))
            continue
        logs = [evidence.logs[kind][rows] for kind in chosen]
        _fit_pattern(fitted, pattern, rows, logs, labels[rows], artists[rows], target_precision)
    return fitted


def _fit_pattern(
    fitted: FittedPools,
    pattern: str,
    rows: npt.NDArray[np.int64],
    logs: list[Floats],
    labels: Labels,
    artists: npt.NDArray[np.str_],
    target: float,
) -> None:
    _, artist, artworks = np.unique(artists, return_inverse=True, return_counts=True)
    counted = artworks.astype(np.float64)[artist] ** _ARTIST_POWER
    folds = _folds(artists)
    methods: Sequence[Method] = METHODS if len(logs) > 1 else METHODS[:2]
    held_out = {method: _cross_fit(method, logs, labels, counted, folds) for method in methods}
    for method, found in held_out.items():
        loss = log_loss(found, labels, counted)
        fitted.losses[f"{pattern}: {method}"] = round(loss, DECIMALS)
    best = _choose(_USUAL[len(logs) > 1], held_out, labels, counted, artist)
    confidence = np.round(np.exp(held_out[best].max(1)), DECIMALS)
    correct = held_out[best].argmax(1) == labels
    accept = threshold_for_new_artists(confidence, correct, artists.tolist(), target=target)
    fitted.held_out[pattern] = rows, held_out[best]
    fitted.pools[pattern] = fit_pool(best, logs, labels, counted).model_copy(
        update={
            "accept_threshold": accept,
            "review_threshold": min(review_threshold(confidence, correct), accept),
        }
    )


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


def _folds(groups: npt.NDArray[np.str_]) -> Labels:
    """Number the folds `[n]`, the largest groups first, each into the emptiest fold."""
    names, place, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    filled = np.zeros(_FOLDS)
    fold = np.zeros(len(names), np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold[group] = int(filled.argmin())
        filled[fold[group]] += sizes[group]
    return np.asarray(fold[place])
