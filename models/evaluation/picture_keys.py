"""Where an evaluation's pictures lie in the home: for those who show them, and draw none."""

from __future__ import annotations

import re

LOSS_CURVES = "loss-curves.png"


def key_of_picture(scheme: str, method: str, model_version: str, name: str) -> str:
    """Key of a picture of a model."""
    return f"reports/{scheme}/{method}-{model_version}/{name}"


def reliability_name(part: str, pattern: str) -> str:
    """Name the picture of the reliability with the evidence of one pattern."""
    return f"reliability-{part}-{re.sub('[^a-z]+', '-', pattern)}.png"
