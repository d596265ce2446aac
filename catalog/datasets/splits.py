"""Train, validation and test parts: assigned once, stored, never changed.

Each dataset has two schemes: `random` by artwork, and `artist`, which is artist-disjoint,
whatever the catalog (see catalog.ingestion.artists; possible namesakes count as one). In
neither are near-duplicate images in two parts. Artworks that are linked
so, directly or through others, stay together. A new artwork that would link two parts is left out.
Artworks without a usable image are assigned too: models of facts learn from them. Each part
gets its share of a style's artworks with an image, and of those without.
An artwork that only a person labelled is never in the test part, whose artworks are drawn
from the catalog and not from what curators chose to review.

The artworks outside the test part are also divided into folds, likewise: where a catalog is too
small for a useful validation part, a model trained on the other folds predicts each fold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import sql
from catalog.base.groups import Groups
from catalog.base.hashing import key_of
from catalog.datasets.dataset import ALL_PERIODS, BASES, Dataset
from catalog.datasets.reviews import view_latest
from catalog.images.near_duplicates import compare_images
from catalog.ingestion.artists import view_artists
from catalog.storage import duck, tables
from catalog.storage.store import Store

LEARNED, TEST = "train", "test"
Stratum = tuple[str, bool]


@dataclass(frozen=True)
class SplitWork:
    """An artwork to assign: its stratum, and its groups to keep together.

    `group_id` is what the scheme keeps together, `look` a group of near-duplicates besides.
    `by_person`: only a person labelled it.
    """

    artwork_id: str
    style: str
    group_id: str
    look: str | None = None
    by_person: bool = False
    has_image: bool = True
    others: tuple[str, ...] = ()
    """Further groups of the scheme: an artwork of several artists belongs to each of them."""

    @property
    def stratum(self) -> Stratum:
        """The stratum, of which each part should have its share."""
        return self.style, self.has_image

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The groups of both kinds that the artwork belongs to."""
        links = tuple(("group", group) for group in (self.group_id, *self.others))
        return links if self.look is None else (*links, ("look", self.look))


def assign(
    works: Sequence[SplitWork],
    placed: Mapping[str, str],
    *,
    scheme: str,
    parts: Mapping[str, float] = ALL_PERIODS.parts,
) -> dict[str, str]:
    """Assign the artworks that have no part yet; return part by artwork_id.

    Linked artworks are placed together: largest number first, equal ones in an order drawn by hash
    (also of the scheme, so that schemes differ), each in the part with the largest deficit of their
    styles, with and without an image. Where one of their groups has a part already (`placed`, by
    artwork_id), they follow it. An artwork whose groups have different parts already is left out,
    and one that only a person labelled where it would be in the test part. Artworks of several
    groups of the scheme come last: artists who worked together are not one group, or a catalog of
    prints would have hardly any other.
    """
    settled = [work for work in works if not work.others or work.artwork_id in placed]
    new = _place(settled, placed, scheme, parts)
    if len(settled) < len(works):
        new |= _place(works, {**placed, **new}, scheme, parts)
    return new


def _place(
    works: Sequence[SplitWork], placed: Mapping[str, str], scheme: str, parts: Mapping[str, float]
) -> dict[str, str]:
    if all(work.artwork_id in placed for work in works):
        return {}
    counts: dict[Stratum, dict[str, int]] = defaultdict(lambda: dict.fromkeys(parts, 0))
    totals = Counter(work.stratum for work in works)
    for work in works:
        if work.artwork_id in placed:
            counts[work.stratum][placed[work.artwork_id]] += 1
    new: dict[str, str] = {}

    def turn(linked: tuple[list[SplitWork], str | None]) -> tuple[int, str]:
        members, _ = linked
        return -len(members), key_of(scheme, min(work.group_id for work in members))

    for members, side in sorted(_linked(works, placed), key=turn):
        if side is None and LEARNED in parts and all(work.by_person for work in members):
            part = LEARNED
        else:
            part = side or _largest_deficit(members, counts, totals, parts)
        for work in members:
            if part == TEST and work.by_person:
                continue
            new[work.artwork_id] = part
            counts[work.stratum][part] += 1
    return new


def _linked(
    works: Sequence[SplitWork], placed: Mapping[str, str]
) -> list[tuple[list[SplitWork], str | None]]:
    """Yield new artworks that must stay together, and the part that they must be in, if any."""
    groups: Groups[tuple[str, str]] = Groups()
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for work in works:
        if work.artwork_id in placed:
            for link in work.links:
                sides[link].add(placed[work.artwork_id])
    taken = []
    # In order of id: which of two artworks is left out does not depend on how they are given
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


