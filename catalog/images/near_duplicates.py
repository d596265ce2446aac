"""Comparison of images by perceptual hash: near-duplicates and placeholders.

Near-duplicates are other scans, sizes or copies of one picture: their hashes differ by at most
`MAX_BITS` of 64 and their shapes by at most `MAX_SHAPE`; a group is a connected component.

The hash is the signs of the 64 lowest frequencies of the grey picture, relative to their median
(Zauner 2010, Implementation and Benchmarking of Perceptual Image Hash Functions, section 3.2.1; the
bits are those of the library ImageHash). Written out here since we need the frequencies themselves:
a picture with hardly any, such as an empty page or a dark sky, has bits that only noise decides,
and all such pictures look the same to the hash. It gets none.

A placeholder, "image not available" and the like, carries no information, and would link all
artists under whom it occurs. It has the status `placeholder`: it is neither learned from nor
embedded, and it links no artworks. Whether an image is one depends on the current tables, so that
it becomes usable again when the others are replaced.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
from PIL import Image

import sql
from catalog.base.groups import Groups
from catalog.storage import duck, tables
from catalog.storage.store import Store

_SIDE = 32
_KEPT = 8
_NOISE = 1.0
"""A frequency this near to the median may fall on either side in another copy of the file.

In grey levels times 32, the orthonormal transform's unit. Rounding to whole grey levels moves a
frequency by about 0.3.
"""
_CLEAR_BITS = 48
"""With fewer clear bits of 64 there is no hash. Of 4,540 real artworks two have fewer; noise, plain
surfaces and gradients have up to 25."""

HASH_PARAMETERS = ("dct", _SIDE, _KEPT, _NOISE, _CLEAR_BITS)
"""The parameters that a hash depends on."""
_ANGLES = (2 * np.arange(_SIDE) + 1) * np.pi / (2 * _SIDE)
_COSINES = np.cos(np.arange(_KEPT)[:, None] * _ANGLES) * np.sqrt(2 / _SIDE)
_COSINES[0] /= np.sqrt(2)
_COSINES = _COSINES.astype(np.float32)
"""The first rows of the orthonormal DCT-II matrix, `[_KEPT, _SIDE]`."""
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


def perceptual_hash(image: Image.Image) -> str | None:
    """Return the hash as 16 hexadecimal digits; None for a picture that is too plain."""
    small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    low = (_COSINES @ np.asarray(small, np.float32) @ _COSINES.T).ravel()
    above = low - np.median(low)
    if np.count_nonzero(np.abs(above) > _NOISE) < _CLEAR_BITS:
        return None
    return np.packbits(above > 0).tobytes().hex()


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
    grouped = update_near_duplicates(home)
    connection = duck.connect(home, ("artworks", "images"))
    limits: dict[str, object] = {
        "file_artists": FILE_ARTISTS,
        "file_works": FILE_WORKS,
        "fingerprint_artists": FINGERPRINT_ARTISTS,
    }
    changes = duck.arrow(connection, sql.text("placeholders/changes"), limits)
    return grouped + tables.merge(home, "images", changes).changed


def placeholders_of(home: Store, catalog: str) -> dict[str, int]:
    """Return how many images of a catalog are placeholders, by reason."""
    found = duck.connect(home, ("images",)).execute(
        "SELECT error, count(*) FROM images WHERE catalog = $catalog AND status = 'placeholder' "
        "GROUP BY error ORDER BY error DESC",
        {"catalog": catalog},
    )
    return dict(found.fetchall())
