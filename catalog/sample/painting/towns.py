"""Towns: the street, the canal, the square."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import buildings, nature
from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import Pose, figure
from catalog.sample.painting.marine import ship
from catalog.sample.painting.shapes import Points, box


def street(easel: Easel) -> None:
    """A street between two rows of houses that run to a vanishing point."""
    eye = (easel.ratio * easel.between(0.35, 0.65), easel.between(0.5, 0.62))
    nature.sky(easel, eye[1], clouds=0.6)
    paving = easel.outdoors(mix(easel.palette.stone, easel.palette.land[1], 0.3))
    easel.canvas.fill(box(-0.1, eye[1], easel.ratio + 0.1, 1.1), paving, depth=70, ink=0)
    nature.ground(easel, eye[1] + 0.1, rough=0.25)
    if easel.chance(0.5):
        buildings.tower(
            easel, eye[0], eye[1] + 0.01, 0.3, dim(easel.outdoors(easel.palette.stone), 0.8)
        )
    for side in (-1.0, 1.0):
        _row(easel, eye, side)
    for _ in range(easel.pick((4, 7, 10))):
        near = easel.between(0.1, 1.0) ** 1.5
        foot = eye[1] + 0.02 + (0.94 - eye[1]) * near
        x = eye[0] + easel.between(-0.42, 0.42) * easel.ratio * (0.25 + near)
        pose = Pose(
            x, foot, 0.03 + 0.3 * near * easel.hand.scale, easel.pick(easel.manner.garments)
        )
        figure(easel, pose)


def _row(easel: Easel, eye: tuple[float, float], side: float) -> None:
    """Fronts from far to near on one side of the street."""
    edge = easel.ratio + 0.05 if side > 0 else -0.05
    cuts = np.array([0.0, 0.14, 0.3, 0.52, 0.8, 1.0]) * 0.96 + 0.04
    roof = easel.between(0.7, 1.2)
    for near, far in zip(cuts[1:], cuts[:-1], strict=True):
        xs = eye[0] + (edge - eye[0]) * np.array([far, near])
        height = roof * easel.between(0.85, 1.15)
        tops = eye[1] - height * np.array([far, near]) * 0.75
        feet = eye[1] + 0.42 * np.array([far, near])
        front = np.array([(xs[0], tops[0]), (xs[1], tops[1]), (xs[1], feet[1]), (xs[0], feet[0])])
        wall = vary(easel.rng, mix(easel.palette.stone, easel.dress(), 0.25), 0.03)
        shade = 0.72 if side * easel.hand.light > 0 else 1.0
        wall = dim(easel.outdoors(wall), shade)
        easel.canvas.fill(front, wall, depth=110, ink=0.7 * easel.manner.outline)
        _panes(easel, front, dim(wall, 0.45))


def _panes(easel: Easel, front: Points, dark: Colour) -> None:
    """Windows that follow the perspective of a front."""
    glow = (244.0, 196.0, 96.0)
    for u in (0.3, 0.7):
        for v in (0.15, 0.35, 0.55):
            corners = []
            for a, b in ((u - 0.1, v), (u + 0.1, v), (u + 0.1, v + 0.12), (u - 0.1, v + 0.12)):
                top = front[0] + a * (front[1] - front[0])
                low = front[3] + a * (front[2] - front[3])
                corners.append(top + b * (low - top))
            lit = easel.mood == "night" and easel.chance(0.5)
            easel.canvas.fill(np.array(corners), glow if lit else dark, depth=100, ink=0)


def canal(easel: Easel) -> None:
    """Palaces along the water, boats, a dome: a veduta."""
    horizon = easel.between(0.5, 0.6)
    nature.sky(easel, horizon, clouds=0.4)
    x = 0.0
    while x < easel.ratio:
        width = easel.between(0.1, 0.22)
        far = abs(x / easel.ratio - 0.55)
        height = 0.1 + 0.32 * far + easel.between(0, 0.08)
        wall = easel.outdoors(vary(easel.rng, mix(easel.palette.stone, easel.dress(), 0.3), 0.03))
        palace(easel, (x, horizon - height, x + width, horizon + 0.04), wall)
        x += width
    if easel.chance(0.6):
        dome(easel, easel.ratio * 0.55, horizon, 0.22)
    nature.water(easel, horizon + 0.03, 1.05, chop=0.2)
    for k in range(easel.pick((2, 3, 4))):
        foot = horizon + 0.1 + 0.1 * k
        ship(easel, easel.between(0.1, 0.9) * easel.ratio, foot, 0.12 + 0.05 * k, tilt=0.0)


def palace(easel: Easel, area: tuple[float, float, float, float], wall: Colour) -> None:
    """A front with arched windows and a cornice."""
    left, top, right, bottom = area
    line = 0.6 * easel.manner.outline
    easel.canvas.fill(box(left, top, right, bottom), wall, depth=110, ink=line)
    count = max(2, int((right - left) / 0.045))
    floors = max(1, int((bottom - top) / 0.11))
    for i in range(count):
        for j in range(floors):
            x = left + (right - left) * (i + 0.5) / count
            y = top + (bottom - top) * (j + 0.3) / floors
            opening = buildings.arch(x, y, y + 0.055, 0.022)
            easel.canvas.fill(opening, dim(wall, 0.4), depth=100, ink=0)
    easel.canvas.fill(box(left, top - 0.012, right, top + 0.008), dim(wall, 1.12), ink=line)


def dome(easel: Easel, x: float, foot: float, height: float) -> None:
    """A church with a dome and a lantern."""
    stone = easel.outdoors(easel.palette.stone)
    half, line = 0.4 * height, 0.6 * easel.manner.outline
    easel.canvas.fill(box(x - half, foot - 0.45 * height, x + half, foot + 0.03), stone, ink=line)
    shell = buildings.arch(x, foot - 0.9 * height, foot - 0.45 * height, 1.7 * half, pointed=True)
    easel.canvas.fill(
        shell, mix(stone, easel.outdoors(easel.palette.sky[0]), 0.5), depth=150, ink=line
    )
    easel.canvas.fill(
        box(x - 0.1 * half, foot - 1.02 * height, x + 0.1 * half, foot - 0.86 * height), stone
    )
    for k in range(3):
        opening = buildings.arch(x + (k - 1) * 0.55 * half, foot - 0.35 * height, foot, 0.3 * half)
        easel.canvas.fill(opening, dim(stone, 0.45), ink=0)
