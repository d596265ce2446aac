"""Plan the sample: who made which work, what it shows, when, how large; before any dirt."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from catalog.vocabulary import styles
from sample.facts import describe, entitle, pick
from sample.painter import Hand, make_hand
from sample.tables import ARTISTS, MOODS, SCENES, STYLES

UNLISTED_WORKS = 10
"""Works by artists who are not on the list of artists."""

ORPHANS = 4
"""Pictures without a row."""

STRAY = 0.08
"""How often an artist paints what the neighbouring style likes."""

FORMATS = {"tall": 0.75, "wide": 1.35}
"""Width by height."""


class Artist(NamedTuple):
    """One person of artists.csv; two persons may bear the same name."""

    style: str
    name: str
    born: int
    died: int
    base: str
    nationality: str
    school: str
    dates: str
    directory: str
    """Of the artist's pages, `letter/surname`: the only thing that tells namesakes apart."""


@dataclass(frozen=True)
class Work:
    """One work."""

    id: int
    artist: Artist
    hand: Hand = field(repr=False)
    scene: str
    mood: str
    title: str
    data: str
    """The free text of `picture data`."""
    width: int
    height: int
    page: str
    """File name of the work's page without its ending; unique for the artist."""


@dataclass(frozen=True)
class Plan:
    """What the sample will hold."""

    artists: list[Artist]
    works: list[Work]
    """In order of their IDs."""
    orphans: list[Work]
    """Pictures without a row."""


def read_artists() -> tuple[list[Artist], list[Artist]]:
    """Return the artists on the list, and those who are not; of namesakes the second gets a number."""
    people: list[Artist] = []
    used: Counter[str] = Counter()
    for row in ARTISTS:
        place = directory_of(row["name"])
        used[place] += 1
        numbers = {"born": int(row["born"]), "died": int(row["died"])}
        suffix = str(used[place]) if used[place] > 1 else ""
        people.append(Artist(**{**row, **numbers}, directory=place + suffix))
    unlisted = [artist for artist in people if artist.school == "unlisted"]
    return [artist for artist in people if artist not in unlisted], unlisted


def directory_of(name: str) -> str:
    """Return the directory of an artist's pages: first letter and eight letters of the surname."""
    surname = name.split(",", maxsplit=1)[0].translate(str.maketrans("Łł", "Ll"))
    plain = unicodedata.normalize("NFKD", surname).encode("ascii", "ignore").decode().lower()
    letters = "".join(letter for letter in plain if letter.isalpha())
    return f"{letters[0]}/{letters[:8]}"


def make_plan(images: int, artists: int, seed: int, size: int) -> Plan:
    """Plan a sample; the arguments are those of `make_sample`."""
    everybody, unlisted = read_artists()
    people = choose_artists(everybody, artists)
    makers = [(artist, [seed, 1, number]) for number, artist in enumerate(people)]
    strangers = [(artist, [seed, 2, number]) for number, artist in enumerate(unlisted)]
    counts = _count_works(people, images - UNLISTED_WORKS)
    productive = np.argsort(counts, kind="stable")[::-1][:ORPHANS]
    counts += share_out(UNLISTED_WORKS, [1.3, 1, 1])
    works: list[Work] = []
    for (artist, key), count in sorted(
        zip(makers + strangers, counts, strict=True), key=lambda made: made[0][0].name
    ):
        # IDs count up with a gap after every eighth; orphans take the first gaps.
        ids = [number + number // 8 for number in range(len(works), len(works) + count)]
        works += _plan_works(artist, key, ids, seed, size)
    orphans = [
        work
        for gap, number in enumerate(productive)
        for work in _plan_works(*makers[number], [9 * gap + 8], seed, size)
    ]
    return Plan(people, works, orphans)


def choose_artists(people: list[Artist], count: int) -> list[Artist]:
    """Return the first artists of the table, shared out evenly among the styles."""
    sizes = Counter(artist.style for artist in people)
    seen: Counter[str] = Counter()
    ranks: list[tuple[float, int]] = []
    for number, artist in enumerate(people):
        ranks.append((seen[artist.style] / sizes[artist.style], number))
        seen[artist.style] += 1
    return [people[number] for number in sorted(number for _, number in sorted(ranks)[:count])]


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a total out by weights in whole numbers, the largest remainders rounded up."""
    exact = np.array(weights, dtype=float) * total / sum(weights)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return [int(n) for n in whole]


def _count_works(people: list[Artist], total: int) -> list[int]:
    """Return the works of each artist: by style, and within a style fewer from artist to artist."""
    counts: list[int] = []
    shares = share_out(total, [style["share"] for style in STYLES.values()])
    for style, works in zip(STYLES, shares, strict=True):
        size = sum(artist.style == style for artist in people)
        counts += share_out(works, [(rank + 1.5) ** -0.8 for rank in range(size)])
    return counts


def _plan_works(artist: Artist, key: list[int], ids: list[int], seed: int, size: int) -> list[Work]:
    """Plan works of one artist."""
    hand = make_hand(artist.style, key)
    likes = _tastes(artist, np.random.default_rng([*key, 3]))
    pages: Counter[str] = Counter()
    works: list[Work] = []
    for number in ids:
        rng = np.random.default_rng([seed, 4, number])
        work = _plan_work(number, artist, hand, likes, rng, size)
        pages[work.page] += 1
        if pages[work.page] > 1:
            work = replace(work, page=f"{work.page[:7]}{pages[work.page]}")
        works.append(work)
    return works


def _tastes(artist: Artist, rng: np.random.Generator) -> dict[str, float]:
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
    hand: Hand,
    likes: dict[str, float],
    rng: np.random.Generator,
    size: int,
) -> Work:
    style, weights = STYLES[artist.style], np.array(list(likes.values()))
    scene = str(rng.choice(list(likes), p=weights / weights.sum()))
    kind, mood = SCENES[scene].get("kind", "").split(), "day"
    if "outdoors" in kind:
        weather = np.array(style.get("weather", (9, 0.7, 0.1, 0.1, 0.1)))
        mood = str(rng.choice(list(MOODS), p=weather / weather.sum()))
    title = entitle(scene, mood, rng)
    technique = pick(SCENES[scene].get("techniques", style["techniques"]), rng)
    usual = next((FORMATS[word] for word in kind if word in FORMATS), 1.0)
    ratio = usual * hand.manner["ratio"] * float(np.exp(rng.normal(0, 0.06)))
    start = artist.born + (0 if artist.dates == "active" else 20)
    last = next(one.years[1] for one in styles() if one.name == artist.style)
    year = int(rng.integers(start, max(start + 1, min(artist.died, last))))
    word = "".join(c for c in title.split()[-1] if c.isascii() and c.isalnum())
    return Work(
        id=number,
        artist=artist,
        hand=hand,
        scene=scene,
        mood=mood,
        title=title,
        data=describe(scene, year, technique, ratio, rng),
        width=min(size, round(size * ratio)),
        height=min(size, round(size / ratio)),
        page=(word or "work")[:8],
    )
