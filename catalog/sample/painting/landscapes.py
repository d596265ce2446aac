"""Open country: fields and trees, the sublime, the sea, the river garden."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import buildings, nature
from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import Pose, figure
from catalog.sample.painting.shapes import box, oval, ridge, smooth, taper, under
from catalog.sample.painting.trees import tree

FROM_ABOVE = 0.4
"""A higher horizon than this is a view from a hill: there are mountains in it."""


def landscape(easel: Easel) -> None:
    """Country with trees, maybe a river or a village, small people."""
    horizon = horizon_of(easel)
    nature.sky(easel, horizon, clouds=easel.between(0.3, 0.8))
    if easel.manner.horizon < FROM_ABOVE or easel.chance(0.25):
        blue = mix(
            easel.outdoors(easel.palette.sky[0]), easel.outdoors(easel.palette.land[0]), 0.35
        )
        nature.crags(easel, horizon + 0.02, 0.1, blue, snow=easel.mood == "winter")
    nature.hills(easel, horizon, jagged=easel.between(0.15, 0.4))
    if easel.chance(0.4):
        top = horizon + 0.18
        nature.water(easel, top, top + easel.between(0.1, 0.25))
        near = ridge(easel.rng, easel.ratio, top + 0.22, 0.03)
        easel.canvas.fill(under(near), easel.outdoors(easel.palette.land[2]), depth=110, ink=0)
    nature.ground(easel, horizon + 0.12)
    if easel.chance(0.45):
        _village(easel, horizon + 0.1)
    _road(easel, horizon)
    _trees(easel, horizon)
    walkers(easel, horizon, easel.pick((0, 1, 2, 3)))


def horizon_of(easel: Easel) -> float:
    """Where the artist puts the horizon this time."""
    return float(np.clip(easel.manner.horizon + easel.rng.normal(0, 0.05), 0.2, 0.75))


def _trees(easel: Easel, horizon: float) -> None:
    kind = easel.pick(easel.manner.trees)
    if easel.mood == "winter":
        kind = "bare"
    count = easel.pick((2, 3, 5))
    places = np.sort(easel.rng.uniform(horizon + 0.04, 0.95, count))
    for foot in places:
        near = (foot - horizon) / (1 - horizon)
        x = easel.ratio * easel.pick((easel.between(0, 0.35), easel.between(0.65, 1.0)))
        tree(easel, x, float(foot), 0.1 + 0.75 * near * easel.between(0.7, 1.1), kind)


def _village(easel: Easel, foot: float) -> None:
    x = easel.ratio * easel.between(0.25, 0.75)
    wall = easel.outdoors(easel.palette.stone)
    if easel.chance(0.6):
        buildings.tower(easel, x, foot, 0.16, wall)
    for _ in range(4):
        at = x + easel.between(-0.16, 0.16)
        size = easel.between(0.035, 0.06)
        buildings.house(easel, at, foot + easel.between(0, 0.02), size, 0.6 * size, wall)


def _road(easel: Easel, horizon: float) -> None:
    """A path that winds to the horizon."""
    if easel.chance(0.5):
        return
    bend = easel.between(-0.4, 0.4)
    end = easel.ratio * easel.between(0.35, 0.65)
    track = [(end, horizon + 0.06), (end + 0.3 * bend, horizon + 0.14), (end - 0.5 * bend, 0.8)]
    track.append((end + bend, 1.08))
    earth = easel.outdoors(mix(easel.palette.stone, easel.palette.land[1], 0.35))
    path = taper(smooth(track, closed=False), 0.006, 0.24)
    easel.canvas.fill(path, earth, depth=90, ink=0)


def walkers(easel: Easel, horizon: float, count: int) -> None:
    """Small people in the foreground."""
    for _ in range(count):
        foot = easel.between(min(0.85, horizon + 0.2), 0.95)
        height = 0.06 + 0.2 * (foot - horizon) * easel.hand.scale
        garment = easel.pick(easel.manner.garments)
        woman = garment == "gown"
        pose = Pose(easel.between(0.15, 0.85) * easel.ratio, foot, height, garment, woman=woman)
        figure(easel, pose)


def sublime(easel: Easel) -> None:
    """Mountains in mist, a ruin or a lone wanderer, a great sky."""
    horizon = easel.between(0.5, 0.7)
    nature.sky(easel, horizon, clouds=0.85)
    air = easel.outdoors(easel.palette.sky[1])
    for k in range(3):
        base = mix(easel.outdoors(easel.palette.land[0]), air, 0.55 - 0.25 * k)
        level = horizon - 0.12 + 0.13 * k
        nature.crags(easel, level, 0.2 - 0.04 * k, dim(base, 1.0 - 0.15 * k), snow=k == 0)
        if easel.chance(0.7):
            _mist(easel, level + 0.14)
    dark = mix(easel.palette.land[2], easel.palette.dark, 0.5)
    near = ridge(easel.rng, easel.ratio, 0.88, 0.07, jagged=0.6)
    easel.canvas.fill(under(near), dark, depth=150, ink=0)
    nature.ground(easel, 0.86, rough=0.5)
    if easel.motif == "ruin" or easel.chance(0.25):
        stone = mix(easel.outdoors(easel.palette.stone), easel.palette.dark, 0.35)
        buildings.ruin(easel, easel.ratio * easel.between(0.3, 0.7), 0.9, 0.5, stone)
    for _ in range(easel.pick((1, 2, 3))):
        x = easel.ratio * easel.pick((easel.between(0.02, 0.25), easel.between(0.75, 0.98)))
        tree(easel, x, 0.95, easel.between(0.3, 0.6), "bare")
    if easel.chance(0.6):
        x = easel.ratio * easel.between(0.35, 0.65)
        figure(easel, Pose(x, 0.9, 0.2 * easel.hand.scale, "coat"), easel.palette.dark)


def _mist(easel: Easel, level: float) -> None:
    """A bank of mist: level touches of the sky's colour."""
    air = easel.outdoors(easel.palette.sky[1])
    easel.scatter(
        (0, level - 0.03, easel.ratio, level + 0.03),
        [air, mix(air, easel.palette.light, 0.4)],
        count=70,
        length=0.14,
        width=0.02,
        spread=0.06,
        amount=0.02,
    )


