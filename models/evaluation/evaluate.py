"""Evaluation of a model on the held-out parts of its split.

Nothing else uses a test part. Both variants, with and without prior correction, follow from
one set of stored logits (`models.metrics.held_out_predictions`), so a model is run again
only when the artworks of a part, their labels or their artists have changed.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.arrays import Labels
from models.classifiers.calibration import calibrate
from models.classifiers.classifier import Classifier, encode_all
from models.config import BEYOND_IMAGES
from models.enrichment.embeddings import encode_once
from models.evaluation import pictures
from models.evaluation.combined import PartPredictions, predict_by_pattern
from models.evidence.classifier import CombinedClassifier
from models.evidence.patterns import ALL, rests_on_image
from models.metrics import held_out_predictions, scores
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.measures import EvaluatedVariant, Measure, measure
from models.metrics.retrieval import AMONG, captions_of, encode_captions, retrieve
from models.versions import storage
from models.versions.registry import ModelRow
from models.versions.settings import AnyClassifier

PARTS = ("validation", "test")
_RECALL_AT = (1, 5, 10)


def evaluate(home: Store, model: ModelRow) -> bool:
    """Write a model's rows of `evaluations` and its pictures; False if they are up to date.

    A combined classifier is also evaluated with each part of its evidence alone, on the test
    artworks that have it.
    """
    if is_current(home, model):
        return False
    classifier = storage.load(home, model.model_version)
    pictures.draw_history(home, model, classifier.record.history)
    validation = _predict_by_evidence(home, classifier, model, "validation")[ALL]
    test = _predict_by_evidence(home, classifier, model, "test")
    rows = _measure_part(home, classifier, model, "validation", ALL, validation, validation)
    for evidence, predicted in test.items():
        rows += _measure_part(home, classifier, model, "test", evidence, predicted, validation)
    schema = TABLES["evaluations"].schema
    tables.merge(home, "evaluations", pa.Table.from_pylist(rows, schema=schema))
    # Written last: they mark the evaluation as finished
    for part, held_out in (("validation", validation), ("test", test[ALL])):
        if not held_out.predictions.out_of_fold:
            held_out_predictions.write(home, model.model_version, part, held_out.predictions)
    return True


def _measure_part(
    home: Store,
    classifier: AnyClassifier,
    model: ModelRow,
    part: str,
    evidence: str,
    held_out: PartPredictions,
    validation: PartPredictions,
) -> list[dict[str, object]]:
    """Measure and plot a model's predictions of a part; return rows of `evaluations`."""
    if len(held_out.predictions) == 0:
        return []
    rows: list[dict[str, object]] = []
    train_labels = _learned_labels(classifier, evidence)
    configured = classifier.config.prior_correction
    for corrected in (False, True):
        if isinstance(classifier, CombinedClassifier) and corrected != configured:
            continue  # its pools are fitted out of fold
        own = corrected == configured
        calibration = (
            classifier.calibration
            if own
            else calibrate(validation.predictions.logits(corrected), validation.predictions.labels)
        )
        variant = EvaluatedVariant(held_out.predictions, corrected, calibration, held_out.decisions)
        # Prior correction does not affect retrieval
        measured = measure(variant, train_labels, held_out.retrieval if own else {})
        rows += _rows(model, part, evidence, corrected, measured)
        if own and evidence == ALL:
            majority = scores.majority_class(train_labels, held_out.predictions.labels)
            pictures.draw_part(home, model, part, variant, held_out.works, majority.accuracy)
        elif own:
            pictures.draw_reliability(home, model, part, evidence, variant)
    return rows


def test_scores(home: Store, model: ModelRow) -> dict[str, float]:
    """Measure accuracy and macro-F1 on the test part, and the majority class's accuracy.

    Nothing is written: for comparisons of many training runs that are not candidates.
    """
    classifier = storage.load(home, model.model_version)
    held_out = _predict_by_evidence(home, classifier, model, "test")[ALL].predictions
    guesses = held_out.guesses(classifier.config.prior_correction)
    majority = scores.majority_class(_learned_labels(classifier), held_out.labels)
    return {
        "accuracy": scores.accuracy(held_out.labels, guesses),
        "macro_f1": scores.macro_f1(held_out.labels, guesses),
        "majority_accuracy": majority.accuracy,
    }


