"""Evidence about artworks: log-probabilities over styles, by kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats
from models.evidence.patterns import KINDS

StyleCounts = Sequence[Mapping[str, Any]]
"""Fields of `other_labels` of an artwork: `style` and `artworks`, the number with that label."""
PRIOR_ARTWORKS = 1.0
"""Pseudo-count of artworks with the prior's styles that is added to the artist's."""


@dataclass(frozen=True)
class Evidence:
    """Log-probabilities of `n` artworks by kind of evidence, in one order."""

    artworks: int
    logs: Mapping[str, Floats]
    """Log-probabilities `[n, styles]` by kind; other artworks' rows are unused."""
    present: Mapping[str, Flags]
    """Whether an artwork has that kind of evidence, `[n]`."""

    def patterns(self) -> list[str]:
        """Name each artwork's pattern; empty where nothing is known."""
        kinds = [kind for kind in KINDS if kind in self.present]
        if not kinds:
            return [""] * self.artworks
        flags = zip(*(self.present[kind].tolist() for kind in kinds), strict=True)
        return ["+".join(compress(kinds, given)) for given in flags]

    def only(self, kinds: Collection[str]) -> Evidence:
        """Leave out all other kinds of evidence."""
        return Evidence(
            self.artworks,
            {kind: found for kind, found in self.logs.items() if kind in kinds},
            {kind: found for kind, found in self.present.items() if kind in kinds},
        )

    def take(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> Evidence:
        """Select some of the artworks, in the given order."""
        where = np.asarray(rows, np.int64)
        return Evidence(
            len(where),
            {kind: found[where] for kind, found in self.logs.items()},
            {kind: found[where] for kind, found in self.present.items()},
        )


def counts_matrix(labels: Sequence[StyleCounts | None], styles: Sequence[str]) -> Floats:
    """Count the other works of each style, `[n, styles]`; styles that are unknown are left out."""
    place = {style: number for number, style in enumerate(styles)}
    counts = np.zeros((len(labels), len(styles)))
    for row, found in enumerate(labels):
        for each in found or ():
            if each["style"] in place:
                counts[row, place[each["style"]]] = each["artworks"]
    return counts


def log_frequencies(counts: Floats, prior: Floats) -> Floats:
    """Smooth the frequencies of an artist's styles (additive smoothing) and take their logs.

    Args:
        counts: other works of each style `[n, styles]`.
        prior: share of each style among all labelled artworks `[styles]`, none zero.

    Returns:
        Log-probabilities `[n, styles]`.
    """
    smoothed = counts + PRIOR_ARTWORKS * prior
    return np.asarray(np.log(smoothed / smoothed.sum(1, keepdims=True)))
