"""Plan the sample: who made which work, what it shows, when, how large; before any corruption."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np

from catalog.vocabulary import styles
from sample.painter import ArtistStyle, make_artist_style
from sample.tables import ARTISTS, MOODS, SCENES, STYLES, WORDS

T = TypeVar("T")
UNLISTED_WORKS, ORPHANS = 10, 4
"""Works by artists who are not on the list of artists, and pictures without a row."""

STRAY = 0.08
"""How often an artist paints what the neighbouring style likes."""

FORMATS = {"tall": 0.75, "wide": 1.35}
"""Width by height, by kind of scene."""


class Artist(NamedTuple):
    """A person in artists.csv; two people may have the same name."""

    style: str
    name: str
    born: int
    died: int
    life: str
    """How the catalog writes born and died: not always right."""
    base: str
    nationality: str
    school: str
    directory: str
    """Of the artist's pages: the only thing that tells namesakes apart."""


@dataclass(frozen=True)
class Work:
    """One work: what is painted, and its row in `artwork_dataset.csv`."""

    id: int
    artist: Artist
    artist_style: ArtistStyle = field(repr=False)
    scene: str
    mood: str
    size: tuple[int, int]
    row: dict[str, str]


class Plan(NamedTuple):
    """The list of artists, the works in order of their IDs, and pictures without a row."""

    artists: list[Artist]
    works: list[Work]
    orphans: list[Work]


def read_artists(*, listed: bool = True) -> list[Artist]:
    """Return the artists who are on the list (the first are in any sample), or the others."""
    rows = [row for row in ARTISTS if (row["school"] != "unlisted") == listed]
    return [Artist(**{**row, "born": int(row["born"]), "died": int(row["died"])}) for row in rows]


