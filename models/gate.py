"""Whether a challenger may take the champion's place: it must be no worse, and calibrated.

The rule of `classifier`, on the artist-disjoint validation part, over the works that champion and
challenger have both judged:

- **not worse**: the challenger's macro-F1 less the champion's is at least 0. The 95 % interval of
  that difference is told beside it and decides nothing. A rule such as "the interval reaches above
  0" would let through each time a model that is a little worse, and after ten nights one that is
  much worse; and "the interval lies above 0" would, with a few hundred works, stop every progress.
- **calibrated**: the expected calibration error is at most the bound of the settings or, where that
  is more, what a perfectly calibrated model with these confidences stays below 19 times out of 20.
  Few works give a large error by chance alone: Vaicenavicius et al. 2019, Evaluating model
  calibration in classification. Temperature was fitted on the same works, which flatters all alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models import metrics

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Metric = Callable[[Labels, Labels], float]

DECIMALS = 6
DRAWS = 1000
"""Of the bootstrap and of the simulation: intervals that move by a few thousandths."""


@dataclass(frozen=True)
class Judged:
    """What a model said of the works of a part: arrays of one entry per work."""

    artwork_ids: Sequence[str]
    groups: Sequence[str]
    """What a work's artist-disjoint split keeps together: mostly its artist."""
    styles: tuple[str, ...]
    labels: Labels
    """Indices of `styles`."""
    guesses: Labels
    confidence: Floats
    """Calibrated, of the guess."""


@dataclass(frozen=True)
class Paired:
    """Two models on the works that both judged."""

    works: int
    difference: float
    """Macro-F1 of the challenger less that of the champion."""
    lower: float
    upper: float
    """The 95 % interval, by drawing groups of works."""


@dataclass(frozen=True)
class Calibrated:
    """How far a model's confidence is off, and how far it may be."""

    error: float
    limit: float

    @property
    def passes(self) -> bool:
        """Whether the error is within the limit, both as they are told."""
        return _rounded(self.error) <= _rounded(self.limit)


