"""Put dirt into the rows, in fixed amounts: each kind as it is found in real catalogs.

Everything is chosen by the seed, and no work suffers twice. The first work of each style and those
of unlisted artists stay clean, so that a small sample still shows every style.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from sample.plan import Plan
from sample.tables import WORDS

DIRT = WORDS["dirt"]
Row = dict[str, str]


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
    """Its ID is also that of a row of a different work."""
    nameless: int
    """Has a second row without an ID."""


def choose_victims(plan: Plan, seed: int) -> Victims:
    """Choose which works suffer."""
    listed = {artist.directory for artist in plan.artists}
    works = [work for work in plan.works if work.artist.directory in listed]
    first = {work.artist.style: work.id for work in reversed(works)}
    free = [work.id for work in works if work.id != first[work.artist.style]]
    ids = iter(np.random.default_rng([seed, 6]).permutation(free).tolist())
    return Victims(
        missing=sorted(next(ids) for _ in range(DIRT["missing"])),
        broken={next(ids): kind for kind in DIRT["broken"]},
        untitled=[next(ids) for _ in range(DIRT["untitled"])],
        odd_dates={next(ids): text for text in DIRT["odd_dates"]},
        decimal_commas=[next(ids) for _ in range(DIRT["decimal_commas"])],
        hard_titles={next(ids): text for text in DIRT["hard_titles"]},
        copied=next(ids),
        contested=next(ids),
        nameless=next(ids),
    )


def spoil_artworks(rows: list[Row], victims: Victims) -> list[Row]:
    """Return the rows of works with dirt; three rows more than before."""
    by_id = {int(row["ID"]): dict(row) for row in rows}
    for number in victims.untitled:
        by_id[number]["title"] = ""
    for number, text in victims.hard_titles.items():
        by_id[number]["title"] = text.format(title=by_id[number]["title"])
    for number, text in victims.odd_dates.items():
        by_id[number]["picture data"] = _replace_date(by_id[number]["picture data"], text)
    for number in victims.decimal_commas:
        by_id[number]["picture data"] = _halve_centimetre(by_id[number]["picture data"])
    stranger = {"title": "portrait of a stranger", "picture data": "1900, photo"}
    nameless = by_id[victims.nameless]
    return [
        *by_id.values(),
        by_id[victims.copied],
        {**by_id[victims.contested], **stranger},
        {**nameless, "ID": "", "title": nameless["title"] + " (detail)"},
    ]


def spoil_artists(rows: list[Row]) -> list[Row]:
    """Return the rows of artists with dirt; one row more than before."""
    lives = DIRT["lifespans"]
    spoilt = [{**row, "born-died": lives.get(row["artist"], row["born-died"])} for row in rows]
    again = next(row for row in spoilt if row["artist"] == DIRT["repeated"])
    url = again["url"].replace("/index.html", "_j/index.html")
    spoilt.append({**again, "school": "graphic", "url": url, "born-died": "(1821-1880)"})
    return sorted(spoilt, key=lambda row: row["artist"])


def damage(data: bytes, kind: str) -> bytes:
    """Break an image file: `truncated`, `empty`, or `text` in its place."""
    if kind == "truncated":
        return data[: len(data) * 2 // 5]
    return b"" if kind == "empty" else b"<html><body>404 Not Found</body></html>\n"


def _replace_date(data: str, text: str) -> str:
    """Put an odd date in front, in place of the date if there is one."""
    parts = data.split(", ") if data else []
    rest = parts[1:] if parts and re.search(r"\d{4}", parts[0]) else parts
    return ", ".join([text, *rest])


def _halve_centimetre(data: str) -> str:
    """Make the height end in a half, with a decimal comma."""
    spoilt, changes = re.subn(r"(\d+) x (\d+) cm", r"\1,5 x \2 cm", data, count=1)
    return spoilt if changes else ", ".join(filter(None, [data, "86,5 x 68 cm"]))
