"""Evaluation of a model on the held-out parts of its split.

Nothing else uses a test part. Both variants, with and without prior correction, follow from
one set of stored logits (`models.metrics.held_out_predictions`), so a model is run again
only when the artworks of a part, their labels or their artists have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.storage import duck, tables
from catalog.storage.store import Store
from models.arrays import Flags, Labels, Vectors
from models.classifiers.calibration import calibrate
from models.classifiers.classifier import Classifier, encode_all, encoders_of
from models.config import BEYOND_IMAGES
from models.enrichment.embeddings import embed_images, encode_once
from models.enrichment.vectors import stack
from models.evaluation import pictures
from models.evidence.classifier import CombinedClassifier
from models.evidence.evidence import Evidence
from models.evidence.patterns import (
    ALL,
    FACTS,
    FACTS_WITH_IMAGE,
    IMAGE,
    kinds_of,
    patterns_from,
    rests_on_image,
)
from models.metrics import held_out_predictions, scores
from models.metrics.held_out_predictions import HeldOutPredictions, held_out_predictions_of
from models.metrics.measures import EvaluatedVariant, measure
from models.metrics.retrieval import AMONG, captions_of, encode_captions, retrieve
from models.versions import storage
from models.versions.registry import ModelRow
from models.versions.settings import AnyClassifier

PARTS = ("validation", "test")
_RECALL_AT = (1, 5, 10)


@dataclass(frozen=True)
class PartPredictions:
    """The artworks of a part, without images, and a model's predictions in the same order."""

    works: pa.Table
    predictions: HeldOutPredictions
    retrieval: Mapping[str, Flags] = field(default_factory=dict)
    decisions: npt.NDArray[np.str_] | None = None
    """By the thresholds of each artwork's evidence pattern, for a combined classifier `[n]`."""


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
    tables.merge(home, "evaluations", rows)
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
        own = corrected == configured
        if isinstance(classifier, CombinedClassifier) and not own:
            continue  # its pools are fitted out of fold
        calibration = classifier.calibration
        if not own:
            stored = validation.predictions
            calibration = calibrate(stored.logits(corrected), stored.labels)
        variant = EvaluatedVariant(held_out.predictions, corrected, calibration, held_out.decisions)
        of_all = {
            "model_version": model.model_version,
            "scheme": model.scheme,
            "part": part,
            "evidence": evidence,
            "prior_correction": corrected,
        }
        # Prior correction does not affect retrieval
        for each in measure(variant, train_labels, held_out.retrieval if own else {}):
            row = {**of_all, **vars(each)}
            for name in ("value", "lower", "upper"):
                row[name] = None if np.isnan(row[name]) else round(row[name], 6)
            rows.append(row)
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
    known = zip(values(works, "artwork_id"), values(works, "style"), strict=True)
    places = {key: row for row, key in enumerate(known)}
    styles = [held_out.styles[label] for label in held_out.labels]
    order = [places.get(key) for key in zip(held_out.artwork_ids, styles, strict=True)]
    rows = [row for row, place in enumerate(order) if place is not None]
    kept = works.take(pa.array([order[row] for row in rows], pa.int64()))
    return PartPredictions(kept, held_out.take(rows))


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
    works = examples.part_of(home, model.scheme, part)
    vectors = encode_all(classifier, works, partial(encode_once, home))
    found = held_out_predictions.predict_held_out(classifier, works, vectors=vectors)
    held_out = predictions_of_part(home, model, part, found)
    if classifier.config.kind == "clip" and part == "test" and works.num_rows:
        places = {artwork_id: row for row, artwork_id in enumerate(values(works, "artwork_id"))}
        seen = vectors[0][[places[each] for each in held_out.predictions.artwork_ids]]
        held_out = replace(held_out, retrieval=_retrieval(classifier, held_out.works, seen))
    return {ALL: held_out}


def _retrieval(clip: Classifier, works: pa.Table, vectors: Vectors) -> dict[str, Flags]:
    """Return by measure which of the artworks' captions are found from their images."""
    captions = captions_of(clip, works)
    ranks = retrieve(vectors, encode_captions(clip, captions), captions)
    hits = {f"caption_recall_at_{k}": ranks.rank <= k for k in _RECALL_AT}
    return {f"caption_among_{AMONG}": ranks.in_batch, **hits}


def predict_by_pattern(
    home: Store, classifier: CombinedClassifier, scheme: str, part: str
) -> dict[str, PartPredictions]:
    """Predict the artworks of a part, by the evidence that the classifier is given.

    Labels of an artist's other works are those of the parts that it was trained on, so that in an
    artist-disjoint split there are none.

    Returns:
        By `all`, every artwork with whatever evidence it has; by each pattern, such as
        `image+facts`, the artworks that have such evidence, without other evidence. Facts alone
        also of the artworks that have an image, to compare with `image+facts`. A
        classifier that uses one kind of evidence has `all` only.
    """
    table = examples.labelled_artworks(home, scheme, part)
    table, vectors = _with_vectors(home, classifier, table)
    table = examples.with_other_labels(home, table, scheme)
    evidence = classifier.evidence_about(table, vectors)
    found = {ALL: _predict(classifier, table, evidence)}
    views: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    if len(classifier.kinds) > 1:
        views = {name: (kinds_of(name), kinds_of(name)) for name in patterns_from(classifier.kinds)}
    if {IMAGE, FACTS} <= set(classifier.kinds):
        views[FACTS_WITH_IMAGE] = (FACTS,), (IMAGE, FACTS)
    for name, (given, required) in views.items():
        rows = np.flatnonzero(np.all([evidence.present[kind] for kind in required], axis=0))
        if len(rows):
            chosen = evidence.only(given).take(rows)
            found[name] = _predict(classifier, table.take(rows), chosen)
    return found


def _predict(
    classifier: CombinedClassifier, table: pa.Table, evidence: Evidence
) -> PartPredictions:
    combined = classifier.combine(evidence)
    logs = combined.log_probabilities
    found = held_out_predictions_of(classifier.styles, table, logs, logs)
    return PartPredictions(table, found, decisions=combined.decisions)


def _with_vectors(
    home: Store, classifier: CombinedClassifier, table: pa.Table
) -> tuple[pa.Table, list[Vectors] | None]:
    """Add `image_sha256`, null where there is no prepared image; and the images' embeddings."""
    image = classifier.image
    if image is None:
        return table.append_column("image_sha256", pa.nulls(table.num_rows, pa.string())), None
    known = [embed_images(home, encoder, table) for encoder in encoders_of(image)]
    shas = [
        sha256 if sha256 is not None and all(sha256 in each for each in known) else None
        for sha256 in values(table, "sha256")
    ]
    images = [sha256 for sha256 in shas if sha256 is not None]
    vectors = [stack(each, images) for each in known]
    return table.append_column("image_sha256", pa.array(shas, pa.string())), vectors
