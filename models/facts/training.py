"""Training of a facts classifier on labelled artworks, with or without images.

An artist's artworks are similar, so the number of artists matters: artworks of
prolific artists weigh less, and trees are small. Facts are hidden at random from a part of the
artworks, so that any subset of them can be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from catalog.base.errors import ModelError, TooFewArtworksError
from models.arrays import Floats, Numbers
from models.facts.classifier import FactsClassifier, calibrate, fit_scaling
from models.facts.features import (
    GROUPS,
    PATTERN_GROUPS,
    PATTERNS,
    FactEncoding,
    fact_pattern,
    hide,
    learn_encoding,
)
from models.facts.trees import Trees, trees_of

ROUNDS = 40
LEAVES, LEAF_ARTWORKS, PENALTY, FEATURES = 6, 40, 5.0, 0.3
"""Leaves of a tree; fewest artworks in one (a hundredth of all, if that is less); L2 penalty of
their values; part of the features that a split chooses from."""
WHOLE, HIDDEN = 0.7, 0.5
"""Part of the artworks that keep all their facts; how often each fact is hidden from others."""
ARTIST_POWER = -0.25
"""An artwork's weight is the number of its artist's artworks to this power."""
MIN_ARTWORKS = 50
"""A pattern of facts with fewer artworks is not scaled."""


def train_facts(
    table: pa.Table, styles: Sequence[str], *, seed: int, rounds: int = ROUNDS
) -> tuple[FactsClassifier, Floats]:
    """Train on all artworks given, and calibrate on predictions of each fold by the others.

    Scalings are fitted to the artworks as they are and with facts hidden from them, for each
    pattern of known facts.

    Args:
        table: labelled artworks with `style`, `group_id`, `features.COLUMNS`, and `fold`, of which
            no artist is in two.
        styles: in the order of the columns of predictions.
        seed: of hidden facts and of features drawn; equal seeds give equal classifiers.
        rounds: of boosting.

    Returns:
        The classifier, and calibrated log-probabilities `[n, styles]` of the same artworks by
        models that were not trained on their artists.

    Raises:
        TooFewArtworksError: for fewer than two folds, or fewer than two styles outside of one.
    """
    numbers = {style: number for number, style in enumerate(styles)}
    given = [str(style) for style in table["style"].to_pylist()]
    if unknown := sorted(set(given) - set(styles)):
        raise ModelError(f"artworks are labelled {unknown[0]}, which is not among the styles")
    labels = np.array([numbers[style] for style in given], np.int64)
    views = [table]
    for name in PATTERNS:
        only = table
        for group in set(PATTERN_GROUPS) - set(name.split("+")):
            only = hide(only, group)
        views.append(only)
    folds = table["fold"].to_numpy().astype(np.int64)
    scores = np.zeros((len(views), len(table), len(styles)))
    if len(np.unique(folds)) < 2:  # noqa: PLR2004
        raise TooFewArtworksError("the artworks with facts are by too few artists for two folds")
    for fold in np.unique(folds):
        here = folds == fold
        others = table.filter(pa.array(~here))
        encoding, trees = _fit(others, labels[~here], len(styles), seed, rounds)
        for number, view in enumerate(views):
            features = encoding.encode(view.filter(pa.array(here)))
            scores[number, here] = trees.raw_scores(features)
    scalings = {}
    for name, logits, view in zip(PATTERNS, scores[1:], views[1:], strict=True):
        rows = fact_pattern(view) == name
        if rows.sum() >= MIN_ARTWORKS:
            scalings[name] = fit_scaling(logits[rows], labels[rows])
    encoding, trees = _fit(table, labels, len(styles), seed, rounds)
    classifier = FactsClassifier(tuple(styles), encoding, trees, scalings)
    return classifier, calibrate(scores[0], fact_pattern(table), scalings)


def _fit(
    table: pa.Table, labels: Numbers, styles: int, seed: int, rounds: int
) -> tuple[FactEncoding, Trees]:
    if len(np.unique(labels)) < 2:  # noqa: PLR2004
        raise TooFewArtworksError("a facts classifier needs artworks of at least two styles")
    rng = np.random.default_rng(seed)
    groups: Any = table["group_id"].combine_chunks().dictionary_encode()
    artists = groups.indices.to_numpy().astype(np.int64)
    encoding = learn_encoding(table, artists)
    whole = rng.random(len(table)) < WHOLE
    partial = table
    for group in GROUPS:
        partial = hide(partial, group, ~whole & (rng.random(len(table)) < HIDDEN))
    weights = np.bincount(artists)[artists] ** ARTIST_POWER
    model = HistGradientBoostingClassifier(
        max_iter=rounds,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=int(np.clip(len(table) / 100, 5, LEAF_ARTWORKS)),
        l2_regularization=PENALTY,
        max_features=FEATURES,
        early_stopping=False,
        categorical_features=None,
        random_state=seed,
    )
    features = encoding.encode(partial)
    features[:, np.isnan(features).all(0)] = 0  # scikit-learn cannot bin a column without values
    # One thread: several wait for each other after every split, long on a busy machine.
    # (Not folds side by side in threads: scikit-learn sets Python's warning filters as it fits.)
    with threadpool_limits(1, user_api="openmp"):
        model.fit(features, labels, sample_weight=weights / weights.mean())
    return encoding, trees_of(model, styles)
