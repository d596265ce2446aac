"""Keys of an evaluation's pictures in the home, without the plotting library."""

from __future__ import annotations

import re

LOSS_CURVES = "loss-curves.png"


def key_of_picture(scheme: str, method: str, model_version: str, name: str) -> str:
    """Return the key of a picture of a model."""
    return f"reports/{scheme}/{method}-{model_version}/{name}"


def reliability_name(part: str, pattern: str) -> str:
    """Name the picture of the reliability with the evidence of one pattern."""
    return f"reliability-{part}-{re.sub('[^a-z]+', '-', pattern)}.png"
