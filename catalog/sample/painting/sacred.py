"""Scenes of devotion: icon, saints, annunciation, Madonna in a landscape, illumination."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import buildings, nature
from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import Pose, figure
from catalog.sample.painting.madonna import madonna
from catalog.sample.painting.shapes import box, oval, smooth, taper
from catalog.sample.painting.trees import tree


def gold_ground(easel: Easel) -> None:
    """Cover the canvas with gold leaf."""
    easel.canvas.fill(
        box(-0.1, -0.1, easel.ratio + 0.1, 1.1), easel.palette.sky[0], depth=60, ink=0, gold=1.0
    )


def border(easel: Easel, width: float) -> None:
    """An ornamental border: dots and lozenges between two lines."""
    ratio = easel.ratio
    outer = easel.dress()
    for bar in (
        box(-0.1, -0.1, ratio + 0.1, width),
        box(-0.1, 1 - width, ratio + 0.1, 1.1),
        box(-0.1, -0.1, width, 1.1),
        box(ratio - width, -0.1, ratio + 0.1, 1.1),
    ):
        easel.canvas.fill(bar, outer, depth=150, ink=0.7)
    spots: list[tuple[float, float]] = []
    for t in np.arange(width / 2, ratio, width * 1.1):
        spots += [(float(t), width / 2), (float(t), 1 - width / 2)]
    for t in np.arange(1.6 * width, 1 - width, width * 1.1):
        spots += [(width / 2, float(t)), (ratio - width / 2, float(t))]
    bead = easel.dress()
    for k, (x, y) in enumerate(spots):
        large = k % 4 in (0, 1)
        size = width * (0.33 if large else 0.2)
        diamond = oval(x, y, size, size, n=4)
        easel.canvas.fill(diamond, bead, depth=170, ink=0.4, gold=float(large))


def _throne(easel: Easel, x: float, top: float, width: float) -> None:
    stone, line = easel.palette.stone, easel.manner.outline
    easel.canvas.fill(
        buildings.arch(x, top, 1.05, width, pointed=easel.chance(0.5)), stone, depth=100, ink=line
    )
    inner = buildings.arch(x, top + 0.05, 1.05, width * 0.78)
    cloth = easel.dress()
    easel.canvas.fill(inner, cloth, depth=80, ink=line)
    lines = [mix(cloth, easel.palette.light, 0.35)]
    easel.scatter(
        (x - width * 0.34, top + 0.15, x + width * 0.34, 0.95),
        lines,
        count=70,
        length=0.012,
        width=0.008,
        spread=3.0,
    )
    for side in (-1.0, 1.0):
        buildings.column(easel, x + side * width * 0.56, top + 0.2, 1.05, 0.045, stone)


def icon(easel: Easel) -> None:
    """Mother and child enthroned on gold, with angels or donors, and a border."""
    x = easel.ratio / 2
    gold_ground(easel)
    _throne(easel, x, easel.between(0.08, 0.16), min(0.62, 0.85 * easel.ratio))
    for row in range(2 if easel.chance(0.6) else 1):
        for side in (-1.0, 1.0):
            at = x + side * easel.ratio * (0.38 - 0.04 * row)
            pose = Pose(at, 0.95 - 0.28 * row, 0.42, gestures=("pray", "pray"), halo=True)
            figure(easel, pose)
    madonna(easel, x, 1.0, easel.between(0.72, 0.8))
    if easel.chance(0.7):
        border(easel, easel.between(0.035, 0.06))


def saints(easel: Easel) -> None:
    """Saints in a row, each in a bay: on gold, or in an arcade open to the sky."""
    count = max(2, round(easel.ratio * easel.between(2.2, 3.4)))
    gilded = "gold" in easel.manner.backdrops
    gold_ground(easel)
    if not gilded:
        nature.sky(easel, 0.6, clouds=0.3)
        nature.hills(easel, 0.55)
    behind = None if gilded else easel.outdoors(easel.palette.sky[1])
    if gilded or easel.chance(0.6):
        buildings.arcade(easel, easel.between(0.0, 0.1), 0.93, count, easel.palette.stone, behind)
    ground = box(-0.1, 0.9, easel.ratio + 0.1, 1.1)
    easel.canvas.fill(ground, mix(easel.palette.stone, easel.palette.land[2], 0.4), ink=0.5)
    for k in range(count):
        x = easel.ratio * (k + 0.5) / count
        gestures = (easel.pick(("down", "hold", "pray")), easel.pick(("hold", "raise", "pray")))
        height = min(0.78, 1.9 * easel.ratio / count) * easel.between(0.95, 1.05)
        pose = Pose(x, 0.96, height, gestures=gestures, woman=easel.chance(0.35), halo=True)
        figure(easel, pose)
    if gilded and easel.chance(0.5):
        border(easel, 0.035)


def annunciation(easel: Easel) -> None:
    """Angel on one side, Virgin on the other, a loggia and a floor between them."""
    gilded = "gold" in easel.manner.backdrops
    eye = (easel.ratio * easel.between(0.4, 0.6), 0.45)
    if gilded:
        gold_ground(easel)
    else:
        nature.sky(easel, 0.6, clouds=0.25)
        nature.hills(easel, 0.5)
        for k in range(3):
            tree(easel, eye[0] + 0.12 * (k - 1), 0.62, 0.3, easel.pick(easel.manner.trees))
    buildings.floor(
        easel, 0.66, eye, (easel.palette.stone, mix(easel.palette.stone, easel.dress(), 0.5))
    )
    wall = mix(easel.palette.stone, easel.dress(), 0.25)
    start = easel.ratio * 0.56
    room = np.array(
        [(start, 0.1), (easel.ratio + 0.1, -0.02), (easel.ratio + 0.1, 0.85), (start, 0.68)]
    )
    easel.canvas.fill(room, wall, depth=90, ink=easel.manner.outline)
    opening = buildings.arch(easel.ratio * 0.78, 0.2, 0.74, easel.ratio * 0.3)
    easel.canvas.fill(opening, dim(wall, 0.5), depth=60, ink=easel.manner.outline)
    buildings.column(easel, start, 0.1, 0.72, 0.035, easel.palette.light)
    size = 0.58 * easel.hand.scale
    _wings(easel, easel.ratio * 0.24, 0.92 - 0.72 * size, size)
    angel = Pose(easel.ratio * 0.27, 0.93, size, gestures=("hold", "point"), halo=True, lean=0.06)
    figure(easel, angel)
    virgin = Pose(easel.ratio * 0.75, 0.95, size, gestures=("pray", "pray"), woman=True, halo=True)
    figure(easel, virgin, easel.palette.dress[1])


def _wings(easel: Easel, x: float, y: float, size: float) -> None:
    for side in (-1.0, 0.55):
        tip = [(0, 0), (0.3, -0.3), (0.46, -0.12), (0.42, 0.3), (0.2, 0.22)]
        points = [(x + side * a * size, y + b * size) for a, b in tip]
        easel.canvas.fill(smooth(points), easel.dress(), depth=130, ink=easel.manner.outline)
        for k in range(5):
            feather = np.array([points[0], (points[2][0], points[2][1] + 0.08 * k * size)])
            easel.canvas.streak(feather, easel.palette.light, 0.005)


def pyramid(easel: Easel) -> None:
    """Mother and child before a wide landscape or in a dark room, saints beside them."""
    if "dark" in easel.manner.backdrops and easel.chance(0.25):
        easel.canvas.fill(box(-0.1, -0.1, easel.ratio + 0.1, 1.1), easel.palette.dark, ink=0)
    else:
        horizon = easel.manner.horizon
        nature.sky(easel, horizon, clouds=0.4)
        nature.crags(
            easel, horizon, 0.08, mix(easel.palette.sky[0], easel.palette.land[0], 0.4), snow=False
        )
        nature.hills(easel, horizon + 0.04, jagged=0.2)
        for _ in range(3):
            at = easel.between(0, easel.ratio)
            tree(easel, at, horizon + 0.2, easel.between(0.14, 0.4), easel.pick(easel.manner.trees))
    x = easel.ratio * easel.between(0.44, 0.56)
    if easel.chance(0.4):
        for side in (-1.0, 1.0):
            at = x + side * easel.ratio * 0.33
            pose = Pose(at, 1.02, 0.72, gestures=("hold", "pray"), halo=True, lean=-0.08 * side)
            figure(easel, pose)
    madonna(easel, x, 1.02, easel.between(0.74, 0.86))


def illumination(easel: Easel) -> None:
    """A page: text, an initial with figures, vines in the margin."""
    page = mix(easel.palette.light, easel.palette.stone, 0.25)
    easel.canvas.fill(box(-0.1, -0.1, easel.ratio + 0.1, 1.1), page, depth=60, ink=0)
    left, right = easel.ratio * 0.2, easel.ratio * 0.86
    field = box(left, 0.1, right, easel.between(0.5, 0.66))
    bottom = float(field[2, 1])
    easel.canvas.fill(field, easel.dress(), depth=80, ink=1.0)
    diaper = [easel.palette.light, easel.palette.sky[0]]
    easel.scatter((left, 0.1, right, bottom), diaper, count=90, length=0.012, width=0.006, spread=3)
    easel.canvas.gild(np.vstack((field, field[:1])), 0.018)
    count = max(2, int((right - left) / 0.16))
    for k in range(count):
        x = left + (right - left) * (k + 0.5) / count
        pose = Pose(
            x,
            bottom - 0.015,
            (bottom - 0.1) * 0.86,
            halo=easel.chance(0.4),
            gestures=("hold", easel.pick(("raise", "point", "pray"))),
            woman=easel.chance(0.4),
        )
        figure(easel, pose)
    ink = easel.palette.dark
    for y in np.arange(bottom + 0.06, 0.93, 0.034):
        x = left
        while x < right - 0.03:
            word = easel.between(0.02, 0.07)
            line = np.array([(x, y), (min(right, x + word), y)])
            easel.canvas.streak(line, ink if easel.chance(0.93) else (170.0, 40.0, 30.0), 0.011)
            x += word + 0.014
    _vine(easel, left * 0.5)


def _vine(easel: Easel, x: float) -> None:
    y = np.linspace(0.03, 0.97, 40)
    stem = np.column_stack((x + 0.025 * np.sin(y * 22), y))
    easel.canvas.fill(taper(stem, 0.008, 0.008), easel.palette.leaf[1], ink=0.5)
    for k in range(2, 38, 2):
        side = 1.0 if k % 4 else -1.0
        leaf = oval(stem[k, 0] + 0.03 * side, stem[k, 1], 0.024, 0.013, angle=0.6 * side, n=12)
        gold = float(k % 6 == 0)
        easel.canvas.fill(leaf, easel.dress(), ink=0.5, gold=gold)
