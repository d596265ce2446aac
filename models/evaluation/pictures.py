"""Pictures of an evaluation, written to the home, one folder per model."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from catalog.images.contact_sheet import Cell, draw_contact_sheet
from catalog.storage.store import Store
from models.classifiers.record import Epoch
from models.evaluation import plots
from models.evaluation.mistakes import Mistake, most_confident_mistakes
from models.evaluation.picture_keys import LOSS_CURVES, key_of_picture, reliability_name
from models.evidence.patterns import in_words
from models.metrics import confusion, scores
from models.metrics.measures import EvaluatedVariant
from models.versions.registry import ModelRow


def draw_history(home: Store, model: ModelRow, history: Sequence[Epoch]) -> None:
    """Draw loss and accuracy per epoch; nothing for a model without epochs."""
    if history:
        picture = plots.loss_curves(history, f"{_named(model)}, {model.scheme} split")
        home.write(_key(model, LOSS_CURVES), picture)


def draw_part(
    home: Store,
    model: ModelRow,
    part: str,
    variant: EvaluatedVariant,
    works: pa.Table,
    majority: float,
) -> None:
    """Draw the results on a part: confusion, reliability, the most confident mistakes.

    Args:
        home: to draw into.
        model: whose pictures they are.
        part: of its split.
        variant: the model as configured.
        works: as `examples.works_of` returns them, in the order of the predictions.
        majority: accuracy of always predicting the most common training style, 0-1.
    """
    stored = variant.predictions
    title = f"{_named(model)}, {model.scheme} split, {part}"
    styles = stored.styles
    matrix = plots.confusion_matrix(
        confusion.confusion_matrix(stored.labels, variant.guesses, len(styles)),
        styles,
        title=title,
        accuracy=scores.accuracy(stored.labels, variant.guesses),
        majority=majority,
    )
    home.write(_key(model, f"confusion-matrix-{part}.png"), matrix)
    _draw_reliability(home, model, f"reliability-{part}.png", variant, title)
    mistakes = [_cell(mistake) for mistake in most_confident_mistakes(home, variant, works)]
    heading = f"{title}: most confident mistakes"
    sheet = draw_contact_sheet(mistakes, heading, empty="No prediction is wrong.")
    home.write(_key(model, f"mistakes-{part}.png"), sheet)


def _cell(mistake: Mistake) -> Cell:
    heading = f"{mistake.prediction} ({mistake.confidence:.2f})"
    about = (mistake.artist or "unknown artist", mistake.title or "untitled")
    return Cell(mistake.image, heading, (f"is {mistake.style}", *about))


def draw_reliability(
    home: Store, model: ModelRow, part: str, pattern: str, variant: EvaluatedVariant
) -> None:
    """Draw how well confidence matches precision, with the evidence of one pattern given."""
    title = f"{_named(model)}, {model.scheme} split, {part}, given {in_words(pattern)}"
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


def _named(model: ModelRow) -> str:
    return f"{model.architecture} ({model.method})"
