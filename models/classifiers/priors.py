"""Prior correction: frequencies of styles in the catalog against those seen in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrays import Floats

SMOOTHING = 0.5
"""Pseudo-count of artworks per style, so that a style without any is not impossible."""


def prior_shift(counts: Sequence[int], shares: Sequence[float]) -> Floats:
    """Compute the shift of logits that corrects for the training prior.

    It is the log of a style's share of the artworks over its share of the images seen in
    training: the log of the training prior (up to a constant) after balanced batches, nothing
    after plain ones. Source: Saerens et al. 2002; Menon et al. 2021, Long-tail learning via logit
    adjustment.

    Args:
        counts: training artworks of each style.
        shares: share of each style among the images seen; a style that was never seen
            counts as seen as often as the others on average.

    Returns:
        The shift of each style, `[styles]`; zeros if there were no artworks.
    """
    works = np.asarray(counts, np.float64)
    shown = np.asarray(shares, np.float64) * works.sum()
    if not shown.any():
        return np.zeros(len(works))
    shown = np.where(shown > 0, shown, shown[shown > 0].mean())
    shift: Floats = np.log(works + SMOOTHING) - np.log(shown + SMOOTHING)
    return shift
