"""Comparison of images by perceptual hash: near-duplicates and placeholders.

Near-duplicates are other scans, sizes or copies of one picture: their hashes differ by at most
`MAX_BITS` of 64 and their shapes by at most `MAX_SHAPE`; a group is a connected component.

A placeholder, "image not available" and the like, carries no information, and would link all
artists under whom it occurs. It has the status `placeholder`: it is neither learned from nor
embedded, and it links no artworks. Whether an image is one depends on the current tables, so that
it becomes usable again when the others are replaced.
"""

from __future__ import annotations

from itertools import combinations

import pyarrow as pa

import sql
from catalog.base.groups import Groups
from catalog.storage import duck, tables
from catalog.storage.store import Store

MAX_BITS = 6
"""Even, as distances are: each hash has as many ones as zeros.

Among 10.3 million pairs of different real artworks none is as near as 6 bits, two are at 8, seven
at 10 (drawings on empty paper, prints in one scheme). Of the same picture made smaller, compressed
again, lighter, darker, grey or turned by a degree 97 % or more are within 6, of one that lost 2 %
at each edge 87 %.
"""
MAX_SHAPE = 5
"""In hundredths of the logarithm of the sides' ratio; rules out three of four chance pairs."""
FILE_ARTISTS = 3
"""Artists from which on a shared file is a placeholder: two may have worked together."""
FILE_WORKS = 10
"""Artworks from which on a shared file is a placeholder, whoever the artist."""
FINGERPRINT_ARTISTS = 5
"""The same for near-duplicates, some of which may be copies by another hand."""


def update_near_duplicates(home: Store) -> int:
    """Update `images.near_duplicate_group`; return how many rows changed.

    Nothing is compared unless there is an image that has no group yet.
    """
    connection = duck.connect(home, ("images",))
    if not connection.execute(
        "FROM images WHERE status = 'ok' AND near_duplicate_group IS NULL LIMIT 1"
    ).fetchall():
        return 0
    connection.execute(
        f"CREATE TEMP TABLE fingerprints AS {sql.text('near_duplicates/fingerprints')}"
    )
    groups: Groups[int] = Groups()
    fingerprints: set[int] = set()
    for first, second in combinations(range(0, 64, 8), 2):
        pairs = connection.execute(
            sql.text("near_duplicates/pairs"),
            {"first": first, "second": second, "max_bits": MAX_BITS, "max_shape": MAX_SHAPE},
        ).fetchall()
        for fingerprint, other in pairs:
            groups.link(fingerprint, other)
            fingerprints |= {fingerprint, other}
    columns = {
        "fingerprint": pa.array(fingerprints, pa.int64()),
        "fingerprint_group": pa.array(map(groups.of, fingerprints), pa.int64()),
    }
    connection.register("fingerprint_groups", pa.table(columns))
    changes = duck.arrow(connection, sql.text("near_duplicates/changes"))
    return tables.merge(home, "images", changes).changed


def count_groups(connection: duck.DuckDB) -> tuple[int, int]:
    """Count the groups of several artworks, and the artworks in them."""
    groups, works = connection.execute(sql.text("near_duplicates/count")).fetchall()[0]
    return groups, works


def compare_images(home: Store) -> int:
    """Update near-duplicate groups and placeholders; return how many rows changed."""
    return update_near_duplicates(home) + update_placeholders(home)


def update_placeholders(home: Store) -> int:
    """Set or clear the status `placeholder`; return how many rows changed."""
    connection = duck.connect(home, ("artworks", "images"))
    limits: dict[str, object] = {
        "file_artists": FILE_ARTISTS,
        "file_works": FILE_WORKS,
        "fingerprint_artists": FINGERPRINT_ARTISTS,
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