def _largest_deficit(
    members: Sequence[SplitWork],
    counts: Mapping[Stratum, Mapping[str, int]],
    totals: Mapping[Stratum, int],
    parts: Mapping[str, float],
) -> str:
    """Return the part with the largest deficit of the members' strata, the first of equal ones.

    That is the part with which the sum of squared deviations grows least, each deviation taken
    relative to the size of its stratum, so that rare ones count.
    """
    weights = [
        (counts[stratum], totals[stratum], number / totals[stratum] ** 2)
        for stratum, number in sorted(Counter(work.stratum for work in members).items())
    ]
    return max(
        parts,
        key=lambda part: sum(
            weight * (parts[part] * total - found[part]) for found, total, weight in weights
        ),
    )


PARTS = ALL_PERIODS.parts
FOLDS = 3
_FOLD_SHARES: Mapping[str, float] = {str(fold): 1 / FOLDS for fold in range(FOLDS)}
_TABLES = ("artworks", "images", "splits", "reviews", "audits")


def basis(home: Store) -> str:
    """Return a fingerprint of the inputs of splits: while unchanged, nothing needs an update."""
    versions = {name: tables.version_of(home, name) for name in _TABLES}
    return key_of("splits", ALL_PERIODS.name, version("artcat"), versions)


def update_splits(home: Store, dataset: Dataset = ALL_PERIODS) -> int:
    """Assign a part to each new labelled artwork in both schemes; return how many rows changed."""
    compare_images(home)
    connection = duck.connect(home, _TABLES)
    artworks = _considered(connection, dataset, "SELECT * FROM considered WHERE dropped IS NULL")
    written = 0
    for scheme, base in zip(dataset.schemes, BASES, strict=True):
        stored = duck.rows(connection, "FROM splits WHERE scheme = $scheme", {"scheme": scheme})
        rows = _rows(artworks, stored, scheme, base, dataset.parts)
        written += tables.merge(home, "splits", rows).changed
    return written


def _rows(
    artworks: Sequence[Mapping[str, Any]],
    stored: Sequence[Mapping[str, Any]],
    scheme: str,
    base: str,
    shares: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Return rows of `splits` that are new or have a new fold or group; parts never change."""
    works = [_split_work(row, base) for row in artworks]
    before = {row["artwork_id"]: row for row in stored}
    parts = {artwork_id: row["part"] for artwork_id, row in before.items()}
    parts |= assign(works, parts, scheme=scheme, parts=shares)
    folds = {key: str(row["fold"]) for key, row in before.items() if row["fold"] is not None}
    seen = [work for work in works if parts.get(work.artwork_id, TEST) != TEST]
    folds |= assign(seen, folds, scheme=f"{scheme} folds", parts=_FOLD_SHARES)
    rows = [
        {
            "artwork_id": work.artwork_id,
            "scheme": scheme,
            "catalog": artwork["catalog"],
            "group_id": work.group_id,
            "part": parts[work.artwork_id],
            "fold": int(folds[work.artwork_id]) if work.artwork_id in folds else None,
        }
        for work, artwork in zip(works, artworks, strict=True)
        if work.artwork_id in parts
    ]
    return [row for row in rows if row != before.get(row["artwork_id"])]


def dropped(home: Store, dataset: Dataset = ALL_PERIODS) -> dict[str, int]:
    """Count the artworks that are excluded from training by reason, the most common first."""
    counts = _considered(
        duck.connect(home, _TABLES),
        dataset,
        "SELECT coalesce(dropped, 'a label that a reviewer rejected') AS dropped, "
        "count(*) AS works FROM considered WHERE dropped IS NOT NULL OR label_rejected "
        "GROUP BY ALL ORDER BY works DESC, dropped",
    )
    return {row["dropped"]: row["works"] for row in counts}


def _considered(connection: duck.DuckDB, dataset: Dataset, question: str) -> list[dict[str, Any]]:
    """Run a statement on the relation `considered`: candidates for training."""
    parameters: dict[str, object] = {
        "styles": list(dataset.only_styles),
        "profession": dataset.profession,
        "artist_has_over": dataset.artist_has_over,
        "style_has": dataset.style_has,
    }
    view_latest(connection)
    view_artists(connection)
    asked = f"WITH considered AS ({sql.text('examples/considered')}) {question}"
    return duck.rows(connection, asked, parameters)


def _split_work(row: Mapping[str, Any], base: str) -> SplitWork:
    look = row["near_duplicate_group"]
    of_both = {"by_person": row["by_person"], "has_image": row["has_image"]}
    if base == "random":
        return SplitWork(row["artwork_id"], row["style"], look or row["artwork_id"], **of_both)
    group, *others = row["artist_groups"] or [row["artwork_id"]]
    return SplitWork(row["artwork_id"], row["style"], group, look, others=tuple(others), **of_both)
