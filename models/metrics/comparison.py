"""Paired comparison of two models on the same artworks, with tests of significance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from models.metrics import confusion, intervals
from models.metrics.intervals import Estimate
from models.metrics.judgements import Judgements

Measure = Literal["accuracy", "macro_f1", "balanced_accuracy"]


@dataclass(frozen=True)
class McNemar:
    """Discordant artworks, which only one of two models gets right, with McNemar's test."""

    works: int
    """Artworks that both predicted."""
    only_first: int
    only_second: int
    p_value: float
    """Probability of as uneven a division if both models were equally accurate."""


def mcnemar(
    first: npt.NDArray[np.bool_] | Sequence[bool], second: npt.NDArray[np.bool_] | Sequence[bool]
) -> McNemar:
    """Compute McNemar's exact test.

    Source: McNemar 1947; exact binomial as in Dietterich 1998. It takes works as independent of
    each other, so where artists have many works, p is too small: see `difference` for an interval
    that does not.

    Args:
        first: whether the first model is right about each work, `[n]`.
        second: the same of the second.
    """
    one, two = np.asarray(first, bool), np.asarray(second, bool)
    only_first, only_second = int((one & ~two).sum()), int((two & ~one).sum())
    apart = only_first + only_second
    p_value = float(binomtest(only_first, apart, 0.5).pvalue) if apart else 1.0
    return McNemar(len(one), only_first, only_second, p_value)


def common(first: Judgements, second: Judgements) -> tuple[Judgements, Judgements]:
    """Select both models' predictions of their common artworks, in one order.

    Raises:
        ValueError: if the models' styles differ.
    """
    if first.styles != second.styles:
        raise ValueError("models of two vocabularies cannot be compared")
    places = {artwork_id: row for row, artwork_id in enumerate(second.artwork_ids)}
    rows = [
        row
        for row, artwork_id in enumerate(first.artwork_ids)
        if artwork_id in places
        and first.labels[row] == second.labels[places[artwork_id]]  # else one is outdated
    ]
    return first.take(rows), second.take([places[first.artwork_ids[row]] for row in rows])


def mcnemar_of(
    first: Judgements, second: Judgements, *, first_corrected: bool, second_corrected: bool
) -> McNemar:
    """Compute McNemar's test of two models on their common artworks.

    Args:
        first: the first model's predictions.
        second: the second's.
        first_corrected: whether the first guesses with prior correction.
        second_corrected: the same of the second.
    """
    one, two = common(first, second)
    return mcnemar(
        one.guesses(first_corrected) == one.labels, two.guesses(second_corrected) == two.labels
    )


def difference(
    first: Judgements,
    second: Judgements,
    measure: Measure = "macro_f1",
    *,
    first_corrected: bool,
    second_corrected: bool,
    resamples: int = intervals.RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Estimate by how much the first model is better, with a paired bootstrap interval.

    Args:
        first: the first model's predictions.
        second: the second's.
        measure: `accuracy`, `macro_f1` or `balanced_accuracy`.
        first_corrected: whether the first guesses with prior correction.
        second_corrected: the same of the second.
        resamples: how many.
        seed: of the draws.
    """
    one, two = common(first, second)
    return intervals.paired_difference(
        one.labels,
        one.guesses(first_corrected),
        two.guesses(second_corrected),
        one.groups,
        getattr(confusion, measure),
        styles=len(one.styles),
        resamples=resamples,
        seed=seed,
    )
