"""Indoors: rooms with a window, and still lifes on a table."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import buildings, nature
from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import Pose, figure
from catalog.sample.painting.portraits import plain
from catalog.sample.painting.shapes import box, oval, smooth

FRUIT: dict[str, Colour] = {
    "lemons": (236.0, 200.0, 60.0),
    "apples": (178.0, 52.0, 40.0),
    "peaches": (232.0, 156.0, 100.0),
    "plums": (84.0, 56.0, 96.0),
    "oranges": (228.0, 130.0, 40.0),
    "pears": (176.0, 172.0, 80.0),
}


def interior(easel: Easel) -> None:
    """A room: light from a window at the side, one or two people at what they do."""
    ratio, line = easel.ratio, easel.manner.outline
    wall = mix(easel.palette.stone, easel.palette.dark, easel.between(0.2, 0.6))
    eye = (ratio * easel.between(0.35, 0.65), 0.42)
    easel.canvas.fill(box(-0.1, -0.1, ratio + 0.1, 1.1), wall, depth=60, ink=0)
    buildings.floor(easel, 0.7, eye, (dim(easel.palette.stone, 0.9), dim(easel.palette.dark, 1.6)))
    left = easel.hand.light > 0
    near, far = (0.0, 0.24 * ratio) if left else (ratio, 0.76 * ratio)
    side = np.array([(near, -0.1), (far, 0.1), (far, 0.7), (near, 1.05)])
    easel.canvas.fill(side, dim(wall, 0.7), depth=80, ink=line)
    _window(easel, near, far)
    beam = np.array(
        [(far, 0.3), (ratio * (0.75 if left else 0.25), 0.95), (ratio * 0.5, 0.98), (far, 0.55)]
    )
    easel.canvas.fill(beam, mix(wall, easel.palette.light, 0.25), depth=60, ink=0)
    if easel.chance(0.6):
        picture = box(ratio * 0.45, 0.12, ratio * 0.62, 0.34)
        easel.canvas.fill(picture, easel.palette.dark, depth=90, ink=line)
        easel.canvas.fill(
            0.9 * (picture - picture.mean(0)) + picture.mean(0), easel.palette.land[1], ink=0
        )
    for k in range(easel.pick((1, 1, 2, 3))):
        garment = easel.pick(easel.manner.garments)
        x = ratio * (0.42 + 0.18 * k)
        gestures = (easel.pick(("hold", "down")), easel.pick(("hold", "point")))
        pose = Pose(
            x, 0.92 + 0.03 * k, 0.56 * easel.hand.scale, garment, gestures, easel.chance(0.6)
        )
        figure(easel, pose)
    if easel.chance(0.7):
        _table(easel, ratio * (0.72 if left else 0.28), 0.7)


def _window(easel: Easel, near: float, far: float) -> None:
    """A window in the side wall, with panes."""
    light = easel.palette.light
    x = np.array([near + 0.25 * (far - near), near + 0.85 * (far - near)])
    top, low = np.array([0.1, 0.17]), np.array([0.56, 0.5])
    pane = np.column_stack((np.r_[x, x[::-1]], np.r_[top, low[::-1]]))
    easel.canvas.fill(
        pane, mix(light, easel.palette.sky[1], 0.4), depth=60, ink=easel.manner.outline
    )
    bar = mix(easel.palette.dark, easel.palette.stone, 0.3)
    middle = x.mean()
    easel.canvas.streak(np.array([(middle, 0.13), (middle, 0.53)]), bar, 0.01)
    for t in (0.33, 0.66):
        easel.canvas.streak(np.column_stack((x, top + t * (low - top))), bar, 0.008)


def _table(easel: Easel, x: float, y: float) -> None:
    """A small table with a jug."""
    cloth = easel.dress()
    top = np.array([(x - 0.2, y), (x + 0.2, y), (x + 0.24, y + 0.06), (x - 0.24, y + 0.06)])
    drop = np.array(
        [(x - 0.24, y + 0.06), (x + 0.24, y + 0.06), (x + 0.22, y + 0.24), (x - 0.22, y + 0.24)]
    )
    easel.canvas.fill(drop, dim(cloth, 0.75), depth=120, ink=easel.manner.outline)
    easel.canvas.fill(top, cloth, depth=140, ink=easel.manner.outline)
    jug(easel, x + 0.03, y + 0.03, 0.14, easel.palette.light)


def jug(easel: Easel, x: float, foot: float, height: float, colour: Colour) -> None:
    """A jug or a vase."""
    half = [(0.1, -1.0), (0.12, -0.8), (0.28, -0.5), (0.26, -0.2), (0.16, 0.0)]
    points = [(x - a * height, foot + b * height) for a, b in half]
    points += [(x + a * height, foot + b * height) for a, b in half[::-1]]
    easel.canvas.fill(smooth(points, steps=5), colour, depth=190, ink=easel.manner.outline)
    side = easel.hand.light
    shade = oval(x + 0.13 * side * height, foot - 0.36 * height, 0.1 * height, 0.3 * height)
    easel.canvas.fill(shade, dim(colour, 0.65), depth=180, ink=0)
    glint = oval(x - 0.13 * side * height, foot - 0.5 * height, 0.03 * height, 0.09 * height, n=10)
    easel.canvas.fill(glint, mix(colour, (255.0, 255.0, 250.0), 0.75), depth=200, ink=0)


def still_life(easel: Easel) -> None:
    """A table with fruit, a vessel, a cloth, maybe flowers."""
    plain(easel, "dark" if easel.manner.chiaroscuro > easel.between(0.1, 0.5) else "plain")
    ratio, line = easel.ratio, easel.manner.outline
    edge = easel.between(0.58, 0.7)
    wood = mix(easel.palette.dark, easel.pick((easel.palette.stone, (120.0, 80.0, 50.0))), 0.6)
    easel.canvas.fill(box(-0.1, edge, ratio + 0.1, 1.1), wood, depth=80, ink=line)
    if easel.chance(0.7):
        x = easel.between(0.1, 0.4) * ratio
        cloth = [
            (x, edge - 0.02),
            (x + 0.5, edge),
            (x + 0.45, edge + 0.2),
            (x + 0.2, 1.05),
            (x - 0.05, 0.95),
        ]
        white = mix(easel.palette.light, easel.dress(), 0.15)
        easel.canvas.fill(smooth(cloth), white, depth=110, ink=line)
        for k in range(5):
            fold = np.array([(x + 0.1 * k, edge + 0.02), (x + 0.08 * k, 0.98)])
            easel.canvas.fold(fold, 0.02, 140 if k % 2 else 80)
            easel.canvas.streak(fold, dim(white, 0.82), 0.012)
    middle = ratio * easel.between(0.35, 0.65)
    flowers = easel.motif == "flowers" or easel.chance(0.25)
    vessel = easel.dress()
    jug(easel, middle, edge + 0.1, easel.between(0.3, 0.45), vessel)
    if flowers:
        _bouquet(easel, middle, edge - 0.3)
    elif easel.chance(0.6):
        glass = mix(easel.palette.leaf[0], easel.palette.dark, 0.4)
        jug(easel, middle + easel.between(0.2, 0.3), edge + 0.07, easel.between(0.3, 0.5), glass)
    _fruit(easel, middle, edge)


def _fruit(easel: Easel, middle: float, edge: float) -> None:
    """Heaps of fruit, each with light and shade and a shadow on the table."""
    colour = FRUIT.get(easel.motif) or FRUIT[easel.pick(tuple(FRUIT))]
    other = FRUIT[easel.pick(tuple(FRUIT))]
    side = easel.hand.light
    count = easel.pick((5, 7, 9, 12))
    heap = easel.rng.normal(0, 0.2, count) * easel.ratio + middle
    feet = np.sort(easel.rng.uniform(edge + 0.08, min(0.96, edge + 0.26), count))
    for x, foot in zip(heap, feet, strict=True):
        r = easel.between(0.045, 0.07)
        paint = vary(easel.rng, colour if easel.chance(0.75) else other, 0.03)
        shadow = oval(x + 0.6 * r * side, foot, 1.3 * r, 0.3 * r, n=16)
        easel.canvas.fill(shadow, mix(easel.palette.dark, paint, 0.1), depth=90, ink=0)
        y = foot - 0.85 * r
        easel.canvas.fill(
            oval(x, y, r, 0.92 * r), dim(paint, 0.62), depth=200, ink=easel.manner.outline
        )
        easel.canvas.fill(
            oval(x - 0.14 * r * side, y - 0.08 * r, 0.82 * r, 0.78 * r), paint, depth=210, ink=0
        )
        glint = oval(x - 0.38 * r * side, y - 0.38 * r, 0.2 * r, 0.16 * r, n=10)
        easel.canvas.fill(glint, mix(paint, (255.0, 252.0, 240.0), 0.7), depth=225, ink=0)


def _bouquet(easel: Easel, x: float, y: float) -> None:
    """Flowers in a vase: leaves first, then blossoms."""
    spots = easel.rng.normal((x, y), 0.1, (90, 2))
    leaves = [easel.outdoors(c) for c in easel.palette.leaf]
    easel.touch(spots, leaves, 0.05, 0.016, angle=-1.2, spread=0.9)
    for _ in range(13):
        at = easel.rng.normal((x, y - 0.03), 0.09)
        size = easel.between(0.025, 0.05)
        buildings.rosette(easel, float(at[0]), float(at[1]), size, [easel.dress(), easel.dress()])
    nature.flowers(easel, (x - 0.15, y - 0.18, x + 0.15, y + 0.1), list(easel.palette.dress), 40)
