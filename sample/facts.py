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
