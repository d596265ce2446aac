"""Detection of the epoch from which a network overfits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EPOCHS = 2
"""Minimum epochs after the best that show a trend of the loss."""
RISE = 0.02
"""Minimum relative rise of the validation loss: less is noise."""


def overfitting_from(train: Sequence[float], validation: Sequence[float | None]) -> int | None:
    """Return the epoch, from 1, from which the network overfits.

    It is the one after the lowest validation loss, if from there to the end the validation loss
    tends upwards and has risen by 2 %, while the training loss tends downwards (Prechelt 1998,
    Early stopping: but when?).

    Args:
        train: loss on training artworks after each epoch.
        validation: the same on validation artworks; None where it was not measured.

    Returns:
        The epoch, or None without overfitting, or if validation was not measured throughout.
    """
    losses = [loss for loss in validation if loss is not None]
    if not losses or len(losses) < len(train):
        return None
    best = int(np.argmin(losses))
    after = np.arange(best, len(losses))
    if len(after) <= EPOCHS:
        return None
    rises = _slope(after, losses[best:]) > 0 and losses[-1] > losses[best] * (1 + RISE)
    falls = _slope(after, train[best:]) < 0
    return best + 2 if rises and falls else None


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


def _slope(epochs: np.typing.NDArray[np.int64], losses: Sequence[float | None]) -> float:
    return float(np.polyfit(epochs, np.array(losses, np.float64), 1)[0])
