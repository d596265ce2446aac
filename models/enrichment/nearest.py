"""Exact nearest neighbours of vectors, in batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.arrays import Numbers, Vectors

BLOCK = 256
"""Vectors compared at a time with a batch: with 50,000 these take 50 MB of similarities."""
DIGITS = 4
"""Decimals of a similarity in comparisons, so that machines agree on the order."""
_ROUNDED_AWAY = np.float32(2 * 10.0**-DIGITS)
"""More than what rounding can change."""


@dataclass(frozen=True)
class Nearest:
    """The most similar other vectors of each of n queries, the nearest first."""

    similarity: Vectors
    """Cosine, `[n, count]`; minus infinity where there are fewer others."""
    position: Numbers
    """Their positions, `[n, count]`; -1 where there are fewer."""


def unit(vectors: Vectors) -> Vectors:
    """Normalise vectors to length 1, `[n, d]`; one of length 0 is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def nearest(
    asked: Vectors, others: Iterable[tuple[Numbers, Vectors]], count: int, floor: float
) -> Nearest:
    """Find the nearest others of each query; ties go to the lower position.

    Args:
        asked: unit vectors `[n, d]`.
        others: batches of positions `[m]` and unit vectors `[m, d]`, in any order.
        count: how many to find for each.
        floor: similarity that they reach.
    """
    found = Nearest(
        np.full((len(asked), count), -np.inf, np.float32), np.full((len(asked), count), -1)
    )
    for positions, vectors in others:
        for start in range(0, len(asked), BLOCK):
            block = slice(start, start + BLOCK)
            similarities = asked[block] @ vectors.T
            kept = Nearest(found.similarity[block], found.position[block])
            _improve(kept, similarities, positions, floor)
    return found


def _improve(kept: Nearest, similarities: Vectors, positions: Numbers, floor: float) -> None:
    """Replace kept neighbours by nearer ones of a batch, in place.

    Few are: the others are not even rounded.
    """
    count = kept.position.shape[1]
    least = np.maximum(kept.similarity[:, -1], np.float32(floor))
    for row in np.flatnonzero(similarities.max(axis=1) >= least - _ROUNDED_AWAY):
        of_row = similarities[row]
        perhaps = np.flatnonzero(of_row >= least[row] - _ROUNDED_AWAY)
        if len(perhaps) > count:
            last = np.partition(of_row[perhaps], -count)[-count]
            perhaps = perhaps[of_row[perhaps] >= last - _ROUNDED_AWAY]
        rounded = of_row[perhaps].round(DIGITS)
        reached = rounded >= least[row]
        similar = np.concatenate([kept.similarity[row], rounded[reached]])
        which = np.concatenate([kept.position[row], positions[perhaps[reached]]])
        order = np.lexsort((which, -similar))[:count]
        kept.similarity[row], kept.position[row] = similar[order], which[order]
