"""How common styles are against how often training showed them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SMOOTHING = 0.5
"""Works that every style has besides its own, so that one without any is not impossible."""


def prior_shift(counts: Sequence[int], shares: Sequence[float]) -> npt.NDArray[np.float64]:
    """What to add to logits so that they speak of works as common as those of the catalog.

    It is the log of a style's share of the works over its share of the images that training
    showed: the log of the training prior (but for a constant) after balanced batches, nothing
    after plain ones. Source: Saerens et al. 2002; Menon et al. 2021, Long-tail learning via logit
    adjustment.

    Args:
        counts: training works of each style.
        shares: part of the images shown that was of each style; a style that was never shown
            counts as shown as often as the others on average.

    Returns:
        The shift of each style, `[styles]`; zeros if there were no works.
    """
    works = np.asarray(counts, np.float64)
    shown = np.asarray(shares, np.float64) * works.sum()
    if not shown.any():
        return np.zeros(len(works))
    shown = np.where(shown > 0, shown, shown[shown > 0].mean())
    shift: npt.NDArray[np.float64] = np.log(works + SMOOTHING) - np.log(shown + SMOOTHING)
    return shift