def garden(easel: Easel) -> None:
    """Water or a field full of blossoms, with no sky or a narrow one."""
    horizon = easel.between(0.08, 0.35)
    nature.sky(easel, horizon, clouds=0.5)
    nature.hills(easel, horizon, layers=2)
    for k in range(4):
        x = easel.ratio * (k + easel.between(0, 1)) / 4
        tree(easel, x, horizon + 0.14, easel.between(0.2, 0.5), easel.pick(easel.manner.trees))
    pond = easel.motif in ("water lilies", "pond") or easel.chance(0.35)
    colours = [easel.dress(), easel.dress(), easel.palette.light]
    if pond:
        nature.water(easel, horizon + 0.12, 1.05, chop=0.15)
        _pads(easel, horizon + 0.2, colours)
    else:
        nature.ground(easel, horizon + 0.1, rough=1.6)
        nature.flowers(easel, (0, horizon + 0.2, easel.ratio, 1), colours, 260)
    if easel.chance(0.4):
        foot, x = easel.between(0.7, 0.95), easel.between(0.2, 0.8) * easel.ratio
        height = 0.42 * easel.hand.scale
        figure(easel, Pose(x, foot, height, "gown", ("hold", "raise"), woman=True))
        parasol(easel, x + 0.22 * height, foot - 1.08 * height, 0.24 * height)


def parasol(easel: Easel, x: float, y: float, size: float) -> None:
    """An open parasol."""
    dome = oval(x, y, size, 0.6 * size, angle=0.25)[14:]
    easel.canvas.fill(np.vstack((dome, dome[:1])), easel.dress(), depth=190, ink=0)
    stick = np.array([(x, y - 0.1 * size), (x - 0.15 * size, y + 1.6 * size)])
    easel.canvas.streak(stick, easel.palette.dark, 0.006)


def _pads(easel: Easel, top: float, colours: list[tuple[float, float, float]]) -> None:
    """Lily pads in drifts, some in bloom."""
    for _ in range(10):
        y = easel.between(top, 0.97)
        near = (y - top) / (1 - top)
        cx = easel.between(0.05, 0.95) * easel.ratio
        for _ in range(6):
            x = cx + easel.rng.normal(0, 0.07)
            at = y + easel.rng.normal(0, 0.012)
            size = 0.018 + 0.03 * near
            pad = oval(x, at, size, 0.38 * size, n=14)
            easel.canvas.fill(
                pad, easel.outdoors(easel.pick(easel.palette.leaf[1:])), depth=80, ink=0
            )
            if easel.chance(0.3):
                bloom = oval(x, at - 0.25 * size, 0.4 * size, 0.35 * size, n=8)
                easel.canvas.fill(bloom, easel.pick(colours), depth=110, ink=0)


def temple_view(easel: Easel) -> None:
    """An ideal landscape with a temple."""
    horizon = horizon_of(easel)
    nature.sky(easel, horizon, clouds=0.35)
    nature.hills(easel, horizon, jagged=0.2)
    nature.ground(easel, horizon + 0.15, rough=0.7)
    stone = easel.outdoors(easel.palette.stone)
    x = easel.ratio * easel.between(0.3, 0.7)
    buildings.temple(easel, x, horizon + 0.2, easel.between(0.3, 0.5), stone)
    for side in (0.06, 0.94):
        tree(
            easel,
            easel.ratio * side,
            0.95,
            easel.between(0.6, 0.85),
            easel.pick(easel.manner.trees),
        )
    walkers(easel, horizon + 0.15, 3)
    easel.canvas.fill(box(-0.1, 0.985, easel.ratio + 0.1, 1.1), easel.palette.dark, ink=0)
