"""Assignment of artworks to the parts of a split: grouped and stratified by style."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.base.groups import Groups
from catalog.base.hashing import key_of
from catalog.datasets.dataset import ALL_PERIODS

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
    """Further groups of the scheme: a work of several artists belongs to each of them."""

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
    """Assign the artworks that have no part yet.

    Linked works are placed together: largest number first, equal ones in an order drawn by hash,
    each in the part with the largest deficit of their styles, with and without an image. Where one
    of their groups has a part already, they follow it. A work whose groups have different parts
    already is left out, and one that only a person labelled where it would be in the test part.
    Works of several groups of the scheme come last: artists who worked together are not one group,
    or a catalog of prints would have hardly any other.

    Args:
        works: all works that can be used.
        placed: part by artwork_id of those placed before.
        scheme: part of the draw, so that the schemes differ.
        parts: share of each.

    Returns:
        Part by artwork_id, of the works that had none and were not left out.
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
    linked = _linked(works, placed)
    for members, side in sorted(linked, key=lambda found: _turn(found[0], scheme)):
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
