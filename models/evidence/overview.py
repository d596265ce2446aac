"""Overview of a combined classifier for model cards and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.classifiers.calibration import NEVER
from models.evidence.patterns import kinds_of
from models.evidence.pool import METHODS, Pool

_LOSS = "log_loss "
"""Name prefix of the methods' losses in the metrics of a training record."""


@dataclass(frozen=True)
class PoolOverview:
    """The pool of one evidence pattern, and the losses of the methods compared for it."""

    pattern: str
    artworks: int
    """Out-of-fold artworks that it was fitted on."""
    method: str
    weights: Mapping[str, float]
    """By kind of evidence."""
    accept: float | None
    """Confidence from which predictions are accepted; None: never."""
    review: float | None
    """Confidence from which predictions go to review; None: never."""
    losses: Mapping[str, float]
    """Log-loss by method on held-out folds, in nats; empty where too few artworks had it."""


def name_losses(losses: Mapping[str, float]) -> dict[str, float]:
    """Name losses by `pattern: method` as a training record keeps them, for `overview_of`."""
    return {f"{_LOSS}{name}": loss for name, loss in losses.items()}


def overview_of(pools: Mapping[str, Pool], metrics: Mapping[str, float]) -> list[PoolOverview]:
    """Summarise each pool.

    Args:
        pools: of a combined classifier, by pattern.
        metrics: of its training record.
    """
    return [
        PoolOverview(
            pattern,
            pool.artworks,
            pool.method,
            dict(zip(kinds_of(pattern), pool.weights, strict=True)),
            _reachable(pool.accept_threshold),
            _reachable(pool.review_threshold),
            {
                method: metrics[name]
                for method in METHODS
                if (name := f"{_LOSS}{pattern}: {method}") in metrics
            },
        )
        for pattern, pool in pools.items()
    ]


def _reachable(threshold: float) -> float | None:
    return None if threshold >= NEVER else threshold
