"""Decisions about predictions by a model's thresholds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.classifiers.predictions import Floats

DECISIONS = ("accepted", "review", "abstained")


def decide(
    confidence: Floats, accept_threshold: float, review_threshold: float
) -> npt.NDArray[np.str_]:
    """Decide by confidence `[n]`: names of `DECISIONS`."""
    shown = np.where(confidence >= review_threshold, "review", "abstained")
    return np.where(confidence >= accept_threshold, "accepted", shown)
