"""Train, validation and test parts: assigned once, stored, never moved.

Two schemes: `random` by work, and `artist`, in which no artist is on two sides. Works of one
group stay together. Works whose new facts would join groups on different sides keep their place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.hashing import key_of
from catalog.schemas import TABLES
from catalog.store import Store

SCHEMES = ("random", "artist")
PARTS: Mapping[str, float] = {"train": 0.6, "validation": 0.2, "test": 0.2}


@dataclass(frozen=True)
class SplitWork:
    """A work to be placed: its style for stratification, its group to keep together."""

    artwork_id: str
    style: str
    group_id: str


def assign(works: Sequence[SplitWork], placed: Mapping[str, str], *, scheme: str) -> dict[str, str]:
    """Place the works that have no part yet.

    Groups are taken largest first, equal ones in an order drawn by hash, and each goes where its
    style lacks most works. A group that has a work placed already follows it.

    Args:
        works: all works that can be used.
        placed: part by artwork_id of those placed before.
        scheme: part of the draw, so that the schemes differ.

    Returns:
        Part by artwork_id, of the works that had none.
    """
    groups: dict[str, list[SplitWork]] = defaultdict(list)
    for work in works:
        groups[work.group_id].append(work)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(PARTS, 0))
    totals: dict[str, int] = defaultdict(int)
    for work in works:
        totals[work.style] += 1
        if work.artwork_id in placed:
            counts[work.style][placed[work.artwork_id]] += 1
    new: dict[str, str] = {}
    for group_id in sorted(groups, key=lambda g: (-len(groups[g]), key_of(scheme, g))):
        members = groups[group_id]
        style = members[0].style
        known = [placed[w.artwork_id] for w in members if w.artwork_id in placed]
        part = known[0] if known else _neediest(counts[style], totals[style])
        for work in members:
            if work.artwork_id not in placed:
                new[work.artwork_id] = part
                counts[work.style][part] += 1
    return new


def _neediest(counts: Mapping[str, int], total: int) -> str:
    return max(PARTS, key=lambda part: PARTS[part] * total - counts[part])


def update_splits(home: Store) -> int:
    """Place every usable work that has no part yet, in both schemes; how many rows were added."""
    connection = duck.connect(home, ("artworks", "images", "splits"))
    works = connection.execute(sql.text("examples/labelled")).fetchall()
    added = 0
    for scheme in SCHEMES:
        rows = [
            SplitWork(artwork_id, style, sha256 if scheme == "random" else artist_key or artwork_id)
            for artwork_id, _, style, artist_key, sha256 in works
        ]
        placed = dict(
            connection.execute(
                "SELECT artwork_id, part FROM splits WHERE scheme = $scheme", {"scheme": scheme}
            ).fetchall()
        )
        new = assign(rows, placed, scheme=scheme)
        added += tables.merge(home, "splits", _table(rows, new, scheme, works)).inserted
    return added


def _table(
    rows: Iterable[SplitWork], new: Mapping[str, str], scheme: str, works: Sequence[tuple[str, ...]]
) -> pa.Table:
    catalogs = {artwork_id: catalog for artwork_id, catalog, *_ in works}
    return pa.Table.from_pylist(
        [
            {
                "artwork_id": work.artwork_id,
                "scheme": scheme,
                "catalog": catalogs[work.artwork_id],
                "group_id": work.group_id,
                "part": new[work.artwork_id],
            }
            for work in rows
            if work.artwork_id in new
        ],
        schema=TABLES["splits"].schema,
    )
