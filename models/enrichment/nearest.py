"""The most similar of many vectors, exactly, with few of them in memory at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

BLOCK = 256
"""Vectors compared at a time with a batch: with 50,000 these make 50 MB of similarities."""
DIGITS = 4
"""Of a similarity when it is compared, so that machines agree on the order."""
_ROUNDED_AWAY = np.float32(2 * 10.0**-DIGITS)
"""More than what rounding can change."""


@dataclass(frozen=True)
class Nearest:
    """For each of n asked vectors the most similar others, the nearest first."""

    similarity: Vectors
    """Cosine, `[n, count]`; minus infinity where there are fewer others."""
    position: Positions
    """Which they are, `[n, count]`; -1 where there are fewer."""


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1, `[n, d]`; one of length 0 is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def nearest(
    asked: Vectors, others: Iterable[tuple[Positions, Vectors]], count: int, floor: float
) -> Nearest:
    """The nearest others of each asked vector; of equally near ones that of the lower position.

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


def _improve(kept: Nearest, similarities: Vectors, positions: Positions, floor: float) -> None:
    """Put those of a batch in that are nearer than what is kept, in place.

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
