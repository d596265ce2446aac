"""The most confident mistakes of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.storage.store import Store
from models.metrics.measures import EvaluatedVariant

SHOWN = 12


@dataclass(frozen=True)
class Mistake:
    """A wrong prediction, and the artwork."""

    artwork_id: str
    image: bytes
    """The prepared JPEG."""
    style: str
    """The style in the catalog."""
    prediction: str
    confidence: float
    """Calibrated, 0 to 1."""
    artist: str | None
    title: str | None


def most_confident_mistakes(
    home: Store, variant: EvaluatedVariant, works: pa.Table, count: int = SHOWN
) -> list[Mistake]:
    """Select the wrong predictions of the highest confidence among artworks with an image.

    Args:
        home: where the images are.
        variant: of a model.
        works: the predicted artworks, in its order, with the columns of `examples.works_of`.
        count: maximum number.
    """
    confidence, guesses = variant.confidence(), variant.guesses
    has_image = np.array([shard is not None for shard in values(works, "shard")], bool)
    wrong = np.flatnonzero(~variant.correct & has_image)
    rows = wrong[np.argsort(-confidence[wrong], kind="stable")][:count]
    shown = examples.with_images(home, works.take(pa.array(rows, pa.int64())))
    details = dict(zip(values(shown, "artwork_id"), shown.to_pylist(), strict=True))
    return [
        _mistake(
            details[work_id],
            variant.predictions.styles[guesses[row]],
            float(confidence[row]),
        )
        for row in rows.tolist()
        if (work_id := variant.predictions.artwork_ids[row]) in details
    ]


def _mistake(work: dict[str, Any], prediction: str, confidence: float) -> Mistake:
    return Mistake(
        work["artwork_id"],
        work["image"],
        work["style"],
        prediction,
        confidence,
        work["artist"] or work.get("artist_catalogued"),
        work["title"],
    )
