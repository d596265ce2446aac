"""Detection of the epoch from which a network overfits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EPOCHS = 2
"""Minimum epochs after the best that show a trend of the loss."""
RISE = 0.02
"""Minimum relative rise of the validation loss: less is noise."""


def overfitting_from(train: Sequence[float], validation: Sequence[float | None]) -> int | None:
    """Return the epoch, from 1, from which the network overfits; None without overfitting.

    It is the one after the lowest validation loss, if from there to the end the validation loss
    tends upwards and has risen by 2 %, while the training loss tends downwards (Prechelt 1998,
    Early stopping: but when?). Losses are those after each epoch, None where not measured.
    """
    losses = [loss for loss in validation if loss is not None]
    if not losses or len(losses) < len(train):
        return None
    best = int(np.argmin(losses))
    after = np.arange(best, len(losses))
    if len(after) <= EPOCHS or losses[-1] <= losses[best] * (1 + RISE):
        return None
    slope, train_slope = (np.polyfit(after, each[best:], 1)[0] for each in (losses, train))
    return best + 2 if slope > 0 > train_slope else None


def in_words(train: Sequence[float], validation: Sequence[float | None]) -> str:
    """Return the same as a sentence."""
    if not train:
        return "No epoch was trained."
    if all(loss is None for loss in validation):
        return "The validation loss was not computed, so overfitting cannot be detected."
    found = overfitting_from(train, validation)
    if found is None:
        return "No overfitting: training and validation loss do not diverge."
    return (
        f"Overfitting from epoch {found}: from there the validation loss rises while the training "
        "loss still falls."
    )
