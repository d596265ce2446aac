"""Predict works from the vectors that are kept of their images; no image is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.arrow import values
from catalog.examples import LEARNED
from catalog.schemas import TABLES
from catalog.store import Store
from models.classifiers.calibration import softmax
from models.classifiers.classifier import Classifier
from models.classifiers.parts import head_logits
from models.classifiers.predictions import Predictions
from models.enrichment import loading
from models.enrichment.nearest import Vectors
from models.enrichment.vectors import known_vectors
from models.versions import registry
from models.versions.served import Serving

TOP_K = 3


def predict_works(home: Store, catalog: str | None, serving: Serving, shards: Sequence[str]) -> int:
    """Judge the works of some shards that the classifier has not judged; how many.

    A work whose image no encoder has seen is left for the next time. Doing it twice writes the
    same rows once.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    classifier = loading.classifier(home.uri, serving.model_version)
    works = _works(home, catalog, serving, shards, classifier)
    works, vectors = _with_vectors(home, serving, works)
    rows = _rows(classifier, serving, works, predict_vectors(classifier, vectors, works.num_rows))
    schema = TABLES["predictions"].schema
    tables.merge(home, "predictions", pa.Table.from_pylist(rows, schema=schema))
    return len(rows)


def predict_vectors(classifier: Classifier, vectors: Sequence[Vectors], works: int) -> Predictions:
    """Calibrated probabilities from what the classifier's encoders saw of so many works."""
    logits = head_logits(classifier, vectors, works)
    return Predictions(classifier.styles, softmax(logits, classifier.temperature))


def _works(
    home: Store,
    catalog: str | None,
    serving: Serving,
    shards: Sequence[str],
    classifier: Classifier,
) -> pa.Table:
    learned = LEARNED if classifier.config.cross_validate else LEARNED[:1]
    return duck.arrow(
        duck.connect(home, ("artworks", "images", "splits", "predictions")),
        sql.text("predictions/works"),
        {
            "catalog": catalog,
            "classifier_key": serving.classifier_key,
            "scheme": registry.find(home, serving.model_version).scheme,
            "learned": list(learned),
            "shards": list(shards),
        },
    )


def _with_vectors(home: Store, serving: Serving, works: pa.Table) -> tuple[pa.Table, list[Vectors]]:
    """The works that all encoders have seen, and what each saw of them."""
    images = [str(sha256) for sha256 in values(works, "image_sha256")]
    known = [
        known_vectors(home, encoder, serving.preprocessing, images) for encoder in serving.encoders
    ]
    seen = [row for row, image in enumerate(images) if all(image in each for each in known)]
    vectors = [
        np.stack([each[images[row]] for row in seen]) if seen else np.empty((0, 0), np.float32)
        for each in known
    ]
    return works.take(pa.array(seen, pa.int64())), vectors


def _rows(
    classifier: Classifier, serving: Serving, works: pa.Table, predictions: Predictions
) -> list[dict[str, Any]]:
    names, confidence = predictions.names, predictions.confidence.tolist()
    return [
        {
            **work,
            "model_version": serving.model_version,
            "style": names[row],
            "confidence": confidence[row],
            "top_k": [
                {"style": style, "confidence": likely}
                for style, likely in predictions.top(row, TOP_K)
            ],
            "decision": classifier.decide(confidence[row]),
        }
        for row, work in enumerate(works.to_pylist())
    ]
