"""The promotion gate: a challenger must be useful, calibrated, and no worse than the champion.

The rule of `classifier`, on the artist-disjoint validation part, where no artist was trained on.
The first champion passes the first two; later ones the third as well, over the artworks that
champion and challenger have both predicted:

- **useful**: its accuracy is above that of always predicting the most common training style.

- **not worse**: the challenger's macro-F1 less the champion's is at least 0. The 95 % interval of
  that difference is reported and decides nothing. A rule such as "the interval reaches above
  0" would accept a slightly worse model each time, and after ten nightly runs one that is
  much worse; and "the interval lies above 0" would, with a few hundred artworks, prevent any
  progress. Of two equal models the one trained later counts as better.
- **calibrated**: the expected calibration error is at most the bound of the settings or, where that
  is more, what a perfectly calibrated model with these confidences stays below 19 times out of 20.
  Few artworks give a large error by chance alone: Vaicenavicius et al. 2019, Evaluating model
  calibration in classification. So do few artists whose artworks are right or wrong together, which
  is why the simulated model errs as unevenly from artist to artist as the challenger does.
  Temperature was fitted on the same artworks, which favours all models equally.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr

from models.arrays import Flags, Floats, Labels
from models.metrics import scores
from models.metrics.comparison import ScoredPredictions, compare

DECIMALS = 6
DRAWS = 1000
"""Of the simulation: a limit that moves by a few thousandths."""


@dataclass(frozen=True)
class GateMetrics:
    """The measures behind a verdict; None where undefined."""

    works: int
    """Predicted by the challenger."""
    macro_f1: float
    """Of the challenger, on all of them."""
    common_works: int | None = None
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    ece: float | None = None
    ece_limit: float | None = None
    accuracy: float | None = None
    majority_accuracy: float | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger passes, and why, in words."""

    passes: bool
    reason: str
    figures: GateMetrics


def calibration_limit(
    confidence: Floats,
    bound: float,
    *,
    groups: Labels | None = None,
    correlation: float = 0.0,
    draws: int = DRAWS,
) -> float:
    """Return the calibration error that is still allowed with these confidences.

    Args:
        confidence: of the guesses `[n]`, 0 to 1.
        bound: that is always allowed.
        groups: index of each artwork's group `[n]`; None for independent artworks.
        correlation: of the predictions of a group, 0 if independent, 1 if all are
            right or wrong together.
        draws: simulated sets of artworks, in each of which a prediction is right with the
            probability that its confidence states (Vaicenavicius et al. 2019, with one fixed
            binning). Predictions of a group are correlated by a Gaussian copula.

    Returns:
        The bound, or the 95 % quantile of the error of such a perfectly calibrated model.
    """
    works = len(confidence)
    if not works:
        return bound
    rng = np.random.default_rng(0)
    of_group = np.arange(works) if groups is None else groups
    errors = []
    for _ in range(draws):
        shared = rng.standard_normal(of_group.max() + 1)[of_group]
        own = rng.standard_normal(works)
        chance = ndtr(np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
        errors.append(scores.expected_calibration_error(confidence, chance < confidence))
    return max(bound, float(np.quantile(errors, 0.95)))


def correlation_within(groups: Labels, confidence: Floats, correct: Flags) -> float:
    """Return the correlation of correctness within a group, 0 to 1.

    It is the intraclass correlation of what confidence leaves unexplained, after the mean: a model
    that is overconfident everywhere is not thereby correlated.

    Args:
        groups: index of each guess's group `[n]`.
        confidence: of the guesses `[n]`.
        correct: whether they are right `[n]`.
    """
    residual = correct - confidence
    residual = residual - residual.mean()
    sums = np.bincount(groups, residual)
    squares, sizes = np.bincount(groups, residual**2), np.bincount(groups)
    pairs = float((sizes * (sizes - 1)).sum())
    variance = float(residual.var())
    if pairs == 0 or variance == 0:
        return 0.0
    return float(np.clip((sums**2 - squares).sum() / pairs / variance, 0, 1))


def calibrated(scored: ScoredPredictions, bound: float) -> tuple[float, float]:
    """Measure a model's calibration error on its predictions, and the limit there, both rounded."""
    correct = scored.labels == scored.guesses
    error = scores.expected_calibration_error(scored.confidence, correct)
    groups = np.unique(list(scored.groups), return_inverse=True)[1].astype(np.int64)
    correlation = correlation_within(groups, scored.confidence, correct)
    limit = calibration_limit(scored.confidence, bound, groups=groups, correlation=correlation)
    return _rounded(error), _rounded(limit)


def compare_with_champion(
    challenger: ScoredPredictions,
    champion: ScoredPredictions,
    bound: float | None,
    *,
    newer: bool = True,
) -> Verdict:
    """Decide whether a challenger may replace the champion.

    `bound` is that of the calibration error, None if confidence is not used; `newer`, whether the
    challenger was trained later, decides between equals.
    """
    absolute = check_absolute_requirements(challenger, bound)
    compared = compare(challenger, champion)
    works, found = compared.works, compared.difference
    if works == 0:
        reason = "it and the champion have no evaluated artwork in common: evaluate both again"
        return replace(absolute, passes=False, reason=reason)
    difference = _rounded(found.value)
    enough = difference > 0 or (difference == 0 and newer)
    figures = replace(
        absolute.figures,
        common_works=works,
        difference=difference,
        lower=None if np.isnan(found.lower) else _rounded(found.lower),
        upper=None if np.isnan(found.upper) else _rounded(found.upper),
    )
    between = f"95 % interval {found.lower:+.3f} to {found.upper:+.3f}"
    if figures.lower is None:
        between = "too few artists for an interval"
    reason = (
        f"macro-F1 {found.value:+.3f} against the champion on {works} artworks ({between}), "
        f"{'not worse' if enough else 'worse' if difference else 'no better, and older'}"
    )
    if bound is not None:
        reason = f"{reason}; {_describe_requirements(figures)}"
    return Verdict(enough and absolute.passes, reason, figures)


def check_absolute_requirements(challenger: ScoredPredictions, bound: float | None) -> Verdict:
    """Assess a model without a champion: it passes if useful and calibrated.

    `bound` as for `compare_with_champion`.
    """
    macro_f1 = scores.macro_f1(challenger.labels, challenger.guesses)
    figures = GateMetrics(len(challenger.labels), round(macro_f1, DECIMALS))
    reason = f"macro-F1 {macro_f1:.3f} on {figures.works} artworks"
    if bound is None:
        return Verdict(True, reason, figures)
    error, limit = calibrated(challenger, bound)
    accuracy, majority = _rounded(challenger.accuracy), _rounded(challenger.majority_accuracy)
    figures = replace(
        figures, ece=error, ece_limit=limit, accuracy=accuracy, majority_accuracy=majority
    )
    reason = f"{reason}; {_describe_requirements(figures)}"
    return Verdict(accuracy > majority and error <= limit, reason, figures)


def _describe_requirements(figures: GateMetrics) -> str:
    """Describe a model's accuracy and calibration error beside their bounds."""
    accuracy, majority = figures.accuracy or 0.0, figures.majority_accuracy or 0.0
    error, limit = figures.ece or 0.0, figures.ece_limit or 0.0
    return (
        f"accuracy {accuracy:.3f}, {'above' if accuracy > majority else 'not above'} the "
        f"{majority:.3f} of the most common style; calibration error {error:.3f}, "
        f"{'within' if error <= limit else 'beyond'} the limit of {limit:.3f}"
    )


def _rounded(value: float) -> float:
    return round(value, DECIMALS)
