"""Comparison of an image source's listing with the table `images`, and a guard.

Files that disappear from their folder must not silently remove images from a home: most often a
share is not mounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

import sql
from catalog.base.arrow import values
from catalog.base.errors import SourceError
from catalog.images.names import ImageNames, spell
from catalog.images.shards import DECODER, PREPARATION, REFUSED, shard_keys
from catalog.ingestion.checks import SHRINK
from catalog.sources.image_folder import Listing
from catalog.sources.image_sources import FOLDER, ImageSource, WebImages
from catalog.storage import duck
from catalog.storage.store import Store

_NAMED = pa.schema([(name, pa.string()) for name in ("given", "image_key", "status", "reason")])


def compare(
    connection: duck.DuckDB,
    home: Store,
    origin: ImageSource,
    catalog: str,
    listing: Listing | None,
) -> None:
    """Create the relation `compared`, with the columns of `sql/images/plan.sql`.

    The connection has the relations `artworks` and `images`; no listing: images at web addresses.
    """
    parameters: dict[str, object] = {"catalog": catalog, "absence": origin.absence}
    parameters |= {"preparation": PREPARATION, "decoder": DECODER, "refused": list(REFUSED)}
    shards = pa.array(shard_keys(home, catalog), pa.string())
    connection.register("kept", pa.table({"shard": shards}))
    if listing is None:
        statement = "images/plan_addresses"
        parameters["folder"] = origin.folder if isinstance(origin, WebImages) else FOLDER
    else:
        statement = "images/plan"
        files = listing.files
        columns: list[pa.Array[Any]] = [
            pa.array([info.key for info in files], pa.string()),
            pa.array([info.etag for info in files], pa.string()),
            pa.array([info.size for info in files], pa.int64()),
        ]
        connection.register("listed", pa.table(columns, ["image_key", "etag", "size_bytes"]))
        unmatched = duck.arrow(connection, sql.text("images/unmatched"), {"catalog": catalog})
        names = values(unmatched, "image_key")
        connection.register("named", _named(listing, names, origin.absence))
    connection.execute(f"CREATE TEMP TABLE compared AS {sql.text(statement)}", parameters)


def _named(listing: Listing, unmatched: Sequence[str], absence: str) -> pa.Table:
    """Resolve names that match no file exactly, or give the reason why none can be read."""
    names = ImageNames(
        [info.key for info in listing.files]
        + [entry.key for entry in listing.unreadable if not entry.folder]
    )
    rows: list[tuple[str, str, str | None, str | None]] = []
    for given in unmatched if listing.files or listing.unreadable else ():
        found = names.find(given)
        key = found.key or spell(given)
        if (entry := listing.unreadable_at(key)) is not None:
            rows.append((given, key, entry.status, entry.reason))
        elif found.key is not None:
            rows.append((given, key, None, None))
        elif key.startswith("../"):
            rows.append((given, given, "missing", "the name leads out of the image folder"))
        else:
            rows.append((given, given, "missing", f"{absence}{found.hint}"))
    columns = zip(*rows, strict=True) if rows else [()] * len(_NAMED)
    return pa.Table.from_arrays([pa.array(each, pa.string()) for each in columns], schema=_NAMED)


def refuse_vanished(home: Store, source: ImageSource, catalog: str, artworks: pa.Table) -> None:
    """Raise SourceError if over a tenth of the usable images of a catalog would be gone.

    `artworks` (`artwork_id`, `image_key`, `source_url`) are those that are about to be written.
    Raises StoreError if the images cannot be listed at all.
    """
    with duck.connect(home, ("images",)) as connection:
        usable = (
            "SELECT count(*) FROM images "
            "WHERE catalog = $catalog AND status IN ('ok', 'placeholder')"
        )
        if connection.execute(usable, {"catalog": catalog}).fetchall() == [(0,)]:
            return
        connection.register("given_artworks", artworks)
        connection.execute(
            "CREATE TEMP VIEW artworks AS SELECT *, getvariable('catalog') AS catalog, "
            "NULL::TIMESTAMPTZ AS removed_at FROM given_artworks"
        )
        connection.execute("SET VARIABLE catalog = $catalog", {"catalog": catalog})
        listing = source.listing()
        compare(connection, home, source, catalog, listing)
        refuse_compared(connection, source, catalog, listing)


def refuse_compared(
    connection: duck.DuckDB, origin: ImageSource, catalog: str, listing: Listing | None
) -> None:
    """Raise SourceError if over a tenth of the usable images of `compared` are missing."""
    known, vanished, examples, reason = connection.execute(sql.text("images/vanished")).fetchall()[
        0
    ]
    if vanished <= SHRINK * known:
        return
    is_empty = listing is not None and not listing.files and not listing.unreadable
    where = f"{origin.place} contains no images: is it mounted? " if is_empty else ""
    more = ", ..." if vanished > len(examples) else ""
    raise SourceError(
        f"{where}{vanished:,} of the {known:,} usable images of the catalog {catalog} are "
        f"missing from {origin.place} ({', '.join(examples)}{more}: {reason}): if this is "
        "intended, run again with --allow-shrink; nothing was written"
    )
