"""The plan of the sample: who made which work, what it shows, when, how large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog.sample.artists import Artist, cast, unlisted
from catalog.sample.painting.hand import Hand, hand_of
from catalog.sample.painting.manner import NEIGHBOURS
from catalog.sample.painting.scenes import REPERTOIRE
from catalog.sample.provenance import picture_data, technique
from catalog.sample.titles import entitle
from catalog.vocabulary import styles

SHARES: dict[str, float] = {
    "Medieval": 6,
    "Early Renaissance": 8.5,
    "Northern Renaissance": 7.5,
    "High Renaissance": 6,
    "Mannerism": 7,
    "Baroque": 15,
    "Rococo": 7,
    "Neoclassicism": 4,
    "Romanticism": 9,
    "Realism": 11,
    "Impressionism": 14.5,
    "Art Nouveau": 4.5,
}
"""Percent of the works: as unbalanced as a museum, but none too small to learn from."""

UNLISTED_WORKS = 10
"""Works by artists who are not on the list of artists."""

ORPHANS = 4
"""Pictures without a row."""

STRAY = 0.08
"""How often an artist paints what the neighbouring style likes."""

WIDE = ("landscape", "sublime", "sea", "labour", "fete", "canal", "frieze", "temple", "nativity")
TALL = ("portrait", "icon", "muse", "panel", "statue")


@dataclass(frozen=True)
class Work:
    """One work as planned, before any dirt."""

    id: int
    artist: Artist
    hand: Hand
    scene: str
    mood: str
    motif: str
    title: str
    data: str
    width: int
    height: int
    page: str
    """File name of the work's page, without its ending; unique for the artist."""


@dataclass(frozen=True)
class Plan:
    """What the sample will hold, before any dirt."""

    artists: list[Artist]
    """The list of artists."""
    works: list[Work]
    """Those with a row, in order of their IDs."""
    orphans: list[Work]
    """Those with a picture only."""


def make_plan(images: int, artists: int, seed: int, size: int) -> Plan:
    """Plan a sample; the arguments are those of `make_sample`."""
    people = cast(artists)
    makers = [(artist, [seed, 1, number]) for number, artist in enumerate(people)]
    strangers = [(artist, [seed, 2, number]) for number, artist in enumerate(unlisted())]
    counts = _counts(people, images - UNLISTED_WORKS)
    orphan_makers = np.argsort(counts, kind="stable")[::-1][:ORPHANS]
    counts += share_out(UNLISTED_WORKS, [1.3, 1, 1])
    order = sorted(range(len(counts)), key=lambda n: (makers + strangers)[n][0].name)
    works: list[Work] = []
    for number in order:
        artist, key = (makers + strangers)[number]
        ids = [_work_id(len(works) + k) for k in range(counts[number])]
        works += _oeuvre(artist, key, ids, seed, size)
    orphans: list[Work] = []
    for k, number in enumerate(orphan_makers):
        artist, key = makers[number]
        orphans += _oeuvre(artist, key, [_free_id(k)], seed, size)
    return Plan(people, works, orphans)


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a total out by weights in whole numbers, the largest remainders rounded up."""
    exact = np.array(weights, dtype=float) * total / sum(weights)
    whole = np.floor(exact).astype(int)
    rest = np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return [int(n) for n in whole]


def _counts(people: list[Artist], total: int) -> list[int]:
    """Works of each artist: by style, and within a style fewer from artist to artist."""
    by_style = dict(zip(SHARES, share_out(total, list(SHARES.values())), strict=True))
    counts: list[int] = []
    for style, works in by_style.items():
        size = sum(artist.style == style for artist in people)
        counts += share_out(works, [(rank + 1.5) ** -0.8 for rank in range(size)])
    return counts


def _work_id(number: int) -> int:
    """IDs count up with a gap after every eighth."""
    return number + number // 8


def _free_id(number: int) -> int:
    """The gaps, in turn."""
    return 9 * number + 8


def _oeuvre(artist: Artist, key: list[int], ids: list[int], seed: int, size: int) -> list[Work]:
    """Plan the works of one artist."""
    hand = hand_of(artist.style, key)
    taste = np.random.default_rng([*key, 3])
    likes = _tastes(artist, taste)
    pages: Counter[str] = Counter()
    works: list[Work] = []
    for number in ids:
        work = _work(number, artist, hand, likes, np.random.default_rng([seed, 4, number]), size)
        pages[work.page] += 1
        if pages[work.page] > 1:
            work = replace(work, page=f"{work.page[:7]}{pages[work.page]}")
        works.append(work)
    return works


def _tastes(artist: Artist, rng: np.random.Generator) -> dict[str, float]:
    """How much an artist likes each scene of the style: some much, some not at all."""
    only = {"sculptor": "statue", "architect": "facade"}.get(artist.school)
    if only:
        return {only: 1.0}
    repertoire = REPERTOIRE[artist.style]
    likes = {scene: weight * rng.gamma(0.8) for scene, weight in repertoire.items()}
    other = REPERTOIRE[str(rng.choice(NEIGHBOURS[artist.style]))]
    strays = STRAY * sum(likes.values()) / sum(other.values())
    return {s: likes.get(s, 0) + strays * other.get(s, 0) for s in {**likes, **other}}


def _work(
    number: int,
    artist: Artist,
    hand: Hand,
    likes: dict[str, float],
    rng: np.random.Generator,
    size: int,
) -> Work:
    """Plan one work."""
    weights = np.array(list(likes.values()))
    scene = str(rng.choice(list(likes), p=weights / weights.sum()))
    title = entitle(scene, artist.style, rng)
    material = technique(scene, artist.style, rng)
    ratio = _ratio(scene, hand, rng)
    width, height = (size, round(size / ratio)) if ratio > 1 else (round(size * ratio), size)
    word = "".join(c for c in title.text.split()[-1] if c.isascii() and c.isalnum())
    return Work(
        id=number,
        artist=artist,
        hand=hand,
        scene=scene,
        mood=title.mood,
        motif=material if scene == "statue" else title.motif,
        title=title.text,
        data=picture_data(_year(artist, rng), material, scene, ratio, rng),
        width=width,
        height=height,
        page=(word or "work")[:8],
    )


def _ratio(scene: str, hand: Hand, rng: np.random.Generator) -> float:
    """Width by height: of the artist's usual formats the one that suits the scene."""
    formats = hand.manner.formats
    ratio = formats[int(rng.integers(len(formats)))] * float(np.exp(rng.normal(0, 0.06)))
    turned = (scene in WIDE and ratio < 1) or (scene in TALL and ratio > 1)
    return float(np.clip(1 / ratio if turned else ratio, 0.42, 1.75))


def _year(artist: Artist, rng: np.random.Generator) -> int:
    """A year of the artist's working life, while the style lasted."""
    start = artist.born + (0 if artist.dates == "active" else 20)
    last = next(style.years[1] for style in styles() if style.name == artist.style)
    return int(rng.integers(start, max(start + 1, min(artist.died, last))))
