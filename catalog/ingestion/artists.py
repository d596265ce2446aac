"""Identity of artists across the catalogs of a home, and labels of their other artworks.

Two mentions of an artist are one if they name the same authority (`artist_url`), or the same name
with lives that agree. Homonyms stay separate: where artists of one name have different lives, a
mention without a life is an artist of its own. Several artists, a school and a qualified artist
(`workshop of X`, `after X`) are not a single artist. In splits a qualified artist is one of its
own, whose artworks stay in the same part as those of X.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import pyarrow as pa

import sql
from catalog.base.groups import Groups
from catalog.base.hashing import key_of
from catalog.ingestion.artist_names import name_key, named_artists, sole_artist
from catalog.storage import duck

YEARS_APART = 2
"""Tolerance in years between two catalogs for a birth or a death."""


class Mention(NamedTuple):
    """An artist as artworks of a catalog name them."""

    catalog: str
    artist_key: str
    artist_url: str | None
    name: str
    born: int | None
    died: int | None

    @property
    def life_is_known(self) -> bool:
        """Whether the years of both birth and death are known."""
        return self.born is not None and self.died is not None


def view_artists(connection: duck.DuckDB) -> None:
    """Create the table `named_artists`, and its view `artists`, from the view `artworks`.

    `artists` (artwork_id, artist_id, namesake_id) has a row per artwork of a known artist, in all
    catalogs, removed artworks too. `namesake_id` is shared by all artists who might be one: by
    name, whatever their lives, or by authority. `named_artists`, which adds `namesake_ids`, also
    has the artworks of several artists and of qualified ones.
    """
    mentions = duck.arrow(connection, sql.text("artists/mentions"))
    named = [Mention(**row) for row in mentions.to_pylist()]
    found = resolve(named)
    for place, column in enumerate(("artist_id", "namesake_id")):
        ids = pa.array([each[place] for each in found], pa.string())
        mentions = mentions.append_column(column, ids)
    namesakes = pa.array(namesakes_of(named, found), pa.list_(pa.string()))
    connection.register("resolved_artists", mentions.append_column("namesake_ids", namesakes))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE named_artists AS {sql.text('artists/artworks')}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW artists AS FROM named_artists SELECT artwork_id, artist_id, "
        "namesake_id WHERE artist_id IS NOT NULL"
    )
    connection.unregister("resolved_artists")


def view_other_labels(
    connection: duck.DuckDB, *, scheme: str | None = None, parts: Sequence[str] = ()
) -> None:
    """Create the table `other_labels` (artwork_id, artist_id, labels) from the view `artists`.

    `labels` is a list of struct(style, artworks), ordered by style: how many of the artist's other
    artworks, in all catalogs, are labelled with it; null if none is. The views `artworks`,
    `reviewed`, `audits` and, with a scheme, `splits` must be there.

    Args:
        connection: where the tables and views are.
        scheme: count labels of artworks in some parts of this scheme only, to measure a model by
            the labels that it learned from.
        parts: these parts.
    """
    # An audit measures predictions: its decisions may not support those of the same artist.
    artworks = "SELECT artwork_id FROM artworks ANTI JOIN audits USING (artwork_id)"
    parameters: dict[str, object] = {}
    if scheme is not None:
        artworks = (
            "SELECT artwork_id FROM splits ANTI JOIN audits USING (artwork_id) "
            "WHERE scheme = $scheme AND list_contains($parts, part)"
        )
        parameters |= {"scheme": scheme, "parts": list(parts)}
    connection.execute(f"CREATE OR REPLACE TEMP TABLE label_sources AS {artworks}", parameters)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE other_labels AS {sql.text('artists/other_labels')}"
    )


def resolve(mentions: Sequence[Mention]) -> list[tuple[str | None, str | None]]:
    """Identify the artist of each mention: (artist_id, namesake_id), both None if it names no one.

    The ids do not depend on the order of the mentions, nor on other artists.
    """
    groups: Groups[Mention] = Groups()
    by_url: dict[str, list[Mention]] = defaultdict(list)
    by_name: dict[str, list[Mention]] = defaultdict(list)
    known = sorted((each for each in mentions if sole_artist(each.name)), key=_order)
    for each in known:
        by_name[_key(each)].append(each)
        if each.artist_url is not None:
            by_url[each.artist_url].append(each)
    for same in by_url.values():
        for each in same:
            groups.link(same[0], each)
    for same in by_name.values():
        for one, other in _same_artist(same):
            groups.link(one, other)
    artists = _ids(groups, known)
    for same in by_name.values():
        for each in same:
            groups.link(same[0], each)
    namesakes = _ids(groups, known)
    return [(artists.get(each), namesakes.get(each)) for each in mentions]


def namesakes_of(
    mentions: Sequence[Mention], resolved: Sequence[tuple[str | None, str | None]]
) -> list[list[str]]:
    """Return the namesake_ids of all artists that each mention names, in that order.

    Args:
        mentions: as catalogs write them.
        resolved: what `resolve` found for them.
    """
    ids = {
        _key(mention): namesake_id
        for mention, (_, namesake_id) in zip(mentions, resolved, strict=True)
        if namesake_id is not None
    }
    keys = ([name_key(name) for name in named_artists(each.name)] for each in mentions)
    return [
        list(dict.fromkeys(ids.get(key) or key_of("artist", key)[:16] for key in names))
        for names in keys
    ]


def _key(mention: Mention) -> str:
    """Return the key of the one artist whom a mention names."""
    return name_key(sole_artist(mention.name) or mention.name)


def _same_artist(mentions: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Yield pairs of mentions of one name that are the same artist."""
    if not any(_differ(*pair) for pair in combinations(mentions, 2)):
        yield from ((mentions[0], other) for other in mentions[1:])
        return
    whole = [each for each in mentions if each.life_is_known]
    yield from (pair for pair in combinations(whole, 2) if not _differ(*pair))
    for each in mentions:
        if each.life_is_known or (each.born, each.died) == (None, None):
            continue
        fitting = [other for other in whole if not _differ(each, other)]
        if fitting and not any(_differ(*pair) for pair in combinations(fitting, 2)):
            yield each, fitting[0]


def _differ(one: Mention, other: Mention) -> bool:
    """Return whether two mentions of one name are two artists, by lives or a catalog's ids."""
    if one.catalog == other.catalog and one.artist_url and other.artist_url:
        return one.artist_url != other.artist_url
    return any(
        a is not None and b is not None and abs(a - b) > YEARS_APART
        for a, b in ((one.born, other.born), (one.died, other.died))
    )


def _order(mention: Mention) -> tuple[bool, str, str, int, int, str, str]:
    """Return the sort key: authorities first, since they change least."""
    url = mention.artist_url or ""
    years = (mention.born or 0, mention.died or 0)
    return (not url, url, mention.artist_key, *years, mention.name, mention.catalog)


def _ids(groups: Groups[Mention], mentions: Sequence[Mention]) -> dict[Mention, str]:
    """Return each mention's group id: a hash of its first member's authority, or key and life.

    A homonym of unknown life is one artist per catalog.
    """
    ids: dict[Mention, str] = {}
    for each in mentions:
        if (group := groups.of(each)) not in ids:
            life = (each.born, each.died) if each.life_is_known else (each.catalog,)
            identity = (each.artist_url,) if each.artist_url else (each.artist_key, *life)
            ids[group] = key_of("artist", *identity)[:16]
    return {each: ids[groups.of(each)] for each in mentions}
