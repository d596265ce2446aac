"""Measure a model on the parts of its split that it was not trained on, and draw what came out.

Nothing else looks at a test part. Both variants, with and without prior correction, follow from
what the model said once; that is kept (`models.evaluation.judgements`), so a model is asked again
only when the works of a part, their labels or their artists have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog import duck, examples, tables
from catalog.arrow import values
from catalog.schemas import TABLES
from catalog.store import Store
from models.classifiers.calibration import Calibration, calibrate
from models.classifiers.classifier import Classifier
from models.evaluation import judgements, metrics, pictures
from models.evaluation.confusion import Labels
from models.evaluation.judgements import Judgements
from models.evaluation.measures import Measure, Variant, measure
from models.evaluation.retrieval import AMONG, captions_of, encode_captions, retrieve
from models.evaluation.slots import check_slots
from models.versions import storage
from models.versions.registry import ModelRow

PARTS = ("validation", "test")
_RECALL_AT = (1, 5, 10)


@dataclass(frozen=True)
class Judged:
    """The works of a part, without images, and what the model said of them, in the same order."""

    works: pa.Table
    judgements: Judgements
    retrieval: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)


def evaluate(home: Store, model: ModelRow) -> bool:
    """Write a model's rows of `evaluations` and its pictures; False if they are up to date."""
    if is_current(home, model):
        return False
    classifier = storage.load(home, model.model_version)
    train_labels = _learned_labels(classifier)
    parts = {part: _judge(home, classifier, model, part) for part in PARTS}
    rows: list[dict[str, object]] = []
    pictures.draw_history(home, model, classifier.record.history)
    for part, judged in parts.items():
        if len(judged.judgements) == 0:
            continue
        for corrected in (False, True):
            variant = Variant(
                judged.judgements,
                corrected,
                _calibration(classifier, corrected, parts["validation"].judgements),
            )
            measured = _measures(variant, judged, train_labels, classifier)
            rows += _rows(model, part, corrected, measured)
            if corrected == classifier.config.prior_correction:
                majority = metrics.majority_class(train_labels, judged.judgements.labels)
                pictures.draw_part(home, model, part, variant, judged.works, majority.accuracy)
    schema = TABLES["evaluations"].schema
    tables.merge(home, "evaluations", pa.Table.from_pylist(rows, schema=schema))
    # Last of all: they say that the evaluation was finished
    for part, judged in parts.items():
        if not judged.judgements.out_of_fold:
            judgements.write(home, model.model_version, part, judged.judgements)
    return True


def test_scores(home: Store, model: ModelRow) -> dict[str, float]:
    """Accuracy and macro-F1 on the test part as configured, beside the majority class's accuracy.

    Nothing is written: for comparisons of many trainings, which are no candidates.
    """
    classifier = storage.load(home, model.model_version)
    judged = _judge(home, classifier, model, "test").judgements
    guesses = judged.guesses(classifier.config.prior_correction)
    majority = metrics.majority_class(_learned_labels(classifier), judged.labels)
    return {
        "accuracy": metrics.accuracy(judged.labels, guesses),
        "macro_f1": metrics.macro_f1(judged.labels, guesses),
        "majority_accuracy": majority.accuracy,
    }


def is_current(home: Store, model: ModelRow) -> bool:
    """Whether a model was measured on the works that its parts now hold, as now labelled."""
    measured = 0
    for part in PARTS:
        stored = judgements.read(home, model.model_version, part)
        if stored is None:
            return False
        measured += len(stored)
        works = examples.works_of(home, model.scheme, part)
        same = stored.fingerprint == judgements.fingerprint_of(works, stored.styles)
        if not (stored.out_of_fold or same):
            return False
    found = duck.connect(home, ("evaluations",)).execute(
        "SELECT 1 FROM evaluations WHERE model_version = $model_version LIMIT 1",
        {"model_version": model.model_version},
    )
    return found.fetchone() is not None or measured == 0


def judged_works(home: Store, scheme: str, part: str, judged: Judgements) -> Judged:
    """Judgements beside the facts of their works; of works that are gone or relabelled, none.

    Those made out of fold speak of works of the train part too.
    """
    parts = ("train", "validation") if judged.out_of_fold else (part,)
    works = pa.concat_tables([examples.works_of(home, scheme, each) for each in parts])
    places = {
        key: row
        for row, key in enumerate(
            zip(values(works, "artwork_id"), values(works, "style"), strict=True)
        )
    }
    keys = [
        (artwork_id, judged.styles[label])
        for artwork_id, label in zip(judged.artwork_ids, judged.labels, strict=True)
    ]
    rows = [row for row, key in enumerate(keys) if key in places]
    order = pa.array([places[keys[row]] for row in rows], pa.int64())
    return Judged(works.take(order), judged.take(rows))


def _learned_labels(classifier: Classifier) -> Labels:
    """The styles of the works that the model learned from, as indices: whose majority it has."""
    return np.repeat(np.arange(len(classifier.styles)), classifier.counts)


def _judge(home: Store, classifier: Classifier, model: ModelRow, part: str) -> Judged:
    """What the model says of a part: from the file if it was made out of fold, else asked."""
    stored = judgements.read(home, model.model_version, part)
    if stored is not None and stored.out_of_fold:
        return judged_works(home, model.scheme, part, stored)
    works = examples.part_of(home, model.scheme, part)
    if classifier.config.kind != "clip" or part != "test" or works.num_rows == 0:
        found = judgements.judge(classifier, works)
        return judged_works(home, model.scheme, part, found)
    vectors = classifier.embed_images(values(works, "image"))
    found = judgements.judge(classifier, works, embeddings=vectors)
    judged = judged_works(home, model.scheme, part, found)
    places = {artwork_id: row for row, artwork_id in enumerate(values(works, "artwork_id"))}
    vectors = vectors[[places[artwork_id] for artwork_id in judged.judgements.artwork_ids]]
    captions = captions_of(classifier, judged.works)
    ranks = retrieve(vectors, encode_captions(classifier, captions), captions)
    hits = {f"caption_among_{AMONG}": ranks.in_batch}
    hits |= {f"caption_recall_at_{k}": ranks.rank <= k for k in _RECALL_AT}
    return Judged(judged.works, judged.judgements, hits)


def _calibration(classifier: Classifier, corrected: bool, validation: Judgements) -> Calibration:
    """The model's own calibration, or that of the variant that it is not configured for."""
    if corrected == classifier.config.prior_correction:
        return classifier.calibration
    return calibrate(validation.logits(corrected), validation.labels)


def _measures(
    variant: Variant, judged: Judged, train_labels: Labels, classifier: Classifier
) -> list[Measure]:
    slots = check_slots(
        judged.works,
        classifier.styles,
        variant.guesses,
        variant.confidence(),
        variant.calibration,
    )
    # Prior correction changes nothing of which caption is nearest
    own = variant.prior_correction == classifier.config.prior_correction
    return measure(variant, train_labels, slots, judged.retrieval if own else {})


def _rows(
    model: ModelRow, part: str, corrected: bool, measured: list[Measure]
) -> list[dict[str, object]]:
    return [
        {
            "model_version": model.model_version,
            "scheme": model.scheme,
            "part": part,
            "prior_correction": corrected,
            "style": each.style,
            "metric": each.metric,
            "value": _rounded(each.value),
            "lower": _rounded(each.lower),
            "upper": _rounded(each.upper),
            "support": each.support,
        }
        for each in measured
    ]


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)
