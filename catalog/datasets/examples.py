"""Labelled artworks with images and facts for training, read from tables and shards by SQL."""

from __future__ import annotations

import pyarrow as pa

import sql
from catalog.base.arrow import values
from catalog.base.hashing import key_of
from catalog.datasets.dataset import dataset_of
from catalog.datasets.reviews import view_latest
from catalog.images.shards import read_shard
from catalog.ingestion.artists import view_artists, view_other_labels
from catalog.storage import duck
from catalog.storage.store import Store

COLUMNS = tuple(
    "artwork_id image style artist artist_catalogued title technique nationality form "
    "group_id fold sha256".split()
)
_NOT_LEARNT = {"image", "group_id", "fold"}
"""Columns that a model does not learn from; the hash identifies the image."""
_WORKS = {name: name for name in ("artwork_id", "sha256", "shard", "style")} | {
    "artist_display": "artist",
    "artist": "artist_catalogued",
    **{name: name for name in ("title", "technique", "nationality", "form", "group_id", "fold")},
}
"""The columns of `works_of` by their names in `sql/examples/labelled`."""
LEARNED = ("train", "validation")
"""The parts that a model may learn from, where it is calibrated out of fold."""


def part_of(home: Store, scheme: str, *parts: str) -> pa.Table:
    """Read the artworks of parts of a split: the columns of `COLUMNS`, in order of artwork_id."""
    return with_images(home, works_of(home, scheme, *parts)).select(list(COLUMNS))


def works_of(home: Store, scheme: str, *parts: str) -> pa.Table:
    """Read the artworks of parts that have an image, without the images (see `with_images`).

    They are in the same order. A person's decision overrides the catalog's label, except in the
    test part: its labels stay as they are, so that earlier and later models are comparable.
    """
    found = labelled_artworks(home, scheme, *parts)
    return found.filter(found["sha256"].is_valid()).select(list(_WORKS)).rename_columns(_WORKS)


def labelled_artworks(home: Store, scheme: str, *parts: str) -> pa.Table:
    """Read all labelled artworks of parts, with or without an image, in order of artwork_id.

    Returns:
        artwork_id, catalog, sha256 and shard (null without a usable image), style (as in
        `works_of`), group_id, fold, part and the normalised facts: see `sql/examples/labelled`.
    """
    connection = duck.connect(home, ("artworks", "images", "splits", "reviews"))
    view_latest(connection)
    styles = list(dataset_of(scheme).styles)
    asked: dict[str, object] = {"scheme": scheme, "parts": list(parts), "styles": styles}
    return duck.arrow(connection, sql.text("examples/labelled"), asked)


def with_other_labels(home: Store, artworks: pa.Table, scheme: str) -> pa.Table:
    """Add the column `other_labels`: styles of the same artist's other artworks, with counts.

    Only labels of the parts that models learn from count, so that nothing is known in an
    artist-disjoint split of the artists of the test part.
    """
    with duck.connect(home, ("artworks", "splits", "reviews", "audits")) as connection:
        view_latest(connection)
        view_artists(connection)
        view_other_labels(connection, scheme=scheme, parts=LEARNED)
        ids = artworks.select(["artwork_id"])
        connection.register("asked", ids.append_column("position", pa.array(range(ids.num_rows))))
        found = duck.arrow(
            connection,
            "SELECT labels FROM asked LEFT JOIN other_labels USING (artwork_id) ORDER BY position",
        )
    return artworks.append_column("other_labels", found["labels"])


def styles_of_part(home: Store, scheme: str, part: str) -> list[str]:
    """Return the styles that occur in a part of a split."""
    return sorted(set(values(works_of(home, scheme, part), "style")))


def with_images(home: Store, rows: pa.Table) -> pa.Table:
    """Add the column `image` to rows that have `artwork_id` and `shard`; their order is kept."""
    connection = duck.connect()
    connection.register("wanted", rows.append_column("position", pa.array(range(rows.num_rows))))
    connection.execute("CREATE TEMP TABLE prepared (artwork_id VARCHAR, shard VARCHAR, image BLOB)")
    for key in sorted(set(values(rows, "shard")) - {None}):
        connection.register("one_shard", read_shard(home, key))
        # A shard also holds other artworks, and earlier images.
        connection.execute(
            "INSERT INTO prepared SELECT artwork_id, $key, image FROM one_shard "
            "SEMI JOIN (FROM wanted WHERE shard = $key) USING (artwork_id)",
            {"key": key},
        )
    joined = duck.arrow(
        connection,
        "SELECT wanted.* EXCLUDE (position), prepared.image FROM wanted "
        "INNER JOIN prepared USING (artwork_id, shard) ORDER BY position",
    )
    image = joined.schema.get_field_index("image")
    return joined.set_column(image, "image", joined["image"].cast(pa.large_binary()))


def fingerprint(examples: pa.Table) -> str:
    """Hash the artworks that a model learns from, with their labels and facts."""
    learnt = [name for name in examples.column_names if name not in _NOT_LEARNT]
    return key_of(examples.select(learnt).to_pylist())[:16]
