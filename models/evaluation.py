"""Measure a model on the parts of the split that it was trained on, and draw what came out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog import duck, examples, tables
from catalog.arrow import values
from catalog.schemas import TABLES
from catalog.store import Store
from models import metrics, plots, storage
from models.classifier import Classifier
from models.fit import label_indices
from models.registry import ModelRow

PARTS = ("validation", "test")
ALL_STYLES = "all"


@dataclass(frozen=True)
class Scores:
    """A model's overall measures on a part; the majority class's beside them."""

    values: dict[str, float]
    works: int


def evaluate(home: Store, model: ModelRow) -> bool:
    """Write a model's rows of `evaluations` and its pictures; False if they are there already."""
    if _is_evaluated(home, model.model_version):
        return False
    classifier = storage.load(home, model.model_version)
    train_labels = label_indices(classifier, examples.part_of(home, model.scheme, "train"))
    rows: list[dict[str, object]] = []
    folder = f"reports/{model.scheme}/{model.kind}-{model.model_version}"
    home.write(
        f"{folder}/loss-curves.png",
        plots.loss_curves(classifier.record.history, f"{model.architecture}, {model.scheme} split"),
    )
    for part in PARTS:
        works = examples.part_of(home, model.scheme, part)
        if works.num_rows == 0:
            continue
        labels = label_indices(classifier, works)
        predictions = classifier.predict(values(works, "image"))
        guesses = predictions.labels
        scores = _overall(train_labels, labels, guesses, predictions.confidence)
        rows += _rows(model, part, ALL_STYLES, scores.values, scores.works)
        for style in metrics.per_style(labels, guesses, classifier.styles):
            rates = {"precision": style.precision, "recall": style.recall, "f1": style.f1}
            rows += _rows(model, part, style.style, rates, style.support)
        picture = _confusion(classifier, model, part, labels, guesses, scores)
        home.write(f"{folder}/confusion-matrix-{part}.png", picture)
    schema = TABLES["evaluations"].schema
    tables.merge(home, "evaluations", pa.Table.from_pylist(rows, schema=schema))
    return True


def _is_evaluated(home: Store, model_version: str) -> bool:
    found = duck.connect(home, ("evaluations",)).execute(
        "SELECT 1 FROM evaluations WHERE model_version = $model_version LIMIT 1",
        {"model_version": model_version},
    )
    return found.fetchone() is not None


def _overall(
    train_labels: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    guesses: npt.NDArray[np.int64],
    confidence: npt.NDArray[np.float64],
) -> Scores:
    majority = metrics.majority_class(train_labels, labels)
    return Scores(
        {
            "accuracy": metrics.accuracy(labels, guesses),
            "macro_f1": metrics.macro_f1(labels, guesses),
            "balanced_accuracy": metrics.balanced_accuracy(labels, guesses),
            "ece": metrics.expected_calibration_error(confidence, labels == guesses),
            "majority_accuracy": majority.accuracy,
            "majority_macro_f1": majority.macro_f1,
        },
        len(labels),
    )


def _rows(
    model: ModelRow, part: str, style: str, values: dict[str, float], support: int
) -> list[dict[str, object]]:
    return [
        {
            "model_version": model.model_version,
            "scheme": model.scheme,
            "part": part,
            "style": style,
            "metric": metric,
            "value": round(value, 6),
            "support": support,
        }
        for metric, value in values.items()
    ]


def _confusion(
    classifier: Classifier,
    model: ModelRow,
    part: str,
    labels: npt.NDArray[np.int64],
    guesses: npt.NDArray[np.int64],
    scores: Scores,
) -> bytes:
    matrix = metrics.confusion_matrix(labels, guesses, len(classifier.styles))
    return plots.confusion_matrix(
        matrix,
        classifier.styles,
        title=f"{model.architecture}, {model.scheme} split, {part}",
        accuracy=scores.values["accuracy"],
        majority=scores.values["majority_accuracy"],
    )
