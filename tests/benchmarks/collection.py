"""A synthetic collection of the size and variety of the Web Gallery of Art's, in two layouts.

Of 44,809 works that catalogue has 5,282 artists, 5,215 ways in which a date is written, in 236
patterns, 4,471 places and 27,440 titles; its technique and size together have 21,579 values, and
all that the layout historic-art keeps in one text has 34,267. How often each comes falls off as a
power of its rank, here as there.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from tests.building import ARTIST_COLUMNS, ARTWORK_COLUMNS

WORKS, ARTISTS, TITLES, PLACES = 44_809, 5_600, 52_000, 5_600
ARTIST_RANK, TITLE_RANK, PLACE_RANK = 0.75, 0.55, 0.9
DETAILS = 0.24
"""Part of the works that show a detail of the one before: all but their title is the same."""

_STARTS = "Al Ber Cas Dol Es Fer Gan Hol Jor Kal Lom Mar Nor Or Pel Quin Ros Sal Tor Val".split()
_MIDDLES = "an el in or ud av is em".split()
_ENDS = "berg elli ez mann otti quist sen son ville wijk".split()
_GIVEN = "Anna Carlo Diego Émile Francesco Georg Hans Jan Louise Maria Paul Zoë".split()
_TOWNS = [f"{start}{end}" for start, end in product(_STARTS, ("burg", "ona", "stad", "ingen"))]
_HOUSES = "Museum|Private collection|Galleria|Musée|San Rocco|Library|Pinakothek|Palazzo".split("|")
_MATERIALS = (
    "Oil on canvas|Oil on panel|Fresco|Oil on wood|Marble|Tempera on wood|Bronze|Engraving|Photo|"
    "Pen and brown ink|Oil on copper|Mosaic|Oil, tempera and gold on panel|Stone, partly gilded"
).split("|")
_MATERIAL_SHARES = [30, 9, 9, 5, 5, 5, 4, 4, 7, 4, 2, 2, 2, 2]
_MONTHS = "January March May July September November Spring Summer Autumn".split()
_SUBJECTS = "Portrait of|View of|The Legend of|Madonna with|Study for|The Death of|Tomb of"
_SUBJECTS = _SUBJECTS.split("|")
_PLAIN_DATES = ("{y}", "{y}-{n}", "c. {y}", "{y}-{z}", "{d}s", "{c}th century")
_PLAIN_SHARES = (0.4, 0.25, 0.2, 0.07, 0.06, 0.02)
_RARE_DATES = [
    *("begun {y}", "after {y}", "before {y}", "begun c. {y}", "around {y}", "c. {y}-{n}"),
    *("completed {y}", "c.{y}", "mid-{c}th century", "founded {y}", "{y} (completed)"),
    *("early {c}th century", "late {c}th century", "{y}/{n}", "{y}?", "about {y}", "c {y}"),
    *("{d}s (completed)", "{y}-{n} (cast {z})", "{y}-01-09 00:00:00", "1{y}7", "c. 178c"),
    *(f"{month} {{y}}, {town}" for month, town in product(_MONTHS, _TOWNS[:24])),
]
_STYLES = dict(
    zip(
        (1400, 1490, 1530, 1600, 1710, 1780, 1830, 1860, 1880, 1990),
        "Medieval|Early Renaissance|High Renaissance|Mannerism|Baroque|Rococo|Neoclassicism|"
        "Romanticism|Realism|Impressionism".split("|"),
        strict=True,
    )
)
_NATIONS = "Italian Dutch French Flemish German English Spanish Austrian Danish Russian".split()


@dataclass(frozen=True)
class Artist:
    name: str
    page: str
    born: int
    town: str
    style: str
    nation: str
    listed: bool


def artists(rng: np.random.Generator) -> list[Artist]:
    surnames = [*map("".join, product(_STARTS, _MIDDLES, _ENDS))]
    names = [f"{surname.upper()}, {given}" for surname, given in product(surnames, _GIVEN)]
    made = []
    for number, index in enumerate(rng.permutation(len(names))[:ARTISTS]):
        page, born = f"https://museum.example/html/a/{number}/", int(rng.integers(1250, 1870))
        style = next(style for last, style in _STYLES.items() if born + 40 < last)
        town, nation = (own[rng.integers(len(own))] for own in (_TOWNS, _NATIONS))
        listed = bool(rng.random() < 0.96)
        made.append(Artist(names[index], page, born, town, style, nation, listed))
    return made


def collection(seed: int = 7) -> tuple[list[Artist], list[dict[str, str]]]:
    """The artists and the works: `artist` is a number, all else as WGA writes it."""
    rng = np.random.default_rng(seed)
    people = artists(rng)
    ranks = ((ARTISTS, ARTIST_RANK), (TITLES, TITLE_RANK), (PLACES, PLACE_RANK))
    drawn = [_ranked(rng, *each).tolist() for each in ranks]
    works = []
    for maker, title, place in zip(*drawn, strict=True):
        if works and rng.random() < DETAILS:
            works.append({**works[-1], "title": _title(title)})
            continue
        year = people[maker].born + int(rng.integers(20, 60))
        work = {"artist": str(maker), "title": _title(title), "date": _date(rng, year)}
        work |= {"technique": _technique(rng), "location": _place(place), "year": str(year)}
        works.append(work)
    return people, works


def _ranked(rng: np.random.Generator, size: int, power: float) -> np.ndarray:
    weights = 1 / np.arange(1, size + 1) ** power
    return rng.choice(size, WORKS, p=weights / weights.sum())


def _title(number: int) -> str:
    if number < 2:
        return ("Exterior view", "Interior view")[number]
    subject, town = _SUBJECTS[number % len(_SUBJECTS)], _TOWNS[number % len(_TOWNS)]
    part = " (detail)" if number % 5 == 0 else ""
    return f"{subject} {_GIVEN[number % len(_GIVEN)]} {town} and Scene {number // 97}{part}"


def _place(number: int) -> str:
    house = _HOUSES[number % len(_HOUSES)]
    return house if number == 1 else f"{house} {number // 80}, {_TOWNS[number % len(_TOWNS)]}"


def _date(rng: np.random.Generator, year: int) -> str:
    drawn = rng.random()
    if drawn < 0.1:
        return "-"
    if drawn < 0.93:
        way = _PLAIN_DATES[rng.choice(len(_PLAIN_DATES), p=_PLAIN_SHARES)]
    else:
        way = _RARE_DATES[int(len(_RARE_DATES) * rng.random() ** 2)]
    parts = {"y": year, "n": f"{(year + 2) % 100:02d}", "z": year + 4}
    return way.format(**parts, d=year // 10 * 10, c=year // 100 + 1)


def _technique(rng: np.random.Generator) -> str:
    shares = np.array(_MATERIAL_SHARES) / sum(_MATERIAL_SHARES)
    material = _MATERIALS[rng.choice(len(_MATERIALS), p=shares)]
    drawn, (height, width) = rng.random(), rng.integers(12, 190, 2)
    if drawn < 0.33:
        return material
    if material in {"Marble", "Bronze"}:
        return f"{material}, height {height} cm"
    if drawn < 0.42:
        return f"{material}, {height},5 x {width} cm"
    return f"{material}, {height} x {width} {'mm' if material == 'Engraving' else 'cm'}"


_WGA = "AUTHOR BORN-DIED TITLE DATE TECHNIQUE LOCATION URL FORM TYPE SCHOOL TIMEFRAME".split()


def write_wga(folder: Path, times: int = 1) -> Path:
    """Write the collection as WGA's own catalogue, so many times with ids of its own."""
    people, works = collection()

    def rows() -> Iterator[list[object]]:
        yield [*_WGA]
        for number, work in enumerate(works * times):
            artist = people[int(work["artist"])]
            first = (int(work["year"]) - 1) // 50 * 50 + 1
            about = "c. " if artist.born % 2 and number % 2 else ""
            life = f"(b. {about}{artist.born}, {artist.town}, d. {artist.born + 62}, {artist.town})"
            told = [work[name] for name in ("title", "date", "technique", "location")]
            kind = [f"{artist.page}{number}.html", "painting", "religious"]
            yield [artist.name, life, *told, *kind, artist.nation, f"{first}-{first + 49}"]

    return _write(folder / "catalog.csv", rows(), "cp1252", ";")


def write_historic_art(folder: Path, times: int = 1) -> Path:
    """Write the collection in the layout historic-art, so many times with ids of its own."""
    people, works = collection()

    def rows() -> Iterator[list[object]]:
        yield [*ARTWORK_COLUMNS]
        for number, work in enumerate(works * times):
            artist = people[int(work["artist"])]
            parts = (work["date"], work["technique"], work["location"])
            data = ", ".join(part for part in parts if part != "-").lower()
            address = f"{artist.page.replace('/html/', '/art/')}{number}.jpg"
            yield [number, artist.name, work["title"].lower(), data, "", address]

    _write(folder / "artwork_dataset.csv", rows())
    known: list[list[object]] = [[*ARTIST_COLUMNS]]
    for each in people:
        life, page = f"({each.born}-{each.born + 62})", f"{each.page}index.html"
        if each.listed:
            known.append([each.name, life, each.style, "painter", page, each.town, each.nation])
    return _write(folder / "info_dataset.csv", known)


def _write(
    path: Path, rows: Iterable[list[object]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path.parent