@dataclass(frozen=True)
class Figures:
    """What a verdict rests on; None where there was nothing to measure."""

    works: int
    """That the challenger judged."""
    macro_f1: float
    """Of the challenger, on all of them."""
    common_works: int | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    ece: float | None = None
    ece_limit: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger passes, and why, in words."""

    passes: bool
    reason: str
    figures: Figures


def paired_difference(
    labels: Labels,
    guesses_a: Labels,
    guesses_b: Labels,
    groups: Sequence[str],
    metric: Metric = metrics.macro_f1,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[float, float, float]:
    """How much better a is than b, with the 95 % interval of a paired cluster bootstrap.

    Whole groups are drawn with replacement, since the works of an artist succeed or fail together;
    each draw measures both on the same works. Source: Davison and Hinkley 1997, Bootstrap methods
    and their application, 3.8.

    Args:
        labels: the works' styles `[n]`, n at least 1.
        guesses_a: of one model `[n]`.
        guesses_b: of the other `[n]`.
        groups: what is drawn together `[n]`.
        metric: of labels and guesses.
        draws: how many.
        seed: of the draws: the same figures give the same interval.

    Returns:
        metric of a less metric of b, and the interval's lower and upper end.
    """
    _, group_of = np.unique(np.asarray(groups, str), return_inverse=True)
    order = np.argsort(group_of, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group_of))[:-1])
    rng = np.random.default_rng(seed)

    def difference(works: npt.NDArray[np.intp]) -> float:
        chosen = labels[works]
        return metric(chosen, guesses_a[works]) - metric(chosen, guesses_b[works])

    drawn = [
        difference(
            np.concatenate([members[g] for g in rng.integers(0, len(members), len(members))])
        )
        for _ in range(draws)
    ]
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return difference(np.arange(len(labels))), float(lower), float(upper)


def calibration_limit(
    confidence: Floats, bound: float, *, draws: int = DRAWS, seed: int = 0
) -> float:
    """The calibration error that is still allowed with these confidences.

    Args:
        confidence: of the guesses `[n]`, 0 to 1.
        bound: what is allowed however many works there are.
        draws: simulated sets of works, in each of which a guess is right with the very chance that
            its confidence states (Vaicenavicius et al. 2019, with one fixed binning).
        seed: of the simulation.

    Returns:
        The bound, or the 95 % quantile of the error of such a perfectly calibrated model.
    """
    if len(confidence) == 0:
        return bound
    rng = np.random.default_rng(seed)
    errors = [
        metrics.expected_calibration_error(confidence, rng.random(len(confidence)) < confidence)
        for _ in range(draws)
    ]
    return max(bound, float(np.quantile(errors, 0.95)))


def calibrated(judged: Judged, bound: float) -> Calibrated:
    """How a model stands to the bound on the works that it judged."""
    correct = judged.labels == judged.guesses
    error = metrics.expected_calibration_error(judged.confidence, correct)
    return Calibrated(error, calibration_limit(judged.confidence, bound))


def paired(challenger: Judged, champion: Judged) -> Paired | None:
    """Compare two models on the works that both judged; None if there are none.

    A work whose label was changed between the two judgements is left out.
    """
    names = sorted({*challenger.styles, *champion.styles})
    theirs = {work: row for row, work in enumerate(champion.artwork_ids)}
    pairs = [
        (row, theirs[work])
        for row, work in enumerate(challenger.artwork_ids)
        if work in theirs
        and challenger.styles[challenger.labels[row]]
        == champion.styles[champion.labels[theirs[work]]]
    ]
    if not pairs:
        return None
    rows, others = (np.array(side) for side in zip(*pairs, strict=True))
    known = np.array([names.index(style) for style in challenger.styles])
    known_too = np.array([names.index(style) for style in champion.styles])
    return Paired(
        len(pairs),
        *paired_difference(
            known[challenger.labels[rows]],
            known[challenger.guesses[rows]],
            known_too[champion.guesses[others]],
            [challenger.groups[row] for row in rows],
        ),
    )


def judge(challenger: Judged, champion: Judged, bound: float | None) -> Verdict:
    """Whether a challenger may take the champion's place.

    Args:
        challenger: what it said of the validation works, of which there is at least one.
        champion: what the present champion said.
        bound: of the calibration error; None where confidence plays no part.
    """
    alone = judge_alone(challenger, bound)
    found = paired(challenger, champion)
    if found is None:
        reason = "it and the champion have judged no work in common: measure both anew"
        return replace(alone, passes=False, reason=reason)
    enough = found.difference >= 0
    reason = (
        f"macro-F1 {found.difference:+.3f} against the champion on {found.works} works "
        f"(95 % interval {found.lower:+.3f} to {found.upper:+.3f}), "
        f"{'not worse' if enough else 'worse'}"
    )
    figures = replace(
        alone.figures,
        common_works=found.works,
        difference=_rounded(found.difference),
        lower=_rounded(found.lower),
        upper=_rounded(found.upper),
    )
    if bound is not None:
        reason = f"{reason}; {_calibration(figures)}"
    return Verdict(enough and alone.passes, reason, figures)


def judge_alone(challenger: Judged, bound: float | None) -> Verdict:
    """How a model stands by itself, where there is no champion: passing means calibrated.

    Args:
        challenger: what it said of the validation works, of which there is at least one.
        bound: as for `judge`.
    """
    macro_f1 = metrics.macro_f1(challenger.labels, challenger.guesses)
    figures = Figures(len(challenger.labels), round(macro_f1, DECIMALS))
    reason = f"macro-F1 {macro_f1:.3f} on {figures.works} works"
    if bound is None:
        return Verdict(True, reason, figures)
    found = calibrated(challenger, bound)
    figures = replace(figures, ece=_rounded(found.error), ece_limit=_rounded(found.limit))
    return Verdict(found.passes, f"{reason}; {_calibration(figures)}", figures)


def _calibration(figures: Figures) -> str:
    error, limit = figures.ece or 0.0, figures.ece_limit or 0.0
    verdict = "within" if error <= limit else "beyond"
    return f"calibration error {error:.3f}, {verdict} the limit of {limit:.3f}"


def _rounded(value: float) -> float:
    return round(value, DECIMALS)
