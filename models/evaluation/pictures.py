"""Pictures of an evaluation, written to the home, one folder per model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.images.contact_sheet import Cell, draw_contact_sheet
from catalog.storage.store import Store
from models.classifiers.record import Epoch
from models.evaluation import plots
from models.evaluation.leaderboard import LOSS_CURVES, key_of_picture, reliability_name
from models.evidence.patterns import in_words
from models.metrics import confusion, scores
from models.metrics.measures import EvaluatedVariant
from models.versions.registry import ModelRow

SHOWN = 12


def most_confident_mistakes(
    home: Store, variant: EvaluatedVariant, works: pa.Table
) -> list[dict[str, Any]]:
    """Select the wrong predictions of the highest confidence among artworks with an image.

    `works` are the predicted artworks in the order of the predictions, with the columns of
    `examples.works_of`.
    Returns them with their prepared `image`, the `prediction` and its calibrated `confidence`.
    """
    confidence, guesses, stored = variant.confidence(), variant.guesses, variant.predictions
    has_image = np.array([shard is not None for shard in values(works, "shard")], bool)
    wrong = np.flatnonzero(~variant.correct & has_image)
    rows = wrong[np.argsort(-confidence[wrong], kind="stable")][:SHOWN].tolist()
    shown = examples.with_images(home, works.take(pa.array(rows, pa.int64()))).to_pylist()
    details = {work["artwork_id"]: work for work in shown}
    return [
        {
            **{name: work[name] for name in ("artwork_id", "image", "style", "title")},
            "prediction": stored.styles[guesses[row]],
            "confidence": float(confidence[row]),
            "artist": work["artist"] or work.get("artist_catalogued"),
        }
        for row in rows
        if (work := details.get(stored.artwork_ids[row]))
    ]


def draw_history(home: Store, model: ModelRow, history: Sequence[Epoch]) -> None:
    """Draw loss and accuracy per epoch; nothing for a model without epochs."""
    if history:
        home.write(_key(model, LOSS_CURVES), plots.loss_curves(history, _title(model)))


def draw_part(
    home: Store,
    model: ModelRow,
    part: str,
    variant: EvaluatedVariant,
    works: pa.Table,
    majority: float,
) -> None:
    """Draw the results on a part: confusion, reliability, the most confident mistakes.

    `works` as in `most_confident_mistakes`; `majority` is the accuracy (0-1) of always predicting
    the most common training style.
    """
    stored, title = variant.predictions, f"{_title(model)}, {part}"
    matrix = plots.confusion_matrix(
        confusion.confusion_matrix(stored.labels, variant.guesses, len(stored.styles)),
        stored.styles,
        title=title,
        accuracy=scores.accuracy(stored.labels, variant.guesses),
        majority=majority,
    )
    home.write(_key(model, f"confusion-matrix-{part}.png"), matrix)
    _draw_reliability(home, model, f"reliability-{part}.png", variant, title)
    cells = [
        Cell(
            each["image"],
            f"{each['prediction']} ({each['confidence']:.2f})",
            (
                f"is {each['style']}",
                each["artist"] or "unknown artist",
                each["title"] or "untitled",
            ),
        )
        for each in most_confident_mistakes(home, variant, works)
    ]
    heading = f"{title}: most confident mistakes"
    sheet = draw_contact_sheet(cells, heading, empty="No prediction is wrong.")
    home.write(_key(model, f"mistakes-{part}.png"), sheet)


def draw_reliability(
    home: Store, model: ModelRow, part: str, pattern: str, variant: EvaluatedVariant
) -> None:
    """Draw how well confidence matches precision, with the evidence of one pattern given."""
    title = f"{_title(model)}, {part}, given {in_words(pattern)}"
    _draw_reliability(home, model, reliability_name(part, pattern), variant, title)


def _draw_reliability(
    home: Store, model: ModelRow, name: str, variant: EvaluatedVariant, title: str
) -> None:
    scaled = variant.calibration.temperature != 1.0
    before = variant.confidence(calibrated=False) if scaled else None
    picture = plots.reliability_diagrams(before, variant.confidence(), variant.correct, title=title)
    home.write(_key(model, name), picture)


def _key(model: ModelRow, name: str) -> str:
    return key_of_picture(model.scheme, model.method, model.model_version, name)


def _title(model: ModelRow) -> str:
    return f"{model.architecture} ({model.method}), {model.scheme} split"
