"""Neighbours: for artworks of unknown artists, the most similar artworks of known artists.

They are presented as similar artworks, never as attributions, and only if they are nearer than
95 % of the artworks by known artists are to their nearest by another artist: pictures of unrelated
artists reach high similarities too, and how high depends on the encoder and on the collection.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.base.hashing import sha256_of
from catalog.storage import duck, tables
from catalog.storage.homes import settings
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.enrichment import vectors as cached
from models.enrichment.vectors import UnitVectors, named_nearest

_AT_A_TIME = 50_000
"""Artworks searched per batch: 100 MB of vectors of 512 numbers."""
MIN_ARTWORKS = 20
"""Minimum artworks for a meaningful distribution of similarities."""
_SAMPLE = 1_000
_UNRELATED = 0.95


def update_neighbours(
    home: Store, catalog: str | None, encoder: str | None, preprocessing: str | None
) -> int:
    """Update the table `closest` with the settings' count; return how many rows changed.

    Without an encoder no artwork has neighbours.
    """
    count = settings().closest_works
    rows = neighbours(home, encoder, preprocessing, catalog=catalog, count=count)
    return tables.merge(home, "closest", rows).changed


def neighbours(
    home: Store,
    encoder: str | None,
    preprocessing: str | None,
    *,
    catalog: str | None = None,
    count: int,
    floor: float | None = None,
) -> pa.Table:
    """Compute missing rows of `closest`: artworks of unknown artists with their neighbours.

    Cosine similarity of the vectors that `embeddings` holds, of all catalogs; of equally near
    artworks the first by artwork_id. An artwork whose image and candidates are unchanged is left
    out, and no vector is read for it.

    Args:
        home: whose artworks are compared.
        encoder: digest of the encoder whose vectors are used; None for no neighbours.
        preprocessing: fingerprint of how its images were prepared.
        catalog: whose artworks are searched for; all if None.
        count: neighbours of each.
        floor: similarity that they reach; default: that of `unrelated_similarity`.
    """
    connection = duck.connect(home, ("artworks", "images", "embeddings", "closest"))
    asked_vectors = {"encoder": encoder, "preprocessing": preprocessing}
    connection.execute(
        "CREATE TEMP TABLE embedded AS SELECT DISTINCT image_sha256 FROM embeddings "
        "WHERE encoder = $encoder AND preprocessing = $preprocessing AND $count > 0",
        {**asked_vectors, "count": count},
    )
    connection.execute(f"CREATE TEMP TABLE known AS {sql.text('closest/known')}")
    (basis,) = connection.execute(
        sql.text("closest/basis"), {**asked_vectors, "count": count, "floor": floor}
    ).fetchall()[0]
    todo = duck.arrow(connection, sql.text("closest/plan"), {"basis": basis, "catalog": catalog})
    known = duck.arrow(connection, "FROM known ORDER BY artwork_id")
    compared = todo.filter(pc.is_valid(todo["image_sha256"]))
    near: dict[str, list[dict[str, Any]]] = {}
    if compared.num_rows and known.num_rows and encoder and preprocessing:
        vectors = UnitVectors(home, encoder, preprocessing)
        reached = unrelated_similarity(vectors, known) if floor is None else floor
        if reached is not None:
            for start in range(0, compared.num_rows, _AT_A_TIME):
                part = compared.slice(start, _AT_A_TIME)
                near.update(named_nearest(vectors, part, known, count, reached))
    rows = [{**work, "works": near.get(work["artwork_id"], [])} for work in todo.to_pylist()]
    return pa.Table.from_pylist(rows, schema=TABLES["closest"].schema)


def unrelated_similarity(vectors: UnitVectors, known: pa.Table) -> float | None:
    """Return the 95 % quantile of the similarity of artworks to their nearest by another artist.

    None for fewer than `MIN_ARTWORKS` artworks. `known` has `artwork_id`, `artist` and
    `image_sha256` of artworks by known artists, of which `_SAMPLE` are drawn by hash.
    """
    ids = [sha256_of(str(artwork_id).encode()) for artwork_id in values(known, "artwork_id")]
    drawn = np.argsort(ids)[:_SAMPLE]
    _, artists = np.unique(np.array(values(known, "artist"), dtype=str), return_inverse=True)
    asked = vectors.of(known.take(pa.array(drawn, pa.int64())))
    best = np.full(len(asked), -np.inf)
    for positions, others in vectors.batches(known):
        for start in range(0, len(asked), cached.BLOCK):
            rows = slice(start, start + cached.BLOCK)
            similar = asked[rows] @ others.T
            similar[artists[drawn[rows], None] == artists[positions]] = -np.inf
            best[rows] = np.maximum(best[rows], similar.max(axis=1))
    compared = best[np.isfinite(best)]
    return float(np.quantile(compared, _UNRELATED)) if len(compared) >= MIN_ARTWORKS else None