def is_current(home: Store, model: ModelRow) -> bool:
    """Return whether a model was evaluated on the present artworks and labels of its parts."""
    measured = 0
    for part in PARTS:
        stored = held_out_predictions.read(home, model.model_version, part)
        if stored is None:
            return False
        measured += len(stored)
        works = artworks_of(home, model, part)
        same = stored.fingerprint == held_out_predictions.fingerprint_of(works, stored.styles)
        if not (stored.out_of_fold or same):
            return False
    found = duck.connect(home, ("evaluations",)).execute(
        "SELECT 1 FROM evaluations WHERE model_version = $model_version LIMIT 1",
        {"model_version": model.model_version},
    )
    return found.fetchone() is not None or measured == 0


def artworks_of(home: Store, model: ModelRow, *parts: str) -> pa.Table:
    """Read the labelled artworks of parts that a model can predict, without their images."""
    read = examples.labelled_artworks if model.kind in BEYOND_IMAGES else examples.works_of
    return read(home, model.scheme, *parts)


def predictions_of_part(
    home: Store, model: ModelRow, part: str, held_out: HeldOutPredictions
) -> PartPredictions:
    """Join stored predictions with the facts of their artworks; drop gone or relabelled ones.

    Out-of-fold predictions include artworks of the train part.
    """
    parts = ("train", "validation") if held_out.out_of_fold else (part,)
    works = pa.concat_tables([artworks_of(home, model, each) for each in parts])
    places = {
        key: row
        for row, key in enumerate(
            zip(values(works, "artwork_id"), values(works, "style"), strict=True)
        )
    }
    keys = [
        (artwork_id, held_out.styles[label])
        for artwork_id, label in zip(held_out.artwork_ids, held_out.labels, strict=True)
    ]
    rows = [row for row, key in enumerate(keys) if key in places]
    order = pa.array([places[keys[row]] for row in rows], pa.int64())
    return PartPredictions(works.take(order), held_out.take(rows))


def _learned_labels(classifier: AnyClassifier, evidence: str = ALL) -> Labels:
    """Return the style indices of the training artworks: their majority class is the baseline.

    For artworks with an image they are those that the image classifier was trained on.
    """
    learner = classifier
    if isinstance(classifier, CombinedClassifier) and rests_on_image(evidence):
        learner = classifier.image or classifier
    return np.repeat(np.arange(len(learner.styles)), learner.counts)


def _predict_by_evidence(
    home: Store, classifier: AnyClassifier, model: ModelRow, part: str
) -> dict[str, PartPredictions]:
    """Predict a part, or read its out-of-fold predictions; return them by evidence."""
    stored = held_out_predictions.read(home, model.model_version, part)
    if stored is not None and stored.out_of_fold:
        return {ALL: predictions_of_part(home, model, part, stored)}
    if isinstance(classifier, CombinedClassifier):
        return predict_by_pattern(home, classifier, model.scheme, part)
    return {ALL: _predict_images(home, classifier, model, part)}


def _predict_images(
    home: Store, classifier: Classifier, model: ModelRow, part: str
) -> PartPredictions:
    """Predict the artworks of a part that have an image; of a CLIP, retrieve captions as well."""
    works = examples.part_of(home, model.scheme, part)
    vectors = encode_all(classifier, works, partial(encode_once, home))
    found = held_out_predictions.predict_held_out(classifier, works, vectors=vectors)
    held_out = predictions_of_part(home, model, part, found)
    if classifier.config.kind != "clip" or part != "test" or works.num_rows == 0:
        return held_out
    places = {artwork_id: row for row, artwork_id in enumerate(values(works, "artwork_id"))}
    seen = vectors[0][[places[artwork_id] for artwork_id in held_out.predictions.artwork_ids]]
    captions = captions_of(classifier, held_out.works)
    ranks = retrieve(seen, encode_captions(classifier, captions), captions)
    hits = {f"caption_among_{AMONG}": ranks.in_batch}
    hits |= {f"caption_recall_at_{k}": ranks.rank <= k for k in _RECALL_AT}
    return PartPredictions(held_out.works, held_out.predictions, hits)


def _rows(
    model: ModelRow, part: str, evidence: str, corrected: bool, measured: list[Measure]
) -> list[dict[str, object]]:
    return [
        {
            "model_version": model.model_version,
            "scheme": model.scheme,
            "part": part,
            "evidence": evidence,
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
