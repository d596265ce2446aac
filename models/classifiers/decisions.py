"""What becomes of guesses at a model's thresholds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.classifiers.calibration import Calibration
from models.evaluation.confusion import Floats

DECISIONS = ("accepted", "review", "abstained")


def decide(confidence: Floats, calibration: Calibration) -> npt.NDArray[np.str_]:
    """What happens to guesses of these confidences, `[n]`: names of `DECISIONS`."""
    accepted = confidence >= calibration.accept_threshold
    shown = confidence >= calibration.review_threshold
    return np.where(accepted, "accepted", np.where(shown, "review", "abstained"))
