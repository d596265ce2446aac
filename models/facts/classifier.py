"""The facts classifier: styles from catalog facts, calibrated by which facts are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import minimize
from scipy.special import log_softmax

from catalog.base.errors import ModelError
from models.arrays import Floats, Numbers
from models.facts.features import FactEncoding, fact_pattern
from models.facts.trees import MAX_STYLES, Trees

_PENALTY = 0.01
"""Penalty on squared offsets: with few artists the shares of styles are partly chance."""
_SHARPEST, _FLATTEST = 0.05, 20.0
_Offset = Annotated[float, Field(ge=-20, le=20)]


class Scaling(BaseModel):
    """Vector scaling: scores over a temperature, plus an offset per style."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = Field(default=1.0, ge=_SHARPEST, le=_FLATTEST)
    offsets: tuple[_Offset, ...] = Field(default=(), max_length=MAX_STYLES)

    def log_probabilities(self, scores: Floats) -> Floats:
        """Compute log-probabilities `[n, styles]` of scores before softmax."""
        scaled = scores / self.temperature + np.array(self.offsets or (0.0,))
        return np.asarray(log_softmax(scaled, axis=1))


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
        by_style = wrong.mean(0) - shares + 2 * _PENALTY * given[1:]
        wrong[np.arange(len(labels)), labels] -= 1
        by_sharpness = (wrong * scores).sum() / len(labels) * np.exp(given[0])
        value = _PENALTY * (given[1:] ** 2).sum() - likelihood
        return float(value), np.concatenate([[by_sharpness], by_style])

    limits = [(-np.log(_FLATTEST), -np.log(_SHARPEST)), *[(-20.0, 20.0)] * styles]
    best = minimize(loss, np.zeros(styles + 1), jac=True, method="L-BFGS-B", bounds=limits).x
    temperature = float(np.clip(np.exp(-best[0]), _SHARPEST, _FLATTEST))
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


class FactsSettings(BaseModel):
    """Settings of a facts classifier beside its trees, validated as they come from a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    encoding: FactEncoding = Field(description="Categories and words that it knows.")
    scalings: dict[str, Scaling] = Field(description="By pattern of known facts.")


@dataclass(frozen=True)
class FactsClassifier:
    """Gradient-boosted trees over facts, calibrated by which facts are known."""

    styles: tuple[str, ...]
    """In the order of the columns of predictions."""
    encoding: FactEncoding
    trees: Trees
    scalings: Mapping[str, Scaling]
    """How scores become probabilities, per pattern of known facts."""

    @classmethod
    def build(
        cls,
        styles: tuple[str, ...],
        settings: FactsSettings,
        tensors: Mapping[str, npt.NDArray[Any]],
    ) -> FactsClassifier:
        """Build the classifier that settings and arrays describe.

        Raises:
            ModelError: if the arrays are not trees over such facts and styles.
        """
        trees = Trees.from_tensors(tensors, settings.encoding.width)
        if len(trees.baseline) != len(styles):
            raise ModelError(f"the trees score {len(trees.baseline)} styles, not {len(styles)}")
        for pattern, scaling in settings.scalings.items():
            if len(scaling.offsets) not in {0, len(styles)}:
                given = f"{len(scaling.offsets)} offsets for {len(styles)} styles"
                raise ModelError(f"the scaling of the facts {pattern[:40]!r} has {given}")
        return cls(styles, settings.encoding, trees, settings.scalings)

    def log_probabilities(self, table: pa.Table) -> Floats:
        """Predict calibrated log-probabilities `[n, styles]`; each row's probabilities sum to one.

        Args:
            table: with `features.COLUMNS`.
        """
        scores = self.trees.raw_scores(self.encoding.encode(table))
        return calibrate(scores, fact_pattern(table), self.scalings)
