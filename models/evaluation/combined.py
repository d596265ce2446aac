"""Predictions of a part by a combined classifier, with all or parts of its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.storage.store import Store
from models.arrays import Flags, Vectors
from models.classifiers.classifier import encoders_of
from models.enrichment.embeddings import embed_images
from models.enrichment.vectors import stack
from models.evidence.classifier import CombinedClassifier
from models.evidence.evidence import Evidence
from models.evidence.patterns import (
    ALL,
    FACTS,
    FACTS_WITH_IMAGE,
    IMAGE,
    kinds_of,
    patterns_from,
)
from models.metrics.held_out_predictions import HeldOutPredictions, held_out_predictions_of


@dataclass(frozen=True)
class PartPredictions:
    """The artworks of a part, without images, and a model's predictions in the same order."""

    works: pa.Table
    predictions: HeldOutPredictions
    retrieval: Mapping[str, Flags] = field(default_factory=dict)
    decisions: npt.NDArray[np.str_] | None = None
    """By the thresholds of each artwork's evidence pattern, for a combined classifier `[n]`."""


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
    for name, given, required in _views(classifier.kinds):
        rows = np.flatnonzero(np.all([evidence.present[kind] for kind in required], axis=0))
        if len(rows):
            chosen = evidence.only(given).take(rows)
            found[name] = _predict(classifier, table.take(rows), chosen)
    return found


def _views(kinds: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield each evidence by name: the kinds that are given, and those that artworks must have."""
    if len(kinds) == 1:
        return
    for pattern in patterns_from(kinds):
        yield pattern, kinds_of(pattern), kinds_of(pattern)
    if {IMAGE, FACTS} <= set(kinds):
        yield FACTS_WITH_IMAGE, (FACTS,), (IMAGE, FACTS)


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
