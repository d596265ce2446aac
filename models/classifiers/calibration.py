"""From logits to decisions: prior correction, temperature scaling, and two thresholds.

Everything here is a pure function of counts, held-out logits or confidences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats, Labels

AnyFloats = npt.NDArray[np.floating]

DECIMALS = 4
"""Probabilities are rounded before anything is compared with them, so that machines agree."""

NEVER = 1.01
"""A threshold that no confidence reaches."""

DECISIONS = ("accepted", "review", "abstained")

SMOOTHING = 0.5
"""Pseudo-count of artworks per style, so that a style without any is not impossible."""

THRESHOLD_PRECISION = 0.95
MINIMUM_WORKS = 20
_SHARPNESS = (0.05, 20.0)
_BISECTIONS = 60


@dataclass(frozen=True)
class Calibration:
    """Temperature and thresholds of a classifier, fitted on held-out artworks."""

    temperature: float = 1.0
    accept_threshold: float = NEVER
    review_threshold: float = 0.0


@dataclass(frozen=True)
class Predictions:
    """Calibrated probabilities of artworks, in the order in which they were given."""

    styles: tuple[str, ...]
    probabilities: Floats
    """`[n, styles]`, rounded to 4 decimals."""

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def labels(self) -> Labels:
        """Index of each artwork's most likely style, the first of equals, `[n]`."""
        labels: Labels = self.probabilities.argmax(1)
        return labels

    @property
    def names(self) -> list[str]:
        """Each artwork's most likely style."""
        return [self.styles[label] for label in self.labels]

    @property
    def confidence(self) -> Floats:
        """Probability of each artwork's most likely style, `[n]`."""
        highest: Floats = self.probabilities.max(1, initial=0.0)
        return highest

    def top(self, row: int, count: int = 3) -> list[tuple[str, float]]:
        """Return an artwork's most likely styles with their probabilities, most likely first."""
        order = np.argsort(-self.probabilities[row], kind="stable")[:count]
        return [(self.styles[style], float(self.probabilities[row, style])) for style in order]


def prior_shift(counts: Sequence[int], shares: Sequence[float]) -> Floats:
    """Compute the shift of logits `[styles]` that corrects for the training prior.

    It is the log of a style's share of the artworks over its share of the images seen in
    training: the log of the training prior (up to a constant) after balanced batches, nothing
    after plain ones. Source: Saerens et al. 2002; Menon et al. 2021, Long-tail learning via logit
    adjustment. A style that was never seen counts as seen as often as the others on average.
    """
    works = np.asarray(counts, np.float64)
    shown = np.asarray(shares, np.float64) * works.sum()
    if not shown.any():
        return np.zeros(len(works))
    shown = np.where(shown > 0, shown, shown[shown > 0].mean())
    shift: Floats = np.log(works + SMOOTHING) - np.log(shown + SMOOTHING)
    return shift


def calibrate(
    logits: AnyFloats, labels: Labels, *, target_precision: float = THRESHOLD_PRECISION
) -> Calibration:
    """Fit temperature and thresholds on artworks that the classifier was not trained on.

    Args:
        logits: `[n, styles]`, before the temperature.
        labels: the artworks' styles `[n]`; without any, nothing will be accepted.
        target_precision: required share of right predictions among those accepted.
    """
    if len(labels) == 0:
        return Calibration()
    temperature = fit_temperature(logits, labels)
    probabilities = softmax(logits, temperature)
    confidence = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    accept = accept_threshold(confidence, correct, target=target_precision)
    return Calibration(temperature, accept, min(review_threshold(confidence, correct), accept))


def softmax(logits: AnyFloats, temperature: float = 1.0) -> Floats:
    """Return probabilities `[n, styles]` of logits over a temperature, rounded to 4 decimals."""
    scaled = np.asarray(logits, np.float64) / temperature
    exponentials = np.exp(scaled - scaled.max(1, keepdims=True, initial=-np.inf))
    rounded: Floats = np.round(exponentials / exponentials.sum(1, keepdims=True), DECIMALS)
    return rounded


def fit_temperature(logits: AnyFloats, labels: Labels) -> float:
    """Fit the temperature, 0.05 to 20, with the least negative log-likelihood of the labels.

    Source: Guo et al. 2017, On calibration of modern neural networks. The likelihood is concave in
    the inverse of the temperature, so its slope's zero is found by bisection. Logits are
    `[n, styles]`, n at least 1.
    """
    values = np.asarray(logits, np.float64)
    wanted = values[np.arange(len(labels)), labels].mean()

    def slope(sharpness: float) -> float:
        scaled = values * sharpness
        weights = np.exp(scaled - scaled.max(1, keepdims=True))
        expected = (weights * values).sum(1) / weights.sum(1)
        return float(expected.mean() - wanted)

    low, high = _SHARPNESS
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 2 / (low + high)


def accept_threshold(
    confidence: AnyFloats,
    correct: Flags,
    *,
    target: float = THRESHOLD_PRECISION,
    minimum: int = MINIMUM_WORKS,
) -> float:
    """Find the lowest confidence above which predictions reach the target precision.

    For an image model by itself; pools of evidence use `threshold_for_new_artists`, which takes
    the lower bound of precision instead.

    Args:
        confidence: of the best guess of each artwork `[n]`.
        correct: whether that guess is right `[n]`.
        target: the part that must be right among all artworks at or above the threshold.
        minimum: how many artworks must be at or above it.

    Returns:
        The threshold, or `NEVER` (above 1) if no confidence will do: nothing is accepted.
    """
    values, sizes, right = _by_confidence(confidence, correct)
    works = np.cumsum(sizes[::-1])[::-1]
    good = np.cumsum(right[::-1])[::-1] >= target * works
    enough = np.flatnonzero(good & (works >= minimum))
    return float(values[enough[0]]) if len(enough) else NEVER


def review_threshold(confidence: AnyFloats, correct: Flags) -> float:
    """Find the confidence below which predictions are more often wrong than right.

    Leaving out all predictions below loses the fewest right and avoids the most wrong ones:
    the point at which a monotone (isotonic) fit of precision to confidence crosses 1/2.

    It is 0 if even the least confident guesses are better than even, `NEVER` if none are.
    Arguments are as for `accept_threshold`.
    """
    values, sizes, right = _by_confidence(confidence, correct)
    gain = np.concatenate([[0], np.cumsum(sizes - 2 * right)])  # wrong minus right
    return float(np.concatenate([[0.0], values[1:], [NEVER]])[int(gain.argmax())])


def _by_confidence(
    confidence: AnyFloats, correct: Flags
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the distinct confidences, ascending, with artworks and right predictions of each."""
    values, where = np.unique(np.round(confidence, DECIMALS), return_inverse=True)
    sizes = np.bincount(where, minlength=len(values))
    right = np.bincount(where, weights=np.asarray(correct, float), minlength=len(values))
    return values.astype(np.float64), sizes, right.astype(np.int64)


def decide(
    confidence: AnyFloats, accept_threshold: float, review_threshold: float
) -> npt.NDArray[np.str_]:
    """Decide by confidence `[n]`: names of `DECISIONS`."""
    shown = np.where(confidence >= review_threshold, "review", "abstained")
    return np.where(confidence >= accept_threshold, "accepted", shown)
