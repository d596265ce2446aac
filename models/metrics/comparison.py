"""Paired comparison of two models on the same artworks, with tests of significance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr

from models.arrays import Floats, Labels
from models.classifiers.calibration import softmax
from models.metrics import confusion, intervals, scores
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.intervals import Estimate


@dataclass(frozen=True)
class ScoredPredictions:
    """A model's predictions of a part: arrays of one entry per artwork."""

    artwork_ids: Sequence[str]
    groups: Sequence[str]
    """Each artwork's group in the artist-disjoint split: mostly its artist."""
    styles: tuple[str, ...]
    labels: Labels
    """Indices of `styles`."""
    guesses: Labels
    confidence: Floats
    """Calibrated confidence of the prediction."""
    majority: float | None = None
    """Accuracy of the most common training style; if None, of the most common style here."""

    @property
    def accuracy(self) -> float:
        """Share of right predictions."""
        return scores.accuracy(self.labels, self.guesses)

    @property
    def majority_accuracy(self) -> float:
        """Accuracy to beat."""
        own = np.bincount(self.labels).max() / len(self.labels)
        return float(own) if self.majority is None else self.majority


@dataclass(frozen=True)
class Comparison:
    """How two models compare on the artworks that both predicted."""

    works: int
    """Artworks that both predicted, with the same label."""
    only_first: int
    """Artworks that only the first gets right."""
    only_second: int
    difference: Estimate
    """Difference in macro-F1, first minus second, with an interval over groups; NaN if empty."""

    @property
    def p_value(self) -> float:
        """Probability of as uneven a division if both models were equally accurate.

        Source: McNemar 1947; exact binomial as in Dietterich 1998. It takes artworks as independent
        of each other, so where artists have many artworks, p is too small; the interval of
        `difference` does not.
        """
        fewer, apart = min(self.only_first, self.only_second), self.only_first + self.only_second
        return min(1.0, 2 * float(bdtr(fewer, apart, 0.5)))


def score(
    kept: HeldOutPredictions, *, corrected: bool, temperature: float = 1.0
) -> ScoredPredictions:
    """Apply a model's prior correction and temperature to stored logits."""
    probabilities = softmax(kept.logits(corrected), temperature)
    guesses, confidence = kept.guesses(corrected), probabilities.max(1, initial=0.0)
    return ScoredPredictions(
        kept.artwork_ids, kept.groups, kept.styles, kept.labels, guesses, confidence
    )


def compare(first: ScoredPredictions, second: ScoredPredictions) -> Comparison:
    """Compare two models on their common artworks, except those whose label has changed."""
    names = sorted({*first.styles, *second.styles})
    mine, theirs = (_labelled(scored, names) for scored in (first, second))
    place = {work: row for row, work in enumerate(second.artwork_ids)}
    pairs = [
        (row, place[work])
        for row, work in enumerate(first.artwork_ids)
        if work in place and mine[0, row] == theirs[0, place[work]]
    ]
    rows, others = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    labels, one, two = mine[0, rows], mine[1, rows], theirs[1, others]
    groups = [first.groups[row] for row in rows]
    difference = intervals.paired_difference(
        labels, one, two, groups, confusion.macro_f1, styles=len(names)
    )
    only_one, only_two = (one == labels) & (two != labels), (two == labels) & (one != labels)
    return Comparison(len(pairs), int(only_one.sum()), int(only_two.sum()), difference)


def _labelled(scored: ScoredPredictions, names: Sequence[str]) -> Labels:
    """Return labels and predictions `[2, n]` as indices of `names`."""
    where = np.array([names.index(style) for style in scored.styles], np.int64)
    return where[np.stack([scored.labels, scored.guesses])]
