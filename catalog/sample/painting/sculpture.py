"""Photographs of sculpture and of buildings, which a catalog of art also holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from catalog.sample.painting import buildings, faces, nature, portraits, towns
from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import Pose, figure
from catalog.sample.painting.manner import Manner
from catalog.sample.painting.palette import Palette
from catalog.sample.painting.shapes import box

MATERIALS: dict[str, Colour] = {
    "marble": (222.0, 218.0, 208.0),
    "bronze": (92.0, 78.0, 58.0),
    "limestone": (198.0, 182.0, 150.0),
    "terracotta": (186.0, 118.0, 84.0),
}


def statue(easel: Easel) -> None:
    """A standing figure or a bust of one material, photographed before a grey ground."""
    stone = vary(easel.rng, MATERIALS.get(easel.motif, MATERIALS["marble"]), 0.02)
    _studio(easel)
    easel.hand = replace(easel.hand, manner=_carved(easel.manner, stone))
    x = easel.ratio / 2
    if easel.chance(0.45):
        r = min(0.16, 0.2 * easel.ratio)
        turn = easel.between(-0.8, 0.8)
        portraits.sitter(easel, faces.Head(x, 0.3, r, turn, "bare", stone, dim(stone, 0.85)))
        plinth = box(x - 1.6 * r, 0.84, x + 1.6 * r, 1.1)
        easel.canvas.fill(plinth, dim(stone, 0.55), depth=170, ink=0)
        return
    plinth = box(x - 0.17, 0.9, x + 0.17, 1.1)
    easel.canvas.fill(plinth, dim(stone, 0.7), depth=140, ink=0)
    gestures = (easel.pick(("down", "hold", "raise")), easel.pick(("hold", "point", "raise")))
    garment, woman = easel.pick(("toga", "robe")), easel.chance(0.4)
    figure(easel, Pose(x, 0.92, 0.8, garment, gestures, woman, depth=190), stone)


def _studio(easel: Easel) -> None:
    """A photographer's backdrop, lighter towards the floor."""
    tone = easel.between(30, 150)
    height, width = easel.canvas.height, easel.canvas.width
    down = np.linspace(0.7, 1.3, height)[:, None, None]
    paint = np.full((height, width, 3), tone) * down * np.array((1.0, 0.99, 0.97))
    easel.canvas.wash(paint.astype(np.float32))


def _carved(manner: Manner, stone: Colour) -> Manner:
    """The same manner in one material: all pigments are the stone, light or dark."""
    tones = (stone, dim(stone, 0.93), dim(stone, 1.06))
    palette = Palette(
        sky=manner.palette.sky,
        land=manner.palette.land,
        leaf=manner.palette.leaf,
        dress=tones,
        skin=stone,
        hair=(dim(stone, 0.9), dim(stone, 0.84)),
        stone=stone,
        dark=dim(stone, 0.5),
        light=dim(stone, 1.08),
        blood=dim(stone, 0.85),
    )
    return photographed(replace(manner, palette=palette, modelling=1.5))


def photographed(manner: Manner) -> Manner:
    """A camera in place of a brush."""
    return replace(
        manner,
        outline=0.0,
        brush=4.0,
        cover=0.0,
        impasto=0.0,
        crackle=0.0,
        flatness=0.0,
        chiaroscuro=0.0,
        softness=0.0,
        saturation=0.7,
    )


def facade(easel: Easel) -> None:
    """The front of a church or a palace under the sky."""
    easel.hand = replace(easel.hand, manner=photographed(easel.manner))
    nature.sky(easel, 1.0, clouds=easel.between(0.1, 0.6))
    ratio = easel.ratio
    stone = vary(easel.rng, mix(easel.palette.stone, easel.dress(), 0.15), 0.03)
    left, right, top = 0.1 * ratio, 0.9 * ratio, easel.between(0.28, 0.4)
    towns.palace(easel, (left, top, right, 0.95), stone)
    columns = easel.pick((4, 5, 6))
    for k in range(columns):
        x = left + (right - left) * k / (columns - 1)
        buildings.column(easel, x, top + 0.02, 0.95, 0.05, dim(stone, 1.05))
    if easel.motif == "church" or easel.chance(0.5):
        gable = np.array([(left - 0.02, top), (ratio / 2, top - 0.2), (right + 0.02, top)])
        easel.canvas.fill(gable, dim(stone, 1.04), depth=160, ink=0.2)
        buildings.rosette(easel, ratio / 2, top - 0.07, 0.05, [dim(stone, 0.6), dim(stone, 0.8)])
    else:
        towns.dome(easel, ratio / 2, top, 0.26)
    door = buildings.arch(ratio / 2, 0.66, 0.95, 0.14 * ratio, pointed=easel.chance(0.3))
    easel.canvas.fill(door, easel.palette.dark, depth=60, ink=0.2)
    easel.canvas.fill(box(-0.1, 0.95, ratio + 0.1, 1.1), dim(stone, 0.6), depth=80, ink=0)
