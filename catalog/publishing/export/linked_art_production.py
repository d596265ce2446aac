"""The production of an artwork (artist and date) as Linked Art.

Years are those of ISO 8601 and XML Schema 1.1, which have a year 0: 1 BC is `0000`, 1390 BC is
`-1389`. The tables, which have none, have -1390; labels say "1390 BC".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.normalise.artists import parse_artists
from catalog.normalise.name_words import is_firm
from catalog.publishing.export.linked_art_nodes import DESCRIPTION, Node, text


def production(work: Mapping[str, Any]) -> Node | None:
    """Return the production of an artwork; None if neither artist nor date is known.

    Each of several makers is one `carried_out_by`. Where an artist is qualified (`workshop of X`,
    `after X`) or a publisher, the whole is also a text, and no maker is stated
    for that.
    """
    made: Node = {"type": "Production"}
    if work["artist"]:
        made |= _artists(work["artist"], work["artist_display"] or work["artist"])
    if span := _years(work):
        made["timespan"] = span
    return made if len(made) > 1 else None


def _artists(catalogued: str, display: str) -> Node:
    artists = parse_artists(catalogued)
    actors = [
        {
            "type": "Group" if is_firm(each.name) else "Person",
            "_label": each.name,
            "identified_by": [{"type": "Name", "content": each.catalogued}],
        }
        for each in artists
        if each.is_maker
    ]
    made: Node = {"carried_out_by": actors} if actors else {}
    if len(actors) < len(artists):
        made["referred_to_by"] = [text(display, DESCRIPTION)]
    return made


def _years(work: Mapping[str, Any]) -> Node | None:
    first, last = work["date_earliest"], work["date_latest"]
    span: Node = {"type": "TimeSpan"}
    if any(year is not None and year < 0 for year in (first, last)):
        span["_label"] = " to ".join(dict.fromkeys(_in_words(y) for y in (first, last) if y))
    if work["date_given"]:
        span["identified_by"] = [{"type": "Name", "content": work["date_given"]}]
    if first is not None:
        span["begin_of_the_begin"] = f"{_iso_year(first)}-01-01T00:00:00Z"
    if last is not None:
        span["end_of_the_end"] = f"{_iso_year(last)}-12-31T23:59:59Z"
    return span if len(span) > 1 else None


def _in_words(year: int) -> str:
    return f"{-year} BC" if year < 0 else f"AD {year}"


def _iso_year(year: int) -> str:
    astronomical = year + 1 if year < 0 else year
    return f"{'-' if astronomical < 0 else ''}{abs(astronomical):04}"
