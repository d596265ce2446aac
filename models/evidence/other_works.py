"""Evidence from an artist's other works: how often each style is among their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from models.arrays import Floats

StyleCounts = Sequence[Mapping[str, object]]
"""Fields of `other_labels` of an artwork: `style` and `artworks`, the number with that label."""

PRIOR_ARTWORKS = 1.0
"""Pseudo-count of artworks with the prior's styles that is added to the artist's."""


def counts_matrix(labels: Sequence[StyleCounts | None], styles: Sequence[str]) -> Floats:
    """Count the other works of each style, `[n, styles]`; styles that are unknown are left out."""
    place = {style: number for number, style in enumerate(styles)}
    counts = np.zeros((len(labels), len(styles)))
    for row, found in enumerate(labels):
        for each in found or ():
            number = place.get(str(each["style"]))
            if number is not None:
                counts[row, number] = float(str(each["artworks"]))
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
