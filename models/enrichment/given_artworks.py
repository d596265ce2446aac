"""Evidence about given images that are in no catalog, from the artworks of a home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pyarrow as pa

import sql
from catalog.enrichment.predictions import TABLES as INPUT_TABLES
from catalog.enrichment.predictions import ClassifierKey, create_prediction_inputs
from catalog.ingestion.artists import view_artists
from catalog.ingestion.given_facts import CATALOG
from catalog.storage import duck
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store

Given = tuple[str | None, str, pa.Table | None]
"""The artwork of the home with this image, the image's SHA-256, and given facts."""


class HomeArtwork(NamedTuple):
    """An artwork of the home with its image, and its description if it has one."""

    artwork_id: str
    description: str | None


@contextmanager
def open_given(home: Store) -> Iterator[duck.DuckDB]:
    """Open a home's tables for `read_evidence`."""
    with duck.connect(home, (*INPUT_TABLES, "splits", "enriched")) as connection:
        yield connection


def known_artworks(connection: duck.DuckDB, images: Sequence[str]) -> dict[str, HomeArtwork]:
    """Find the artworks of the home that have these images, by SHA-256."""
    rows = connection.execute(
        "SELECT images.sha256, min(images.artwork_id), "
        "arg_min_null(enriched.description, images.artwork_id) "
        "FROM images INNER JOIN artworks USING (artwork_id) "
        "LEFT JOIN enriched USING (artwork_id) "
        "WHERE artworks.removed_at IS NULL AND list_contains($images, images.sha256) "
        "GROUP BY images.sha256",
        {"images": list(images)},
    ).fetchall()
    return {sha256: HomeArtwork(*known) for sha256, *known in rows}


def read_evidence(
    connection: duck.DuckDB, classifier: ClassifierKey, given: Sequence[Given]
) -> tuple[pa.Table, list[str]]:
    """Read the evidence about images.

    Missing life and nationality of an artist whom the home knows are taken from
    there.

    Args:
        connection: of `open_given`.
        classifier: whose evidence.
        given: the images.

    Returns:
        One row per image about which the classifier has any evidence, in their order; and the
        artwork_id of every image.
    """
    rows, images, ids = [], [], []
    schema = pa.schema([field.with_nullable(True) for field in TABLES["artworks"].schema])
    for number, (artwork_id, sha256, facts) in enumerate(given):
        ids.append(artwork_id or f"{CATALOG}:{number}")
        if artwork_id is None:
            row = facts.to_pylist()[0] if facts is not None else {}
            rows.append({**row, "artwork_id": ids[-1], "catalog": CATALOG})
            images.append({"artwork_id": ids[-1], "sha256": sha256, "status": "ok"})
    _add(connection, "artworks", pa.Table.from_pylist(rows, schema=schema))
    _add(connection, "images", pa.Table.from_pylist(images, schema=_IMAGES))
    view_artists(connection)
    connection.execute(sql.text("predictions/fill_given"), {"catalog": CATALOG})
    create_prediction_inputs(connection, classifier, None)
    asked = pa.table({"artwork_id": ids, "position": list(range(len(ids)))})
    connection.register("asked", asked)
    return duck.arrow(
        connection,
        f"WITH evidence AS ({sql.text('predictions/evidence')}) "  # noqa: S608
        "SELECT evidence.*, artworks.artist FROM asked "
        "INNER JOIN evidence USING (artwork_id) INNER JOIN artworks USING (artwork_id) "
        "ORDER BY position",
        {"scheme": "", "learned": []},
    ), ids


_IMAGES = pa.schema([(name, pa.string()) for name in ("artwork_id", "sha256", "status")])


def _add(connection: duck.DuckDB, name: str, rows: pa.Table) -> None:
    """Extend a table of the home by these rows, in this connection only."""
    connection.register("added_rows", rows)
    connection.execute(
        f"CREATE TEMP TABLE all_{name} AS FROM {name} UNION ALL BY NAME FROM added_rows"
    )
    connection.unregister("added_rows")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM all_{name}")
