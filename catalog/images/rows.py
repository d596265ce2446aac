"""Rows of the table `images` for prepared, failed and missing images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

import sql
from catalog.base.wording import one_line
from catalog.images.shards import DECODER, PREPARATION, REFUSED, Prepared
from catalog.storage import duck
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store

_MAX_MESSAGE = 500
"""Maximum characters of a message."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of an image: newly prepared, failed, or kept with some columns changed."""

    artwork_id: str
    status: str
    prepared: Prepared | None = None
    key: str | None = None
    etag: str | None = None
    size: int | None = None
    kept: Mapping[str, Any] | None = None


def rows_of(home: Store, catalog: str, outcomes: Sequence[Outcome], shard: str | None) -> pa.Table:
    """Return a row for each outcome; the usable images are in the shard."""
    rows = [_row(catalog, shard, done, done.prepared) for done in outcomes if done.prepared]
    rows += _kept_rows(home, {o.artwork_id: o.kept for o in outcomes if o.kept is not None})
    return pa.Table.from_pylist(rows, schema=TABLES["images"].schema)


def unread_rows(catalog: str, images: pa.Table) -> pa.Table:
    """Return a row for each image that is not there or may not be read.

    Args:
        catalog: its name.
        images: `artwork_id`, `image_key`, `status` and `reason`.
    """
    names = ["artwork_id", "image_key", "status", "reason"]
    rows = images.select(names).rename_columns(["artwork_id", "uri", "status", "error"])
    return rows.append_column("catalog", pa.repeat(catalog, images.num_rows))


def noted_rows(home: Store, images: pa.Table) -> pa.Table:
    """Return the present rows of images with a new reason for what is wrong with their files.

    Args:
        home: where the table `images` is.
        images: `artwork_id`, and `reason` or null.
    """
    if images.num_rows == 0:
        return TABLES["images"].schema.empty_table()
    with duck.connect(home, ("images",)) as connection:
        connection.register("noted", images)
        return duck.arrow(connection, sql.text("images/kept"))


def images_by_status(home: Store, catalog: str) -> dict[str, int]:
    """Count a catalog's artworks by image status."""
    connection = duck.connect(home, ("artworks", "images"))
    found = connection.execute(sql.text("images/by_status"), {"catalog": catalog}).fetchall()
    return dict(found)


def _line(text: str | None) -> str | None:
    """Make a message storable, whatever was quoted in it."""
    if text is None:
        return None
    storable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return one_line(storable, _MAX_MESSAGE) or "no reason was given"


def _row(catalog: str, shard: str | None, outcome: Outcome, done: Prepared) -> dict[str, Any]:
    usable = done.status == "ok"
    return {
        "artwork_id": done.artwork_id,
        "catalog": catalog,
        "uri": outcome.key,
        "etag": outcome.etag,
        "size_bytes": outcome.size,
        "sha256": done.sha256,
        "phash": done.phash,
        "format": done.format,
        "width": done.width,
        "height": done.height,
        "status": done.status,
        "error": _line(done.error),
        "preparation": PREPARATION if usable else DECODER if done.status in REFUSED else None,
        "shard": shard if usable else None,
    }


def _kept_rows(home: Store, changes: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the present rows with new values; a placeholder keeps its reason."""
    if not changes:
        return []
    connection = duck.connect(home, ("images",))
    connection.register("asked", pa.table({"artwork_id": pa.array(changes, pa.string())}))
    rows = duck.arrow(connection, sql.text("images/current")).to_pylist()
    found = [{**row, **changes[row["artwork_id"]], **_reason(row)} for row in rows]
    return [{**row, "error": _line(row["error"])} for row in found]


def _reason(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"error": row["error"]} if row["status"] == "placeholder" else {}
