"""The serving configuration of a model: encoders and precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catalog.base.hashing import key_of
from catalog.enrichment.predictions import ClassifierKey
from models.evidence.patterns import FACTS, IMAGE, OTHER_WORKS

Precision = Literal["fp32", "bf16"]


@dataclass(frozen=True)
class Serving:
    """How a model is run, and the measurements behind that choice."""

    model_version: str
    precision: Precision
    encoders: tuple[str, ...]
    """Digests of the encoders as they are run."""
    preprocessing: str
    """Fingerprint of their preprocessing."""
    images: int = 0
    """Images that both precisions were compared on."""
    cosine: float | None = None
    """Least cosine between their vectors."""
    same_style: float | None = None
    """Share of the images to which both assign the same style."""
    reason: str = ""
    evidence: tuple[str, ...] = (IMAGE,)
    """Kinds of evidence that the model uses."""

    @property
    def classifier_key(self) -> ClassifierKey:
        """Identify what a prediction depends on besides the artwork: part of every prediction_key.

        The model_version covers weights, styles, preprocessing, pools and thresholds.
        """
        return ClassifierKey(
            key_of("prediction", 3, self.model_version, self.precision),
            image=IMAGE in self.evidence,
            facts=FACTS in self.evidence,
            other_works=OTHER_WORKS in self.evidence,
        )