def make_plan(images: int, artists: int, seed: int, size: int) -> Plan:
    """Plan a sample; the arguments are those of `make_sample`."""
    people, strangers = read_artists()[:artists], read_artists(listed=False)
    counts = share_out(images - UNLISTED_WORKS, _weigh_artists(people))
    productive = np.argsort(counts, kind="stable")[::-1][:ORPHANS]
    counts += share_out(UNLISTED_WORKS, [1.3, 1, 1])
    makers = [(artist, [seed, 1, number]) for number, artist in enumerate(people + strangers)]
    works: list[Work] = []
    for (artist, key), count in sorted(
        zip(makers, counts, strict=True), key=lambda made: made[0][0].name
    ):
        # IDs count up with a gap after every eighth; orphans take the first gaps.
        ids = [number + number // 8 for number in range(len(works), len(works) + count)]
        works += _plan_works(artist, key, ids, size)
    orphans: list[Work] = []
    for gap, number in enumerate(productive):
        artist, key = makers[number]
        orphans += _plan_works(artist, key, [9 * gap + 8], size)
    return Plan(people, works, orphans)


def _weigh_artists(people: list[Artist]) -> list[float]:
    """Return shares of the works: by style, and in a style fewer from artist to artist."""
    sizes, seen = Counter(artist.style for artist in people), Counter[str]()
    weights: list[float] = []
    for artist in people:
        rank, size = seen[artist.style], sizes[artist.style]
        total = sum((other + 1.5) ** -0.8 for other in range(size))
        weights.append(STYLES[artist.style]["share"] * (rank + 1.5) ** -0.8 / total)
        seen[artist.style] += 1
    return weights


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a total out by weights in whole numbers, the largest remainders rounded up."""
    exact = np.array(weights, dtype=float) * total / sum(weights)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return [int(n) for n in whole]


def _plan_works(artist: Artist, key: list[int], ids: list[int], size: int) -> list[Work]:
    """Plan works of one artist; `key` is the artist's seed."""
    artist_style = make_artist_style(artist.style, key)
    likes = _weigh_scenes(artist, np.random.default_rng([*key, 3]))
    return [_plan_work(number, artist, artist_style, likes, key[0], size) for number in ids]


def _weigh_scenes(artist: Artist, rng: np.random.Generator) -> dict[str, float]:
    """Return how much an artist likes each scene: some much, some not at all."""
    if only := {"sculptor": "statue", "architect": "facade"}.get(artist.school):
        return {only: 1.0}
    style = STYLES[artist.style]
    likes = {scene: weight * rng.gamma(0.8) for scene, weight in style["scenes"].items()}
    other = STYLES[str(rng.choice(style["neighbours"]))]["scenes"]
    strays = STRAY * sum(likes.values()) / sum(other.values())
    return {s: likes.get(s, 0) + strays * other.get(s, 0) for s in {**likes, **other}}


def _plan_work(
    number: int,
    artist: Artist,
    artist_style: ArtistStyle,
    likes: dict[str, float],
    seed: int,
    size: int,
) -> Work:
    rng = np.random.default_rng([seed, 4, number])
    style, weights = STYLES[artist.style], np.array(list(likes.values()))
    scene = str(rng.choice(list(likes), p=weights / weights.sum()))
    kind, mood = SCENES[scene]["kind"].split(), "day"
    if "outdoors" in kind:
        weather = np.array(style.get("weather", (9, 0.7, 0.1, 0.1, 0.1)))
        mood = str(rng.choice(list(MOODS), p=weather / weather.sum()))
    title = entitle(scene, mood, rng)
    technique = pick(SCENES[scene].get("techniques", style["techniques"]), rng)
    usual = next((FORMATS[word] for word in kind if word in FORMATS), 1.0)
    ratio = usual * artist_style.manner["ratio"] * float(np.exp(rng.normal(0, 0.06)))
    # A year of the artist's working life, while the style lasted.
    start = artist.born + (0 if "active" in artist.life else 20)
    last = next(one.years[1] for one in styles() if one.name == artist.style)
    year = int(rng.integers(start, max(start + 1, min(artist.died, last))))
    page = "".join(c for c in title.split()[-1] if c.isascii() and c.isalnum()) or "work"
    width, height = min(size, round(size * ratio)), min(size, round(size / ratio))
    # `file info` is that of a larger scan.
    scale = rng.uniform(3.0, 5.5)
    across, down = round(width * scale), round(height * scale)
    row = {
        "ID": str(number),
        "artist": artist.name,
        "title": title,
        "picture data": describe(scene, year, technique, ratio, rng),
        "file info": f"{across}*{down}, true color, {round(across * down / 8000)} kb",
        "jpg url": f"{WORDS['site']}/art/{artist.directory}/{page[:7]}{number}.jpg",
    }
    return Work(number, artist, artist_style, scene, mood, (width, height), row)


def pick(items: Sequence[T], rng: np.random.Generator) -> T:
    """Return one of the items."""
    return items[int(rng.integers(len(items)))]


def entitle(scene: str, mood: str, rng: np.random.Generator) -> str:
    """Make up a title for a scene; no word is used twice in it."""
    title: str = pick(SCENES[scene]["titles"], rng)
    while slot := re.search(r"\{(\w+)\}", title):
        word = pick([word for word in WORDS["slots"][slot[1]] if word not in title], rng)
        title = title.replace(slot[0], word, 1)
    outdoors = "outdoors" in SCENES[scene]["kind"]
    return title + str(pick(WORDS["endings"][mood], rng)) if outdoors else title


def describe(scene: str, year: int, technique: str, ratio: float, rng: np.random.Generator) -> str:
    """Write `picture data`: `c. 1596, oil on canvas, 53 x 44 cm, museum, town`.

    Each part may be missing. `ratio` is width by height.
    """
    places = WORDS["museums"] + WORDS["churches"] * ("sacred" in SCENES[scene]["kind"])
    height = int(np.exp(rng.uniform(np.log(28), np.log(190))))
    size = SCENES[scene].get("size", "{height} x {width} cm")
    parts = {
        "date": write_date(year, rng),
        "technique": technique,
        "size": size.format(height=height, width=max(8, round(height * ratio))),
        "location": pick(places, rng),
    }
    missing = WORDS["missing"]
    return ", ".join(text for part, text in parts.items() if text and rng.random() >= missing[part])


def write_date(year: int, rng: np.random.Generator) -> str:
    """Write a year in one of the ways of catalogs, some of them vague."""
    century, of_century = (year - 1) // 100 + 1, (year - 1) % 100
    half = "first" if of_century < 50 else "second"  # noqa: PLR2004
    decade, five = year // 10 * 10, year // 5 * 5
    vague = {"half": half, "century": century, "decade": decade, "next": decade + 10, "five": five}
    text: str = pick(WORDS["dates"], rng)
    return text.format(y=year, two=(year + 2) % 100, four=year + 4, **vague)
