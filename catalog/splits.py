"""Train, validation and test parts: assigned once, stored, never moved.

Two schemes: `random` by work, and `artist`, in which no artist is on two sides. In neither is a
picture on one side and another that looks the same on the other. Works that are linked so, directly
or through others, stay together. A new work that would link two sides is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.groups import Groups
from catalog.hashing import key_of
from catalog.near_duplicates import update_near_duplicates
from catalog.schemas import TABLES
from catalog.store import Store

SCHEMES = ("random", "artist")
PARTS: Mapping[str, float] = {"train": 0.6, "validation": 0.2, "test": 0.2}
_TABLES = ("artworks", "images", "splits")


@dataclass(frozen=True)
class SplitWork:
    """A work to be placed: its style for stratification, its groups to keep together.

    `group_id` is what the scheme keeps together, `look` a group of near-duplicates besides.
    """

    artwork_id: str
    style: str
    group_id: str
    look: str | None = None

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The groups that the work belongs to, of both kinds."""
        links = (("group", self.group_id),)
        return links if self.look is None else (*links, ("look", self.look))


def assign(works: Sequence[SplitWork], placed: Mapping[str, str], *, scheme: str) -> dict[str, str]:
    """Place the works that have no part yet.

    Linked works are placed together: largest number first, equal ones in an order drawn by hash,
    each where its style lacks most works. Where one of their groups has a part already, they
    follow it. A work whose groups have different parts already is left out.

    Args:
        works: all works that can be used.
        placed: part by artwork_id of those placed before.
        scheme: part of the draw, so that the schemes differ.

    Returns:
        Part by artwork_id, of the works that had none and were not left out.
    """
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(PARTS, 0))
    totals = Counter(work.style for work in works)
    for work in works:
        if work.artwork_id in placed:
            counts[work.style][placed[work.artwork_id]] += 1
    new: dict[str, str] = {}
    linked = _linked(works, placed)
    for members, side in sorted(linked, key=lambda found: _turn(found[0], scheme)):
        style = members[0].style
        part = side or _neediest(counts[style], totals[style])
        for work in members:
            new[work.artwork_id] = part
            counts[work.style][part] += 1
    return new


def _linked(
    works: Sequence[SplitWork], placed: Mapping[str, str]
) -> list[tuple[list[SplitWork], str | None]]:
    """New works that must stay together, and the part that they must be in, if there is one."""
    groups: Groups[tuple[str, str]] = Groups()
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for work in works:
        if work.artwork_id in placed:
            for link in work.links:
                sides[link].add(placed[work.artwork_id])
    taken = []
    # In order of id: which of two works is left out does not depend on how they are given
    for work in sorted(works, key=lambda work: work.artwork_id):
        found = set().union(*(sides[groups.of(link)] for link in work.links))
        if work.artwork_id in placed or len(found) > 1:
            continue
        taken.append(work)
        for link in work.links[1:]:
            groups.link(work.links[0], link)
        sides[groups.of(work.links[0])] = found
    members: dict[tuple[str, str], list[SplitWork]] = defaultdict(list)
    for work in taken:
        members[groups.of(work.links[0])].append(work)
    return [(found, next(iter(sides[group]), None)) for group, found in members.items()]


def _turn(members: Sequence[SplitWork], scheme: str) -> tuple[int, str]:
    return -len(members), key_of(scheme, min(work.group_id for work in members))


def _neediest(counts: Mapping[str, int], total: int) -> str:
    return max(PARTS, key=lambda part: PARTS[part] * total - counts[part])


def update_splits(home: Store) -> int:
    """Place every usable work that has no part yet, in both schemes; how many rows were added."""
    connection = duck.connect(home, _TABLES)
    if update_near_duplicates(home, connection):
        connection = duck.connect(home, _TABLES)  # the old one shows them as they were
    works = connection.execute(sql.text("examples/labelled")).fetchall()
    added = 0
    for scheme in SCHEMES:
        rows = [
            SplitWork(artwork_id, style, look)
            if scheme == "random"
            else SplitWork(artwork_id, style, artist_key or artwork_id, look)
            for artwork_id, _, style, artist_key, _, look in works
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
