"""Guard against vanished images: most often a share is not mounted.

Files that vanish from their folder must not silently remove images from a home.
"""

from __future__ import annotations

import pyarrow as pa

import sql
from catalog.base.errors import SourceError
from catalog.images.comparison import compare
from catalog.ingestion.vanished import SHRINK
from catalog.sources.image_listing import Listing
from catalog.sources.image_sources import ImageSource
from catalog.storage import duck
from catalog.storage.store import Store


def refuse_vanished(home: Store, source: ImageSource, catalog: str, artworks: pa.Table) -> None:
    """Raise SourceError if over a tenth of the usable images of a catalog would be gone.

    Args:
        home: where the table `images` is.
        source: where the images are now.
        catalog: the catalog's name.
        artworks: those that are about to be written: `artwork_id`, `image_key`, `source_url`.

    Raises:
        SourceError: that says how many have vanished.
        StoreError: if the images cannot be listed at all.
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
    """Raise SourceError if over a tenth of the usable images of `compared` have vanished.

    Args:
        connection: with the relation `compared`.
        origin: where the images are now.
        catalog: the catalog's name.
        listing: of the images; None if they are at web addresses.
    """
    known, vanished, examples, reason = connection.execute(sql.text("images/vanished")).fetchall()[
        0
    ]
    if vanished <= SHRINK * known:
        return
    is_empty = listing is not None and not listing.files and not listing.unreadable
    where = f"{origin.place} contains no images: is it mounted? " if is_empty else ""
    more = ", ..." if vanished > len(examples) else ""
    raise SourceError(
        f"{where}{vanished:,} of the {known:,} usable images of the catalog {catalog} have "
        f"vanished from {origin.place} ({', '.join(examples)}{more}: {reason}): if that is right, "
        "run again with --allow-shrink; nothing was written"
    )
