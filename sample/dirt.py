"""Put dirt into the rows, in fixed amounts: each kind as it is found in real catalogs.

Everything is chosen by the seed, and no artwork is corrupted twice. The first artwork of each style
and those of unlisted artists stay clean, so that a small sample still shows every style.
"""

from __future__ import annotations

import re

import numpy as np

from sample.plan import Plan
from sample.tables import WORDS

DIRT = WORDS["dirt"]
Row = dict[str, str]
Victims = dict[str, dict[int, str]]
"""IDs of the works that suffer, with what is put there, by kind of dirt in words.toml."""


def choose_victims(plan: Plan, seed: int) -> Victims:
    """Choose which works suffer."""
    works = [work for work in plan.works if work.artist in plan.artists]
    first = {work.artist.style: work.id for work in reversed(works)}
    free = [work.id for work in works if work.id != first[work.artist.style]]
    ids = iter(np.random.default_rng([seed, 6]).permutation(free).tolist())
    return {kind: {next(ids): text for text in texts} for kind, texts in DIRT["works"].items()}


def spoil_artworks(rows: list[Row], victims: Victims) -> list[Row]:
    """Return the rows of works with dirt, and some rows too many."""
    by_id = {int(row["ID"]): dict(row) for row in rows}
    for number, text in (victims["untitled"] | victims["hard_titles"]).items():
        by_id[number]["title"] = text.format(title=by_id[number]["title"])
    for number, text in victims["odd_dates"].items():
        by_id[number]["picture data"] = _replace_date(by_id[number]["picture data"], text)
    for number, text in victims["decimal_commas"].items():
        data = by_id[number]["picture data"]
        spoilt, changes = re.subn(r"(\d+) x (\d+) cm", r"\1,5 x \2 cm", data, count=1)
        by_id[number]["picture data"] = spoilt if changes else f"{data}, {text}".lstrip(", ")
    stranger = {"title": "portrait of a stranger", "picture data": "1900, photo"}
    return [
        *by_id.values(),
        *(by_id[number] for number in victims["duplicate_rows"]),
        *({**by_id[number], **stranger} for number in victims["conflicting_rows"]),
        *(
            {**by_id[number], "ID": "", "title": by_id[number]["title"] + " (detail)"}
            for number in victims["rows_without_id"]
        ),
    ]


def _replace_date(data: str, text: str) -> str:
    """Put an odd date in front, in place of the date if there is one."""
    first, _, rest = data.partition(", ")
    kept = rest if re.search(r"\d{4}", first) else data
    return ", ".join(filter(None, [text, kept]))


def spoil_artists(rows: list[Row]) -> list[Row]:
    """Return the rows of artists by name, with one who is listed twice."""
    again = next(row for row in rows if row["artist"] == DIRT["repeated"]["artist"])
    return sorted([*rows, again | DIRT["repeated"]], key=lambda row: row["artist"])


def damage(data: bytes, kind: str) -> bytes:
    """Break an image file: `truncated`, `empty`, or `text` in its place."""
    if kind == "truncated":
        return data[: len(data) * 2 // 5]
    return b"" if kind == "empty" else b"<html><body>404 Not Found</body></html>\n"
