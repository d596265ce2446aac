"""Recognise pictures that stand for many works: "image not available" and the like.

Such a picture says nothing of a work, and would make all artists under whom it stands one group.
Its images have the status `placeholder`: no model learns from them or looks at them, and they link
no works. Whether a picture is one depends on the tables as they are now, so that an image becomes
usable again when the others are replaced.
"""

from __future__ import annotations

import sql
from catalog.images.near_duplicates import update_near_duplicates
from catalog.storage import duck, tables
from catalog.storage.store import Store

FILE_ARTISTS = 3
"""Under so many artists one file is a placeholder: two may have made a work together."""
FILE_WORKS = 10
"""For so many works, of whatever artist, one file is a placeholder."""
LOOK_ARTISTS = 5
"""The same for pictures that look the same, of which some may be copies by another hand."""

_TABLES = ("artworks", "images")


def compare_images(home: Store) -> int:
    """Bring near-duplicate groups and placeholders up to date; how many rows changed."""
    return update_near_duplicates(home) + update_placeholders(home)


def update_placeholders(home: Store) -> int:
    """Give images the status `placeholder`, or take it from them; how many rows changed."""
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
