"""Train, validation and test parts: assigned once, stored, never moved.

Each dataset has two schemes: `random` by work, and `artist`, in which no artist is on two sides. In
neither is a picture on one side and another that looks the same on the other. Works that are linked
so, directly or through others, stay together. A new work that would link two sides is left out.
A work that only a person labelled is learned from and never in the test part, whose works are drawn
from the catalog and not from what curators chose to look at.

The works outside the test part are also divided into folds, likewise: where a catalog is too small
for a validation part to say much, each fold is judged by a model of the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.datasets import ALL_PERIODS, BASES, Dataset
from catalog.groups import Groups
from catalog.hashing import key_of
from catalog.near_duplicates import update_near_duplicates
from catalog.reviews import view_latest
from catalog.schemas import TABLES
from catalog.store import Store

SCHEMES = ALL_PERIODS.schemes
PARTS = ALL_PERIODS.parts
FOLDS = 3
_FOLD_SHARES: Mapping[str, float] = {str(fold): 1 / FOLDS for fold in range(FOLDS)}
_TABLES = ("artworks", "images", "splits", "reviews", "audits")
_LEARNED, _TEST = "train", "test"


@dataclass(frozen=True)
class SplitWork:
    """A work to be placed: its style for stratification, its groups to keep together.

    `group_id` is what the scheme keeps together, `look` a group of near-duplicates besides.
    `by_person` says that only a person labelled it.
    """

    artwork_id: str
    style: str
    group_id: str
    look: str | None = None
    by_person: bool = False

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The groups that the work belongs to, of both kinds."""
        links = (("group", self.group_id),)
        return links if self.look is None else (*links, ("look", self.look))


def assign(
    works: Sequence[SplitWork],
    placed: Mapping[str, str],
    *,
    scheme: str,
    parts: Mapping[str, float] = PARTS,
) -> dict[str, str]:
    """Place the works that have no part yet.

    Linked works are placed together: largest number first, equal ones in an order drawn by hash,
    each where its style lacks most works. Where one of their groups has a part already, they
    follow it. A work whose groups have different parts already is left out, and one that only a
    person labelled where it would be in the test part.

    Args:
        works: all works that can be used.
        placed: part by artwork_id of those placed before.
        scheme: part of the draw, so that the schemes differ.
        parts: share of each.

    Returns:
        Part by artwork_id, of the works that had none and were not left out.
    """
    if all(work.artwork_id in placed for work in works):
        return {}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(parts, 0))
    totals = Counter(work.style for work in works)
    for work in works:
        if work.artwork_id in placed:
            counts[work.style][placed[work.artwork_id]] += 1
    new: dict[str, str] = {}
    linked = _linked(works, placed)
    for members, side in sorted(linked, key=lambda found: _turn(found[0], scheme)):
        style = members[0].style
        if side is None and _LEARNED in parts and all(work.by_person for work in members):
            part = _LEARNED
        else:
            part = side or _neediest(counts[style], totals[style], parts)
        for work in members:
            if part == _TEST and work.by_person:
                continue
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


def _neediest(counts: Mapping[str, int], total: int, parts: Mapping[str, float]) -> str:
    return max(parts, key=lambda part: parts[part] * total - counts[part])


def update_splits(home: Store, dataset: Dataset = ALL_PERIODS) -> int:
    """Place every usable work that has no part yet, in both schemes; how many rows were written."""
    connection = duck.connect(home, _TABLES)
    if update_near_duplicates(home, connection):
        connection = duck.connect(home, _TABLES)  # the old one shows them as they were
    works = _considered(connection, dataset, "SELECT * FROM considered WHERE dropped IS NULL")
    catalogs = {str(row["artwork_id"]): row["catalog"] for row in works}
    written = 0
    for scheme, base in zip(dataset.schemes, BASES, strict=True):
        rows = [_split_work(row, base) for row in works]
        found = connection.execute(
            "SELECT artwork_id, part, fold::VARCHAR FROM splits WHERE scheme = $scheme",
            {"scheme": scheme},
        ).fetchall()
        parts = {artwork_id: part for artwork_id, part, _ in found}
        folds = {artwork_id: fold for artwork_id, _, fold in found if fold is not None}
        new_parts = assign(rows, parts, scheme=scheme, parts=dataset.parts)
        parts |= new_parts
        seen = [row for row in rows if parts.get(row.artwork_id, "test") != "test"]
        new_folds = assign(seen, folds, scheme=f"{scheme} folds", parts=_FOLD_SHARES)
        folds |= new_folds
        changed = [
            {
                "artwork_id": row.artwork_id,
                "scheme": scheme,
                "catalog": catalogs[row.artwork_id],
                "group_id": row.group_id,
                "part": parts[row.artwork_id],
                "fold": int(folds[row.artwork_id]) if row.artwork_id in folds else None,
            }
            for row in rows
            if row.artwork_id in new_parts or row.artwork_id in new_folds
        ]
        table = pa.Table.from_pylist(changed, schema=TABLES["splits"].schema)
        written += tables.merge(home, "splits", table).changed
    return written


def dropped(home: Store, dataset: Dataset = ALL_PERIODS) -> dict[str, int]:
    """How many works of the home are not learned from, by reason, the commonest first."""
    counts = _considered(
        duck.connect(home, _TABLES),
        dataset,
        "SELECT coalesce(dropped, 'a label that a person rejected') AS dropped, count(*) AS works "
        "FROM considered WHERE dropped IS NOT NULL OR label_rejected "
        "GROUP BY ALL ORDER BY works DESC, dropped",
    )
    return {row["dropped"]: row["works"] for row in counts}


def _considered(connection: duck.DuckDB, dataset: Dataset, question: str) -> list[dict[str, Any]]:
    """The answer to a question about the relation `considered`: what could be learned of works."""
    parameters: dict[str, object] = {
        "styles": list(dataset.only_styles),
        "profession": dataset.profession,
        "artist_has_over": dataset.artist_has_over,
        "style_has": dataset.style_has,
    }
    view_latest(connection)
    asked = f"WITH considered AS ({sql.text('examples/considered')}) {question}"
    return duck.arrow(connection, asked, parameters).to_pylist()


def _split_work(row: Mapping[str, Any], base: str) -> SplitWork:
    look = row["near_duplicate_group"]
    by_itself = {"by_person": row["by_person"]}
    if base == "random":
        return SplitWork(row["artwork_id"], row["style"], look, **by_itself)
    group = row["artist_key"] or row["artwork_id"]
    return SplitWork(row["artwork_id"], row["style"], group, look, **by_itself)
