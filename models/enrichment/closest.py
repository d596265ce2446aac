"""The works of known artists whose pictures are nearest, for works of unknown artists.

They are named as what they are, never as the artist of the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck, tables
from catalog.arrow import values
from catalog.homes import settings
from catalog.schemas import TABLES
from catalog.store import Store
from models.enrichment.vectors import Vectors, known_vectors

BLOCK = 256
"""Works compared at a time with all known ones: 50,000 of these make 50 MB of similarities."""
_DIGITS, _COMPARED_DIGITS = 2, 4
"""Of a similarity: as it is told, and as it is compared, so that machines agree on the order."""


def update_closest(
    home: Store, catalog: str | None, encoder: str | None, preprocessing: str | None
) -> int:
    """Bring the table `closest` up to date, with the settings' count and floor; rows changed.

    Without an encoder no work has close ones.
    """
    own = settings()
    rows = closest(
        home,
        encoder,
        preprocessing,
        catalog=catalog,
        count=own.closest_works,
        floor=own.closest_floor,
    )
    return tables.merge(home, "closest", rows).changed


def closest(
    home: Store,
    encoder: str | None,
    preprocessing: str | None,
    *,
    catalog: str | None = None,
    artwork_ids: Sequence[str] | None = None,
    count: int,
    floor: float,
) -> pa.Table:
    """Rows that the table `closest` lacks: works of unknown artists with the known works nearest.

    Cosine similarity of the vectors that `embeddings` holds; of equally near works the first by
    artwork_id. A work whose picture, and all that it could be compared with, are as they were is
    left out, and no vector is read for it.

    Args:
        home: whose works are compared, of all its catalogs.
        encoder: digest of the encoder whose vectors count; None for no close works.
        preprocessing: fingerprint of how its images were prepared.
        catalog: of which works are asked for; all if None.
        artwork_ids: the works asked for; all if None.
        count: of close works named for each.
        floor: similarity that they reach.
    """
    connection = duck.connect(home, ("artworks", "images", "embeddings", "closest"))
    asked_vectors = {"encoder": encoder, "preprocessing": preprocessing}
    connection.execute(
        "CREATE TABLE embedded AS SELECT DISTINCT image_sha256 FROM embeddings "
        "WHERE encoder = $encoder AND preprocessing = $preprocessing AND $count > 0",
        {**asked_vectors, "count": count},
    )
    connection.execute(f"CREATE TABLE known AS {sql.text('closest/known')}")
    (basis,) = connection.execute(
        sql.text("closest/basis"), {**asked_vectors, "count": count, "floor": floor}
    ).fetchall()[0]
    todo = duck.arrow(
        connection,
        sql.text("closest/plan"),
        {
            "basis": basis,
            "catalog": catalog,
            "artwork_ids": None if artwork_ids is None else list(artwork_ids),
        },
    )
    known = duck.arrow(connection, "FROM known ORDER BY artwork_id")
    compared = todo.filter(pc.is_valid(todo["image_sha256"]))
    near: dict[str, list[dict[str, Any]]] = {}
    if compared.num_rows and known.num_rows and encoder and preprocessing:
        units = Units(home, encoder, preprocessing, known, compared)
        near = dict(_nearest(units, known, compared, count, floor))
    rows = [
        {
            "artwork_id": work["artwork_id"],
            "catalog": work["catalog"],
            "basis": work["basis"],
            "works": near.get(work["artwork_id"], []),
        }
        for work in todo.to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=TABLES["closest"].schema)


class Units:
    """Unit vectors of the pictures of works."""

    def __init__(self, home: Store, encoder: str, preprocessing: str, *works: pa.Table) -> None:
        wanted = {str(image) for table in works for image in values(table, "image_sha256")}
        found = known_vectors(home, encoder, preprocessing, wanted)
        self.units = _unit(np.stack(list(found.values())))
        self.row = {image: at for at, image in enumerate(found)}

    def of(self, works: pa.Table) -> Vectors:
        """The vectors `[n, d]` of works, in their order."""
        return self.units[[self.row[image] for image in values(works, "image_sha256")]]


def _unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1, `[n, d]`; one of length 0 is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def _nearest(
    units: Units, known: pa.Table, compared: pa.Table, count: int, floor: float
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    facts = known.select(["artwork_id", "artist", "title"])
    candidates = units.of(known)
    for start in range(0, compared.num_rows, BLOCK):
        block = compared.slice(start, BLOCK)
        similarities = (units.of(block) @ candidates.T).round(_COMPARED_DIGITS)
        for artwork_id, row in zip(values(block, "artwork_id"), similarities, strict=True):
            found = greatest(row, count, floor)
            named = facts.take(pa.array(found, pa.int64())).to_pylist()
            yield (
                str(artwork_id),
                [
                    {**work, "similarity": round(float(row[at]), _DIGITS)}
                    for work, at in zip(named, found, strict=True)
                ],
            )


def greatest(similarities: Vectors, count: int, floor: float) -> npt.NDArray[np.intp]:
    """Positions of the greatest similarities, of equal ones the first; none below the floor."""
    count = min(count, len(similarities))
    last = np.partition(similarities, -count)[-count]
    found = np.flatnonzero(similarities >= max(last, np.float32(floor)))
    return found[np.argsort(-similarities[found], kind="stable")][:count]
