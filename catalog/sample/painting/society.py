"""People together: in light and dark, at a feast in a park, at work, on a frieze."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import buildings, nature
from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.fields import noise
from catalog.sample.painting.figures import GESTURES, Pose, figure
from catalog.sample.painting.portraits import plain
from catalog.sample.painting.shapes import box, oval, smooth, taper
from catalog.sample.painting.trees import tree


def _company(easel: Easel, count: int, foot: tuple[float, float], height: float) -> None:
    """A company of figures, the far ones first, closing towards the middle."""
    middle = easel.ratio * easel.between(0.42, 0.58)
    for k in range(count):
        t = (k + 0.5) / count
        ground = foot[0] + (foot[1] - foot[0]) * t
        x = middle + (easel.between(-0.44, 0.44)) * easel.ratio
        size = height * (0.75 + 0.3 * t) * easel.between(0.92, 1.05)
        lean = 0.22 * (middle - x) / easel.ratio + easel.rng.normal(0, 0.05)
        garment = easel.pick(easel.manner.garments)
        woman = garment == "gown" or easel.chance(0.3)
        gestures = (easel.pick(tuple(GESTURES)), easel.pick(tuple(GESTURES)))
        pose = Pose(x, ground, size, garment, gestures, woman, lean=lean, depth=120 + int(50 * t))
        figure(easel, pose)


def crowd(easel: Easel) -> None:
    """A history or a martyrdom: many figures, close, in motion."""
    kind = easel.pick(easel.manner.backdrops)
    if kind in ("storm", "landscape", "plain", "garden"):
        nature.sky(easel, 0.7, clouds=0.8)
        nature.hills(easel, 0.6)
    else:
        plain(easel, "dark")
        if kind == "curtain":
            buildings.curtain(easel, easel.dress(), right=easel.chance(0.5))
    if easel.chance(0.4):
        for x in (0.1, 0.9):
            buildings.column(easel, x * easel.ratio, -0.05, 0.8, 0.09, easel.palette.stone)
    count = max(4, round(5.5 * easel.ratio)) + easel.pick((0, 1, 2))
    _company(easel, count, (0.88, 1.12), 0.66 * easel.hand.scale)


def fete(easel: Easel) -> None:
    """A company in silk under great trees."""
    nature.sky(easel, 0.6, clouds=0.5)
    nature.hills(easel, 0.56, layers=2, jagged=0.1)
    nature.ground(easel, 0.64, rough=0.8)
    left = easel.chance(0.5)
    for x, size in ((0.12, 1.0), (0.3, 0.7), (0.92, 0.8)):
        at = x if left else 1 - x
        tree(
            easel,
            at * easel.ratio,
            0.82,
            size * easel.between(0.85, 1.05),
            easel.pick(easel.manner.trees),
        )
    if easel.chance(0.5):
        at = easel.ratio * (0.82 if left else 0.18)
        easel.canvas.fill(box(at - 0.05, 0.62, at + 0.05, 0.82), easel.palette.stone, ink=0.2)
        figure(easel, Pose(at, 0.63, 0.2, "toga"), dim(easel.palette.stone, 1.05))
    count = max(3, round(4 * easel.ratio)) + easel.pick((0, 1, 2))
    _company(easel, count, (0.78, 0.95), 0.36 * easel.hand.scale)


def labour(easel: Easel) -> None:
    """Workers in a wide field under an even sky."""
    horizon = easel.manner.horizon
    nature.sky(easel, horizon, clouds=0.6)
    nature.hills(easel, horizon, layers=2, jagged=0.05)
    nature.ground(easel, horizon + 0.06, rough=1.5)
    straw = [easel.outdoors(mix(easel.palette.stone, (200.0, 165.0, 90.0), 0.6))]
    area = (0.0, horizon + 0.1, easel.ratio, 1.0)
    easel.scatter(area, straw, count=220, length=0.03, width=0.004, angle=1.2, spread=0.4)
    for _ in range(easel.pick((0, 1, 2, 4))):
        _haystack(
            easel, easel.between(0.05, 0.95) * easel.ratio, horizon + easel.between(0.06, 0.15)
        )
    for k in range(easel.pick((1, 2, 3, 3))):
        x = easel.ratio * (0.2 + 0.28 * k + easel.between(-0.06, 0.06))
        bent = easel.between(0.1, 0.3) * easel.pick((-1.0, 1.0)) if easel.chance(0.6) else 0.0
        pose = Pose(
            x,
            easel.between(0.86, 0.97),
            0.5 * easel.hand.scale,
            "smock",
            ("hold", "hold"),
            woman=easel.chance(0.5),
            lean=bent,
            depth=170,
        )
        head = figure(easel, pose)
        _tool(easel, head[0] + 0.1, pose.foot)


def _haystack(easel: Easel, x: float, foot: float) -> None:
    size = easel.between(0.06, 0.14)
    straw = easel.outdoors(mix(easel.palette.stone, (205.0, 165.0, 85.0), 0.7))
    stack = [(x - size, foot), (x - 0.8 * size, foot - 0.8 * size), (x, foot - 1.5 * size)]
    stack += [(x + 0.8 * size, foot - 0.8 * size), (x + size, foot)]
    easel.canvas.fill(smooth(stack), straw, depth=130, ink=0.3 * easel.manner.outline)
    side = easel.hand.light
    shade = oval(x + 0.45 * side * size, foot - 0.45 * size, 0.42 * size, 0.5 * size)
    easel.canvas.fill(shade, dim(straw, 0.72), depth=125, ink=0)


def _tool(easel: Easel, x: float, foot: float) -> None:
    """A hoe or a scythe."""
    wood = mix(easel.palette.dark, (120.0, 88.0, 50.0), 0.5)
    handle = np.array([(x - 0.02, foot - 0.26), (x + 0.12, foot)])
    easel.canvas.streak(handle, wood, 0.009)


def frieze(easel: Easel) -> None:
    """Heroes in one plane, like a relief, before columns or a plain wall."""
    stone = easel.palette.stone
    wall = mix(stone, easel.palette.dark, easel.between(0.25, 0.7))
    field = noise(easel.rng, easel.canvas.width, easel.canvas.height, cells=2.0)
    easel.canvas.wash(np.array(wall, dtype=np.float32) * (1 + 0.06 * field[..., None]))
    count = max(2, round(2.6 * easel.ratio))
    for k in range(count + 1):
        x = easel.ratio * k / count
        if easel.chance(0.8):
            buildings.column(easel, x, 0.04, 0.8, 0.075, dim(stone, 0.85))
    easel.canvas.fill(box(-0.1, -0.1, easel.ratio + 0.1, 0.06), dim(stone, 0.9), ink=0.4)
    eye = (easel.ratio / 2, 0.4)
    buildings.floor(easel, 0.78, eye, (dim(stone, 0.9), dim(stone, 0.75)))
    people = max(3, round(4 * easel.ratio))
    for k in range(people):
        x = easel.ratio * (k + 0.5 + easel.between(-0.2, 0.2)) / people
        woman = easel.chance(0.35)
        garment = "robe" if woman else easel.pick(easel.manner.garments)
        gestures = (easel.pick(("down", "hold")), easel.pick(("point", "raise", "hold")))
        lean = easel.pick((-0.1, 0.0, 0.0, 0.1))
        height = 0.62 * easel.hand.scale
        figure(easel, Pose(x, 0.92, height, garment, gestures, woman, lean=lean, depth=170))


def nativity(easel: Easel) -> None:
    """Night, a stable, a group about a light on the ground."""
    plain(easel, "dark")
    beam = easel.palette.stone
    for x in (0.08, 0.9):
        post = np.array([(x * easel.ratio, 0), (x * easel.ratio + 0.03, 0.9)])
        easel.canvas.fill(taper(post, 0.04, 0.04), dim(beam, 0.5), depth=90, ink=0)
    ground = box(-0.1, 0.84, easel.ratio + 0.1, 1.1)
    easel.canvas.fill(ground, mix(easel.palette.land[2], easel.palette.dark, 0.5), ink=0)
    _company(easel, max(4, round(4.5 * easel.ratio)), (0.86, 0.98), 0.52 * easel.hand.scale)
    x = easel.ratio / 2
    easel.canvas.fill(oval(x, 0.9, 0.12, 0.04), easel.palette.light, depth=190, ink=0)
    easel.canvas.fill(oval(x, 0.88, 0.055, 0.025), easel.skin(), depth=200, ink=0)
