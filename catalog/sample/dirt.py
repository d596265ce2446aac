"""Dirt in fixed amounts, each kind as it is found in real catalogs.

Everything is chosen by the seed, and no work suffers twice. The first work of each style and those
of unlisted artists stay clean, so that a small sample still shows every style.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from catalog.sample.rows import Row
from catalog.sample.works import Plan

MISSING = 5
"""Works whose image is not there."""

BROKEN = ("truncated", "empty", "text")
"""What is wrong with the broken images, one of each."""

EMPTY_TITLES = 3

ODD_DATES = ("11757", "c. 178c", "(?)")
"""Mistyped dates, one of each, in place of what was written."""

DECIMAL_COMMAS = 4
"""Works measured in sizes such as `86,5 x 68 cm`."""

HARD_TITLES = (
    'the "{title}", called the old one',
    "{title}, with a view of the town, the river and the hills",
    'study for "{title}"',
)
"""Titles with quotes and commas, one of each."""

LIFESPANS = {
    "MARCOVALDI, Neri": "(c. 14021466)",
    "CORVETTI, Andrea": "(1539-1482)",
    "ALBERTUCCI, Jacopo": "(1503-c. 15626)",
    "DELACOURTE, Jacques": "(1752-1826",
    "FALKENRIED, Carl Gustav": "(1779–1843)",
    "HAERENBEKE, Joos van": "(1412-75)",
    "KOLOUŠEK, Alois": "(19-20th cent.)",
}
"""Lives that a reader of numbers stumbles over; these artists are in a cast of any size."""

REPEATED = "CARRIÈRES, Jules"
"""Listed a second time with another page and school but the same period."""


@dataclass(frozen=True)
class Victims:
    """IDs of the works that suffer, by kind."""

    missing: list[int]
    broken: dict[int, str]
    untitled: list[int]
    odd_dates: dict[int, str]
    decimal_commas: list[int]
    hard_titles: dict[int, str]
    copied: int
    """Has two identical rows."""
    contested: int
    """Its ID is also that of a row for a different work."""
    nameless: int
    """Has a second row without an ID."""


def choose(plan: Plan, seed: int) -> Victims:
    """Choose which works suffer."""
    listed = {artist.directory for artist in plan.artists}
    styles: set[str] = set()
    free: list[int] = []
    for work in plan.works:
        if work.artist.directory not in listed:
            continue
        if work.artist.style in styles:
            free.append(work.id)
        styles.add(work.artist.style)
    order = np.random.default_rng([seed, 6]).permutation(free)
    ids: Iterator[int] = iter(int(n) for n in order)
    return Victims(
        missing=sorted(next(ids) for _ in range(MISSING)),
        broken={next(ids): kind for kind in BROKEN},
        untitled=[next(ids) for _ in range(EMPTY_TITLES)],
        odd_dates={next(ids): text for text in ODD_DATES},
        decimal_commas=[next(ids) for _ in range(DECIMAL_COMMAS)],
        hard_titles={next(ids): text for text in HARD_TITLES},
        copied=next(ids),
        contested=next(ids),
        nameless=next(ids),
    )


def spoil_artworks(rows: list[Row], victims: Victims) -> list[Row]:
    """Put the dirt into the rows of works; some rows are added."""
    by_id = {int(row["ID"]): dict(row) for row in rows}
    for number in victims.untitled:
        by_id[number]["title"] = ""
    for number, text in victims.hard_titles.items():
        by_id[number]["title"] = text.format(title=by_id[number]["title"])
    for number, text in victims.odd_dates.items():
        by_id[number]["picture data"] = _odd_date(by_id[number]["picture data"], text)
    for number in victims.decimal_commas:
        by_id[number]["picture data"] = _decimal_comma(by_id[number]["picture data"])
    spoilt: list[Row] = []
    late: list[Row] = []
    for number, row in by_id.items():
        spoilt.append(row)
        if number == victims.copied:
            late.append(row)
        elif number == victims.contested:
            late.append({**row, "title": "portrait of a stranger", "picture data": "1900, photo"})
        elif number == victims.nameless:
            late.append({**row, "ID": "", "title": row["title"] + " (detail)"})
    return spoilt + late


def spoil_artists(rows: list[Row]) -> list[Row]:
    """Put the dirt into the rows of artists; one row is added."""
    spoilt = [{**row, "born-died": LIFESPANS.get(row["artist"], row["born-died"])} for row in rows]
    again = next(row for row in spoilt if row["artist"] == REPEATED)
    url = again["url"].replace("/index.html", "_j/index.html")
    spoilt.append({**again, "school": "graphic", "url": url, "born-died": "(1821-1880)"})
    return sorted(spoilt, key=lambda row: row["artist"])


def _odd_date(data: str, text: str) -> str:
    """Put the odd date in front, in place of the date if there is one."""
    parts = data.split(", ") if data else []
    rest = parts[1:] if parts and re.search(r"\d{4}", parts[0]) else parts
    return ", ".join([text, *rest])


def _decimal_comma(data: str) -> str:
    """Make the height of the work end in a half, with the comma of the continent."""
    spoilt, changes = re.subn(r"(\d+) x (\d+) cm", r"\1,5 x \2 cm", data, count=1)
    return spoilt if changes else ", ".join(filter(None, [data, "86,5 x 68 cm"]))
