"""Predict artworks from cached embeddings, facts and other works' labels; no image is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck, tables
from catalog.arrow import values
from catalog.examples import LEARNED
from catalog.predictions import TABLES as INPUT_TABLES
from catalog.predictions import create_prediction_inputs
from catalog.schemas import TABLES
from catalog.store import Store
from models.enrichment import loading
from models.enrichment.nearest import Vectors
from models.enrichment.planning import ArtworkRange
from models.enrichment.vectors import known_vectors
from models.evidence.classifier import CombinedClassifier
from models.evidence.explanation import because, explain
from models.evidence.patterns import IMAGE
from models.versions import registry
from models.versions.served import Serving

TOP_K = 3


def predict_artworks(
    home: Store, catalog: str | None, serving: Serving, artworks: ArtworkRange
) -> int:
    """Predict the artworks of a range that the classifier has yet to predict; how many.

    An artwork whose image has no embedding yet is left for the next time. Doing it twice writes
    the same rows once.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    classifier = loading.classifier(home.uri, serving.model_version)
    rows = _inputs(home, catalog, serving, artworks, classifier)
    rows, vectors = _with_vectors(home, serving, rows)
    if rows.num_rows:
        predictions = predict(classifier, serving.model_version, rows, vectors)
        tables.merge(home, "predictions", predictions)
    return rows.num_rows


def predict(
    classifier: CombinedClassifier,
    model_version: str,
    artworks: pa.Table,
    vectors: Sequence[Vectors] | None,
) -> pa.Table:
    """Predict artworks; returns rows of the table `predictions`.

    Args:
        classifier: the model.
        model_version: its version, to be recorded.
        artworks: as `sql/predictions/evidence.sql` gives them.
        vectors: as `CombinedClassifier.evidence_about` takes them.
    """
    evidence = classifier.evidence_about(artworks, vectors)
    combined = classifier.combine(evidence)
    entries = explain(classifier, artworks, evidence, combined)
    confidence = combined.predictions.confidence.tolist()
    names = ("artwork_id", "catalog", "image_sha256", "prediction_key", "in_training")
    rows: list[dict[str, Any]] = [
        {
            **artwork,
            "model_version": model_version,
            "style": combined.predictions.names[row],
            "confidence": confidence[row],
            "top_k": [
                {"style": style, "confidence": likely}
                for style, likely in combined.predictions.top(row, TOP_K)
            ],
            "decision": str(combined.decisions[row]),
            "pattern": combined.patterns[row],
            "evidence": entries[row],
            "because": because(entries[row]),
        }
        for row, artwork in enumerate(artworks.select(names).to_pylist())
        if combined.patterns[row]
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["predictions"].schema)


def _inputs(
    home: Store,
    catalog: str | None,
    serving: Serving,
    artworks: ArtworkRange,
    classifier: CombinedClassifier,
) -> pa.Table:
    learned = LEARNED if classifier.config.cross_validate else LEARNED[:1]
    connection = duck.connect(home, (*INPUT_TABLES, "splits", "predictions"))
    create_prediction_inputs(connection, serving.classifier_key, catalog)
    return duck.arrow(
        connection,
        f"WITH evidence AS ({sql.text('predictions/evidence')}) FROM evidence "
        "ANTI JOIN predictions USING (artwork_id, prediction_key) "
        "WHERE artwork_id BETWEEN $first AND $last AND NOT removed ORDER BY artwork_id",
        {
            "scheme": registry.find(home, serving.model_version).scheme,
            "learned": list(learned),
            "first": artworks.first,
            "last": artworks.last,
        },
    )


def _with_vectors(
    home: Store, serving: Serving, artworks: pa.Table
) -> tuple[pa.Table, list[Vectors] | None]:
    """Select the artworks whose image, if they have one, is embedded; and those embeddings."""
    if IMAGE not in serving.evidence:
        return artworks, None
    asked = {str(image) for image in values(artworks, "image_sha256") if image is not None}
    known = [
        known_vectors(home, encoder, serving.preprocessing, asked) for encoder in serving.encoders
    ]
    embedded = asked.intersection(*known)
    image = artworks["image_sha256"]
    ready = pc.or_(pc.is_null(image), pc.is_in(image, pa.array(embedded, pa.string())))
    artworks = artworks.filter(ready)
    images = [str(each) for each in values(artworks, "image_sha256") if each is not None]
    vectors = [
        np.stack([each[sha256] for sha256 in images]) if images else np.empty((0, 0), np.float32)
        for each in known
    ]
    return artworks, vectors
