"""Prediction of artworks from cached embeddings, facts and other works' labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.datasets.examples import LEARNED
from catalog.enrichment.predictions import TABLES as INPUT_TABLES
from catalog.enrichment.predictions import load_prediction_inputs
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.arrays import Floats, Vectors
from models.enrichment import loading
from models.enrichment.planning import ArtworkRange
from models.enrichment.vectors import known_vectors, stack
from models.evidence.classifier import CombinedClassifier
from models.evidence.explanation import as_column, because, explain
from models.evidence.patterns import IMAGE
from models.versions import registry
from models.versions.serving import Serving

TOP_K = 3


def predict_artworks(
    home: Store, catalog: str | None, serving: Serving, artworks: ArtworkRange
) -> int:
    """Predict the artworks of a range without a current prediction; return how many.

    An artwork whose image has no embedding yet is left for the next time. Repeating it writes
    the same rows once.

    Raises:
        ModelError: if the home has no such model, or its files are damaged.
    """
    classifier = loading.classifier(home.uri, serving.model_version)
    connection = duck.connect(home, (*INPUT_TABLES, "splits", "predictions"))
    load_prediction_inputs(connection, home, serving.classifier_key, catalog)
    rows = duck.arrow(
        connection,
        f"WITH evidence AS ({sql.text('predictions/evidence')}) FROM evidence "
        "ANTI JOIN (FROM predictions WHERE pattern IS NOT NULL) "
        "USING (artwork_id, prediction_key) "
        "WHERE artwork_id BETWEEN $first AND $last AND NOT removed AND outside IS NULL "
        "ORDER BY artwork_id",
        {
            "scheme": registry.find(home, serving.model_version).scheme,
            "learned": list(LEARNED if classifier.config.cross_validate else LEARNED[:1]),
            "first": artworks.first,
            "last": artworks.last,
        },
    )
    vectors = None
    if IMAGE in serving.evidence:
        asked = set(values(rows, "image_sha256")) - {None}
        known = [
            known_vectors(home, encoder, serving.preprocessing, asked)
            for encoder in serving.encoders
        ]
        embedded = pa.array(asked.intersection(*known), pa.string())
        image = rows["image_sha256"]
        rows = rows.filter(pc.or_(pc.is_null(image), pc.is_in(image, embedded)))
        images = [each for each in values(rows, "image_sha256") if each is not None]
        vectors = [stack(each, images) for each in known]
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

    `artworks` are as `sql/predictions/evidence.sql` gives them, `vectors` as
    `CombinedClassifier.evidence_about` takes them.
    """
    schema = TABLES["predictions"].schema
    evidence = classifier.evidence_about(artworks, vectors)
    combined = classifier.combine(evidence)
    explained = explain(classifier, artworks, evidence, combined)
    names = np.array(classifier.styles, dtype=object)
    predicted = combined.predictions
    columns: dict[str, pa.Array[Any] | pa.ChunkedArray[Any]] = {
        **{name: artworks[name] for name in _RECORDED},
        "model_version": pa.repeat(model_version, artworks.num_rows),
        "style": pa.array(predicted.names, pa.string()),
        "confidence": pa.array(predicted.confidence),
        "top_k": _top(predicted.probabilities, names, schema.field("top_k").type),
        "decision": pa.array(combined.decisions.tolist(), pa.string()),
        "pattern": pa.array(combined.patterns, pa.string()),
        "evidence": as_column(explained, schema.field("evidence").type),
        "because": pa.array(because(explained), pa.string()),
    }
    table = pa.table([columns[field.name] for field in schema], schema=schema)
    return table.filter(pa.array([bool(pattern) for pattern in combined.patterns], pa.bool_()))


_RECORDED = ("artwork_id", "catalog", "image_sha256", "prediction_key", "in_training")


def _top(probabilities: Floats, names: npt.NDArray[Any], kind: pa.DataType) -> pa.Array[Any]:
    """List each artwork's most likely styles with their probabilities, the most likely first."""
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP_K]
    flat = order.reshape(-1)
    confidence = np.take_along_axis(probabilities, order, 1).reshape(-1)
    assert isinstance(kind, pa.ListType)  # noqa: S101 - the schema's own
    entries = pa.StructArray.from_arrays(
        [pa.array(names[flat].tolist(), pa.string()), pa.array(confidence)],
        fields=list(kind.value_type),
    )
    ends = np.arange(len(order) + 1, dtype=np.int32) * order.shape[1]
    return pa.ListArray.from_arrays(pa.array(ends), entries)
