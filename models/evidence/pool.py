"""Opinion pools: one probability per style from the log-probabilities of several kinds of evidence.

Sources: Genest and Zidek 1986, Combining probability distributions; Wolpert 1992, Stacked
generalization, for fitting the weights on out-of-fold predictions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp

from models.arrays import Floats, Labels
from models.classifiers.calibration import NEVER, decide
from models.evidence.patterns import kinds_of

Method = Literal["log-linear", "log-linear with biases", "linear"]
METHODS: tuple[Method, ...] = get_args(Method)

LOWEST = -12.0
"""Log-probabilities below this count as this, so that no single evidence excludes a style."""
_PENALTY = 3.0
"""Strength, in artworks, of the pull of weights to equal shares and of biases to none."""
_MAX_WEIGHT = 4.0
_LOSS = "log_loss "
"""Name prefix of the methods' losses in the metrics of a training record."""


class Pool(BaseModel):
    """Weights of one evidence pattern, and the thresholds that hold for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    method: Method = Field(description="How log-probabilities are combined.")
    weights: tuple[Annotated[float, Field(ge=0, le=100)], ...] = Field(
        description="Of each kind of evidence in the pattern."
    )
    biases: tuple[Annotated[float, Field(ge=-1000, le=1000)], ...] = Field(
        default=(), description="Added to each style's score."
    )
    accept_threshold: float = Field(
        default=NEVER, description="Confidence from which predictions are accepted."
    )
    review_threshold: float = Field(
        default=0.0, description="Confidence from which predictions go to review."
    )
    artworks: int = Field(default=0, ge=0, description="Out-of-fold artworks that it rests on.")

    def log_probabilities(self, evidence: list[Floats]) -> Floats:
        """Combine log-probabilities `[n, styles]`, one array per kind of evidence.

        Args:
            evidence: in the order of the weights.

        Returns:
            `[n, styles]`; the exponentials of each row sum to one.
        """
        stacked = np.stack([np.maximum(each, LOWEST) for each in evidence])
        weights = np.asarray(self.weights)
        if self.method == "linear":
            shares = np.maximum(weights, 1e-9)
            normal = stacked - logsumexp(stacked, axis=2, keepdims=True)
            weighted = (shares / shares.sum())[:, None, None]
            return np.asarray(logsumexp(normal, axis=0, b=weighted))
        scores = np.tensordot(weights, stacked, axes=1)
        if self.biases:
            scores = scores + np.asarray(self.biases)
        return np.asarray(log_softmax(scores, axis=1))

    def decide(self, confidence: Floats) -> npt.NDArray[np.str_]:
        """Decide about predictions by their confidence, `[n]`."""
        return decide(confidence, self.accept_threshold, self.review_threshold)


def fit_pool(
    method: Method, evidence: list[Floats], labels: Labels, counted: Floats | None = None
) -> Pool:
    """Fit the weights to out-of-fold log-probabilities by penalised maximum likelihood.

    Args:
        method: the kind of pool.
        evidence: log-probabilities `[n, styles]` of each kind of evidence.
        labels: the artworks' styles `[n]`, n at least 1.
        counted: weight of each artwork `[n]`, one by default.
    """
    if counted is None:
        counted = np.ones(len(labels))
    stacked = np.stack([np.maximum(each, LOWEST) for each in evidence])
    if method == "linear":
        shares = _fit_mixture(stacked, labels, counted)
        return Pool(method=method, weights=shares, artworks=len(labels))
    kinds, _, styles = stacked.shape
    biased = method == "log-linear with biases"
    start = np.concatenate([np.full(kinds, 1 / kinds), np.zeros(styles if biased else 0)])
    hits = np.eye(styles)[labels]

    def loss(values: Floats) -> tuple[float, Floats]:
        scores = np.tensordot(values[:kinds], stacked, axes=1)
        if biased:
            scores = scores + values[kinds:]
        logs = log_softmax(scores, axis=1)
        wrong = (np.exp(logs) - hits) * counted[:, None]
        gradient = np.concatenate(
            [(stacked * wrong).sum((1, 2)), wrong.sum(0) if biased else np.empty(0)]
        )
        pull = values - start
        likelihood = -counted @ logs[np.arange(len(labels)), labels]
        return likelihood + _PENALTY * (pull @ pull), gradient + 2 * _PENALTY * pull

    bounds = [(0.0, _MAX_WEIGHT)] * kinds + [(None, None)] * (len(start) - kinds)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    values = [float(value) for value in np.round(found.x, 6)]
    return Pool(
        method=method,
        weights=tuple(values[:kinds]),
        biases=tuple(values[kinds:]),
        artworks=len(labels),
    )


def log_loss(log_probabilities: Floats, labels: Labels, counted: Floats | None = None) -> float:
    """Compute the mean negative log-probability of the labels, in nats.

    Args:
        log_probabilities: `[n, styles]`.
        labels: `[n]`.
        counted: weight of each artwork `[n]`, one by default.
    """
    chosen = log_probabilities[np.arange(len(labels)), labels]
    return float(-np.average(np.maximum(chosen, LOWEST), weights=counted))


def _fit_mixture(stacked: Floats, labels: Labels, counted: Floats) -> tuple[float, ...]:
    """Fit the shares of a mixture by expectation maximisation."""
    right = np.exp(stacked[:, np.arange(len(labels)), labels])
    shares = np.full(len(stacked), 1 / len(stacked))
    for _ in range(100):
        parts = shares[:, None] * right
        shares = parts / parts.sum(0) @ counted + _PENALTY
        shares = shares / shares.sum()
    return tuple(round(float(share), 6) for share in shares)


def name_losses(losses: Mapping[str, float]) -> dict[str, float]:
    """Name losses by `pattern: method` as a training record keeps them, for `overview_of`."""
    return {f"{_LOSS}{name}": loss for name, loss in losses.items()}


def overview_of(pools: Mapping[str, Pool], metrics: Mapping[str, float]) -> list[dict[str, Any]]:
    """Summarise each pool of a combined classifier, by pattern; `metrics` are of its record.

    `accept` and `review` are confidences, None for never; `losses` are those of each method on
    held-out folds, in nats: empty where too few artworks had the pattern.
    """
    return [
        {
            "pattern": pattern,
            "artworks": pool.artworks,
            "method": pool.method,
            "weights": dict(zip(kinds_of(pattern), pool.weights, strict=True)),
            "accept": None if pool.accept_threshold >= NEVER else pool.accept_threshold,
            "review": None if pool.review_threshold >= NEVER else pool.review_threshold,
            "losses": {
                method: metrics[name]
                for method in METHODS
                if (name := f"{_LOSS}{pattern}: {method}") in metrics
            },
        }
        for pattern, pool in pools.items()
    ]
