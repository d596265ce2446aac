"""Calibration of probabilities, separately for each pattern of known facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import minimize
from scipy.special import log_softmax

from models.arrays import Floats, Numbers
from models.facts.trees import MAX_STYLES

PENALTY = 0.01
"""Penalty on squared offsets: with few artists the shares of styles are partly chance."""
SHARPEST, FLATTEST = 0.05, 20.0
_Offset = Annotated[float, Field(ge=-20, le=20)]


class Scaling(BaseModel):
    """Vector scaling: scores over a temperature, plus an offset per style."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = Field(default=1.0, ge=SHARPEST, le=FLATTEST)
    offsets: tuple[_Offset, ...] = Field(default=(), max_length=MAX_STYLES)

    def log_probabilities(self, scores: Floats) -> Floats:
        """Compute log-probabilities `[n, styles]` of scores before softmax."""
        offsets = np.array(self.offsets or (0.0,))
        logs: Floats = log_softmax(scores / self.temperature + offsets, axis=1)
        return logs


def fit_scaling(scores: Floats, labels: Numbers) -> Scaling:
    """Fit temperature and offsets by penalised maximum likelihood.

    A temperature alone cannot correct a model with few facts, which falls back on shares of styles
    that are not those of the artworks. Source: Guo et al. 2017, vector scaling with one scale.

    Args:
        scores: of artworks that the model was not trained on `[n, styles]`, n at least 1.
        labels: `[n]`.
    """
    styles = scores.shape[1]
    shares = np.bincount(labels, minlength=styles) / len(labels)

    def loss(given: Floats) -> tuple[float, Floats]:
        logs = log_softmax(scores * np.exp(given[0]) + given[1:], axis=1)
        wrong = np.exp(logs)
        likelihood = logs[np.arange(len(labels)), labels].mean()
        by_style = wrong.mean(0) - shares + 2 * PENALTY * given[1:]
        wrong[np.arange(len(labels)), labels] -= 1
        by_sharpness = (wrong * scores).sum() / len(labels) * np.exp(given[0])
        value = PENALTY * (given[1:] ** 2).sum() - likelihood
        return float(value), np.concatenate([[by_sharpness], by_style])

    limits = [(-np.log(FLATTEST), -np.log(SHARPEST)), *[(-20.0, 20.0)] * styles]
    best = minimize(loss, np.zeros(styles + 1), jac=True, method="L-BFGS-B", bounds=limits).x
    temperature = float(np.clip(np.exp(-best[0]), SHARPEST, FLATTEST))
    return Scaling(temperature=temperature, offsets=tuple(best[1:].tolist()))


def calibrate(
    scores: Floats, patterns: npt.NDArray[np.str_], scalings: Mapping[str, Scaling]
) -> Floats:
    """Compute log-probabilities `[n, styles]` of scores, each row scaled by its pattern.

    Args:
        scores: before softmax `[n, styles]`.
        patterns: of known facts `[n]`.
        scalings: per pattern; a missing pattern is left unscaled.
    """
    logs = np.empty_like(scores)
    for name in np.unique(patterns):
        rows = patterns == name
        logs[rows] = scalings.get(str(name), Scaling()).log_probabilities(scores[rows])
    return logs
