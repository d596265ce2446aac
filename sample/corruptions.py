"""Corrupt rows and images, a fixed number of each kind as it is found in real catalogs.

Everything is chosen by the seed, and no artwork is corrupted twice. The first artwork of each
style and those of unlisted artists stay clean, so that a small sample still shows every style.
"""

from __future__ import annotations

import re

import numpy as np

from sample.plan import Plan
from sample.tables import WORDS

CORRUPTIONS = WORDS["corruptions"]
Row = dict[str, str]
Corruptions = dict[str, dict[int, str]]
"""IDs of the corrupted artworks, with what is put there, by kind of corruption in words.toml."""


def choose_corrupted(plan: Plan, seed: int) -> Corruptions:
    """Choose which artworks are corrupted."""
    works = [work for work in plan.works if work.artist in plan.artists]
    first = {work.artist.style: work.id for work in reversed(works)}
    free = [work.id for work in works if work.id != first[work.artist.style]]
    ids = iter(np.random.default_rng([seed, 6]).permutation(free).tolist())
    return {
        kind: {next(ids): text for text in texts} for kind, texts in CORRUPTIONS["works"].items()
    }


def corrupt_artworks(rows: list[Row], corrupted: Corruptions) -> list[Row]:
    """Return the rows of artworks with corruptions, and some extra rows."""
    by_id = {int(row["ID"]): dict(row) for row in rows}
    for number, text in (corrupted["untitled"] | corrupted["hard_titles"]).items():
        by_id[number]["title"] = text.format(title=by_id[number]["title"])
    for number, text in corrupted["odd_dates"].items():
        data = by_id[number]["picture data"]
        date, _, rest = data.partition(", ")
        kept = rest if re.search(r"\d{4}", date) else data
        by_id[number]["picture data"] = ", ".join(filter(None, [text, kept]))
    for number, text in corrupted["decimal_commas"].items():
        data = by_id[number]["picture data"]
        changed, changes = re.subn(r"(\d+) x (\d+) cm", r"\1,5 x \2 cm", data, count=1)
        by_id[number]["picture data"] = changed if changes else f"{data}, {text}".lstrip(", ")
    stranger = {"title": "portrait of a stranger", "picture data": "1900, photo"}
    return [
        *by_id.values(),
        *(by_id[number] for number in corrupted["duplicate_rows"]),
        *({**by_id[number], **stranger} for number in corrupted["conflicting_rows"]),
        *(
            {**by_id[number], "ID": "", "title": by_id[number]["title"] + " (detail)"}
            for number in corrupted["rows_without_id"]
        ),
    ]


def corrupt_artists(rows: list[Row]) -> list[Row]:
    """Return the rows of artists by name, with one who is listed twice."""
    again = next(row for row in rows if row["artist"] == CORRUPTIONS["repeated"]["artist"])
    return sorted([*rows, again | CORRUPTIONS["repeated"]], key=lambda row: row["artist"])


def damage(data: bytes, kind: str) -> bytes:
    """Break an image file: `truncated`, `empty`, or `text` in its place."""
    if kind == "truncated":
        return data[: len(data) * 2 // 5]
    return b"" if kind == "empty" else b"<html><body>404 Not Found</body></html>\n"
