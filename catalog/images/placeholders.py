"""Detection of placeholder images: "image not available" and the like.

Such an image carries no information, and would link all artists under whom it occurs.
It has the status `placeholder`: it is neither learned from nor embedded, and it links
no artworks. Whether an image is one depends on the current tables, so that it becomes
usable again when the others are replaced.
"""

from __future__ import annotations

import sql
from catalog.images.near_duplicates import update_near_duplicates
from catalog.storage import duck, tables
from catalog.storage.store import Store

FILE_ARTISTS = 3
"""Artists from which on a shared file is a placeholder: two may have worked together."""
FILE_WORKS = 10
"""Artworks from which on a shared file is a placeholder, whoever the artist."""
LOOK_ARTISTS = 5
"""The same for near-duplicates, some of which may be copies by another hand."""

_TABLES = ("artworks", "images")


def compare_images(home: Store) -> int:
    """Update near-duplicate groups and placeholders; return how many rows changed."""
    return update_near_duplicates(home) + update_placeholders(home)


def update_placeholders(home: Store) -> int:
    """Set or clear the status `placeholder`; return how many rows changed."""
    connection = duck.connect(home, _TABLES)
    limits: dict[str, object] = {
        "file_artists": FILE_ARTISTS,
        "file_works": FILE_WORKS,
        "look_artists": LOOK_ARTISTS,
    }
    changes = duck.arrow(connection, sql.text("placeholders/changes"), limits)
    return tables.merge(home, "images", changes).changed


def placeholders_of(home: Store, catalog: str) -> dict[str, int]:
    """Return how many images of a catalog are placeholders, by reason."""
    found = duck.connect(home, ("images",)).execute(
        "SELECT error, count(*) FROM images WHERE catalog = $catalog AND status = 'placeholder' "
        "GROUP BY error ORDER BY error DESC",
        {"catalog": catalog},
    )
    return dict(found.fetchall())
