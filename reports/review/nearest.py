"""Nearest labelled neighbours of each artwork to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

import sql
from catalog.base.arrow import values
from catalog.storage import duck
from catalog.storage.store import Store
from models.enrichment.nearest import nearest as nearest_of
from models.enrichment.vectors import UnitVectors
from models.versions.serving import Serving

EACH = 3
"""Maximum number of neighbours reviewed by people, and of those labelled by the catalog."""
SOURCES = ("reviewed", "catalog")
_DIGITS = 2


def nearest(
    home: Store, embedder: Serving | None, works: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Find each artwork's nearest ones of a known style, those reviewed by people first.

    Cosine similarity of the vectors that `embeddings` holds; an artwork without one has no
    neighbours.

    Args:
        home: whose artworks are compared, of all its catalogs.
        embedder: whose vectors are used; None for no neighbours.
        works: `artwork_id` and `image_sha256`.

    Returns:
        By artwork_id the rows of `review/known`, each with its `similarity`.
    """
    if embedder is None:
        return {}
    asked = {"encoder": embedder.encoders[0], "preprocessing": embedder.preprocessing}
    connection = duck.connect(home, ("enriched", "images", "embeddings"))
    known = duck.arrow(connection, sql.text("review/known"), dict(asked))
    seen = _seen(connection, asked, works)
    if not known.num_rows or not seen.num_rows:
        return {}
    vectors = UnitVectors(home, asked["encoder"], asked["preprocessing"])
    found: dict[str, list[dict[str, Any]]] = {}
    for source in SOURCES:
        of_source = known.filter(
            pa.array([each == source for each in values(known, "style_source")])
        )
        if of_source.num_rows:
            _add(found, vectors, of_source, seen)
    return found


def _seen(
    connection: duck.DuckDB, asked: Mapping[str, str], works: Sequence[Mapping[str, Any]]
) -> pa.Table:
    """Return `artwork_id` and `image_sha256` of the artworks whose image is embedded."""
    rows = [{name: work[name] for name in ("artwork_id", "image_sha256")} for work in works]
    schema = pa.schema([("artwork_id", pa.string()), ("image_sha256", pa.string())])
    connection.register("shown", pa.Table.from_pylist(rows, schema=schema))
    return duck.arrow(
        connection,
        "FROM shown SEMI JOIN (FROM embeddings WHERE encoder = $encoder "
        "AND preprocessing = $preprocessing) USING (image_sha256) ORDER BY artwork_id",
        dict(asked),
    )


def _add(
    found: dict[str, list[dict[str, Any]]], vectors: UnitVectors, known: pa.Table, seen: pa.Table
) -> None:
    ids = values(known, "artwork_id")
    near = nearest_of(vectors.of(seen), vectors.batches(known), EACH + 1, -1.0)  # one is itself
    for row, artwork_id in enumerate(values(seen, "artwork_id")):
        others = [
            (at, similarity)
            for at, similarity in zip(near.position[row], near.similarity[row], strict=True)
            if at >= 0 and ids[at] != artwork_id
        ][:EACH]
        named = known.take(pa.array([at for at, _ in others], pa.int64())).to_pylist()
        found.setdefault(artwork_id, []).extend(
            {**work, "similarity": round(float(similarity), _DIGITS)}
            for work, (_, similarity) in zip(named, others, strict=True)
        )
