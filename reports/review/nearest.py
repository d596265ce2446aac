"""Nearest labelled neighbours of each artwork to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.storage import duck
from catalog.storage.store import Store
from models.enrichment.vectors import UnitVectors
from models.enrichment.vectors import nearest as nearest_of
from models.versions.serving import Serving

EACH = 3
"""Maximum number of neighbours reviewed by people, and of those labelled by the catalog."""
SOURCES = ("reviewed", "catalog")
_DIGITS = 2


def nearest(
    home: Store, embedder: Serving | None, works: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Find each artwork's nearest ones of a known style, those reviewed by people first.

    Cosine similarity of the embedder's vectors in `embeddings`, of all catalogs; an artwork without
    one has no neighbours. Returns rows of `review/known` with `similarity` by artwork_id.
    """
    if embedder is None:
        return {}
    asked: dict[str, object] = {
        "encoder": embedder.encoders[0],
        "preprocessing": embedder.preprocessing,
    }
    connection = duck.connect(home, ("enriched", "images", "embeddings"))
    known = duck.arrow(connection, sql.text("review/known"), asked)
    schema = pa.schema([("artwork_id", pa.string()), ("image_sha256", pa.string())])
    connection.register("shown", pa.Table.from_pylist(list(works), schema=schema))
    seen = duck.arrow(
        connection,
        "FROM shown SEMI JOIN (FROM embeddings WHERE encoder = $encoder "
        "AND preprocessing = $preprocessing) USING (image_sha256) ORDER BY artwork_id",
        asked,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    if not known.num_rows or not seen.num_rows:
        return found
    vectors = UnitVectors(home, embedder.encoders[0], embedder.preprocessing)
    for source in SOURCES:
        of_source = known.filter(pc.equal(known["style_source"], pa.scalar(source)))
        if not of_source.num_rows:
            continue
        ids = values(of_source, "artwork_id")
        batches = vectors.batches(of_source)
        near = nearest_of(vectors.of(seen), batches, EACH + 1, -1.0)  # one is itself
        for row, artwork_id in enumerate(values(seen, "artwork_id")):
            others = [
                (at, similarity)
                for at, similarity in zip(near.position[row], near.similarity[row], strict=True)
                if at >= 0 and ids[at] != artwork_id
            ][:EACH]
            named = of_source.take(pa.array([at for at, _ in others], pa.int64())).to_pylist()
            for work, (_, similarity) in zip(named, others, strict=True):
                work["similarity"] = round(float(similarity), _DIGITS)
            found.setdefault(artwork_id, []).extend(named)
    return found
