"""Write the facts of a work as a museum's old site does: title, date, technique, size, place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from sample.tables import SCENES, WORDS

T = TypeVar("T")


def pick(items: Sequence[T], rng: np.random.Generator) -> T:
    """Return one of the items."""
    return items[int(rng.integers(len(items)))]


def entitle(scene: str, mood: str, rng: np.random.Generator) -> str:
    """Make up a title for a scene; no word is used twice in it."""
    used: set[str] = set()

    def fill(slot: re.Match[str]) -> str:
        word = pick([word for word in WORDS["slots"][slot[1]] if word not in used], rng)
        used.add(word)
        return word

    title = re.sub(r"\{(\w+)\}", fill, pick(SCENES[scene]["titles"], rng))
    return title + pick(WORDS["endings"][mood], rng) if "outdoors" in _kind(scene) else title


def describe(
    scene: str, year: int, technique: str, ratio: float, rng: np.random.Generator
) -> str:
    """Write `picture data`: `c. 1596, oil on canvas, 53 x 44 cm, museum, town`; parts may be missing.

    Args:
        scene: what the work shows.
        year: when it was made.
        technique: of the work.
        ratio: width by height.
        rng: source of chance.
    """
    places = WORDS["museums"] + (WORDS["churches"] if "sacred" in _kind(scene) else [])
    parts = {
        "date": write_date(year, rng),
        "technique": technique,
        "size": write_size(scene, ratio, rng),
        "location": pick(places, rng),
    }
    missing = WORDS["missing"]
    return ", ".join(text for part, text in parts.items() if text and rng.random() >= missing[part])


def write_date(year: int, rng: np.random.Generator) -> str:
    """Write a year in one of the ways of catalogs, some of them vague."""
    ten, century = year // 10 * 10, (year - 1) // 100 + 1
    return pick(WORDS["dates"], rng).format(
        y=year,
        five=year // 5 * 5,
        ten=ten,
        next_ten=ten + 10,
        two=(year + 2) % 100,
        four=year + 4,
        half="first" if (year - 1) % 100 < 50 else "second",  # noqa: PLR2004 - of a century
        century=century,
    )


def write_size(scene: str, ratio: float, rng: np.random.Generator) -> str:
    """Write height by width; height alone of a statue, millimetres of a page, none of a building."""
    height = int(np.exp(rng.uniform(np.log(28), np.log(190))))
    sizes = {
        "facade": "",
        "statue": f"height {height} cm",
        "illumination": f"{height * 2} x {round(height * 2 * ratio)} mm",
    }
    return sizes.get(scene, f"{height} x {max(8, round(height * ratio))} cm")


def _kind(scene: str) -> str:
    return str(SCENES[scene].get("kind", ""))
