"""Architecture: arcades, columns, temples, houses, ruins, floors in perspective."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.shapes import Points, box, oval, smooth

BELOW = 1.1
"""A height safely under the lower edge of the picture."""


def floor(easel: Easel, top: float, eye: tuple[float, float], pair: tuple[Colour, Colour]) -> None:
    """A chequered floor that runs to a vanishing point.

    Args:
        easel: the picture.
        top: y of its far edge.
        eye: the vanishing point.
        pair: colours of the tiles.
    """
    width = easel.ratio
    easel.canvas.fill(box(-0.1, top, width + 0.1, 1.1), pair[0], depth=70, ink=0)
    rows = [eye[1] + (top - eye[1]) * (1 / (1 - k / 8)) for k in range(7)]
    rows = [y for y in rows if y < BELOW] + [BELOW]
    fan = np.linspace(-2.4, 2.4, 19)
    for j, (upper, lower) in enumerate(pairwise(rows)):
        for i in range(j % 2, len(fan) - 1, 2):
            a, b = (eye[0] + fan[i : i + 2] * (y - eye[1]) / (1 - eye[1]) for y in (upper, lower))
            tile = np.array([(a[0], upper), (a[1], upper), (b[1], lower), (b[0], lower)])
            easel.canvas.fill(tile, pair[1], depth=70, ink=0.25 * easel.manner.outline)


def column(easel: Easel, x: float, top: float, foot: float, width: float, stone: Colour) -> None:
    """A column with base, capital and a lit side."""
    line = easel.manner.outline
    half = width / 2
    easel.canvas.fill(box(x - half, top, x + half, foot), stone, depth=130, ink=line * 0.7)
    lit = easel.hand.light
    easel.canvas.streak(
        np.array([(x - 0.25 * lit * width, top), (x - 0.25 * lit * width, foot)]),
        mix(stone, easel.palette.light, 0.5),
        0.2 * width,
    )
    easel.canvas.streak(
        np.array([(x + 0.36 * lit * width, top), (x + 0.36 * lit * width, foot)]),
        dim(stone, 0.72),
        0.26 * width,
    )
    for y in (top, foot - 0.5 * width):
        plate = box(x - 0.85 * width, y, x + 0.85 * width, y + 0.5 * width)
        easel.canvas.fill(plate, dim(stone, 1.06), depth=150, ink=line * 0.7)


def arch(x: float, top: float, foot: float, width: float, *, pointed: bool = False) -> Points:
    """Outline of an arched opening."""
    half = width / 2
    turn = np.linspace(np.pi, 0, 15)
    rise = half * (1.5 if pointed else 1.0)
    curve = np.abs(np.sin(turn)) ** (0.75 if pointed else 1.0)
    head = np.column_stack((x + half * np.cos(turn), top + rise - rise * curve))
    return np.vstack(([(x - half, foot)], head, [(x + half, foot)]))


def arcade(
    easel: Easel, top: float, foot: float, bays: int, stone: Colour, behind: Colour | None
) -> None:
    """A wall with arches on columns; `behind` fills the openings, None leaves them gilded."""
    width = easel.ratio
    line = easel.manner.outline
    easel.canvas.fill(box(-0.1, top, width + 0.1, foot), stone, depth=100, ink=line)
    bay = width / bays
    for k in range(bays):
        x = (k + 0.5) * bay
        opening = arch(x, top + 0.06, foot, bay * 0.82)
        gold = 0.0 if behind else 1.0
        easel.canvas.fill(opening, behind or easel.palette.sky[0], depth=60, ink=line, gold=gold)
    for k in range(bays + 1):
        column(easel, k * bay, top + 0.06 + 0.4 * bay, foot, 0.1 * bay, dim(stone, 1.05))


def temple(easel: Easel, x: float, foot: float, width: float, stone: Colour) -> None:
    """A temple front: steps, columns, pediment."""
    height = 0.62 * width
    line = easel.manner.outline
    left, right = x - width / 2, x + width / 2
    easel.canvas.fill(box(left, foot - height, right, foot), dim(stone, 0.55), ink=line)
    count = 6
    for k in range(count):
        at = left + width * (k + 0.5) / count
        column(easel, at, foot - 0.9 * height, foot, 0.09 * width, stone)
    easel.canvas.fill(box(left, foot - 1.05 * height, right, foot - 0.88 * height), stone, ink=line)
    gable = [(left - 0.03, foot - 1.05 * height), (x, foot - 1.5 * height)]
    gable.append((right + 0.03, foot - 1.05 * height))
    easel.canvas.fill(np.array(gable), dim(stone, 1.04), ink=line)
    easel.canvas.fill(box(left - 0.02, foot - 0.03 * width, right + 0.02, foot), stone, ink=line)


def house(easel: Easel, x: float, foot: float, width: float, height: float, wall: Colour) -> None:
    """A house with a gabled roof, a door and windows."""
    line = 0.7 * easel.manner.outline
    left, right, eaves = x - width / 2, x + width / 2, foot - height
    easel.canvas.fill(box(left, eaves, right, foot), wall, depth=120, ink=line)
    shade = box(x + 0.1 * width, eaves, right, foot)
    if easel.hand.light < 0:
        shade = box(left, eaves, x - 0.1 * width, foot)
    easel.canvas.fill(shade, dim(wall, 0.78), depth=120, ink=0)
    tiles = easel.outdoors(
        vary(easel.rng, mix((150.0, 80.0, 58.0), easel.palette.stone, 0.35), 0.03)
    )
    peak = eaves - width * easel.between(0.35, 0.8)
    roof = np.array([(left - 0.08 * width, eaves), (x, peak), (right + 0.08 * width, eaves)])
    if easel.mood == "winter":
        tiles = easel.palette.light
    easel.canvas.fill(roof, tiles, depth=135, ink=line)
    windows(easel, (left, eaves, right, foot), dim(wall, 0.4))


def windows(easel: Easel, area: tuple[float, float, float, float], colour: Colour) -> None:
    """Rows of windows on a wall."""
    left, top, right, bottom = area
    across = max(2, int(3 * (right - left) / 0.12))
    down = max(1, int((bottom - top) / 0.09))
    size = 0.22 * (right - left) / across
    glow = (240.0, 190.0, 90.0)
    for i in range(across):
        for j in range(down):
            x = left + (right - left) * (i + 0.5) / across
            y = top + (bottom - top) * (j + 0.45) / (down + 0.3)
            lit = easel.mood == "night" and easel.chance(0.5)
            pane = box(x - size, y - 1.4 * size, x + size, y + 1.4 * size)
            easel.canvas.fill(pane, glow if lit else colour, depth=105, ink=0)


def tower(easel: Easel, x: float, foot: float, height: float, wall: Colour) -> None:
    """A church tower with a spire."""
    width = 0.22 * height
    line = 0.7 * easel.manner.outline
    easel.canvas.fill(box(x - width / 2, foot - 0.6 * height, x + width / 2, foot), wall, ink=line)
    spire = np.array([(x - 0.6 * width, foot - 0.6 * height), (x, foot - height)])
    spire = np.vstack((spire, [(x + 0.6 * width, foot - 0.6 * height)]))
    easel.canvas.fill(spire, dim(mix(wall, easel.palette.dark, 0.5), 0.9), ink=line)
    opening = arch(x, foot - 0.52 * height, foot - 0.38 * height, 0.4 * width, pointed=True)
    easel.canvas.fill(opening, easel.palette.dark, ink=0)


def ruin(easel: Easel, x: float, foot: float, height: float, stone: Colour) -> None:
    """What is left of an abbey: a broken gable with pointed windows."""
    width = 0.8 * height
    broken = easel.rng.uniform(-0.12, 0.06, 9) * height
    top = np.column_stack(
        (np.linspace(x - width / 2, x + width / 2, 9), foot - height * 0.8 + broken)
    )
    top[4, 1] -= 0.25 * height
    wall = np.vstack(([(x - width / 2, foot)], top, [(x + width / 2, foot)]))
    easel.canvas.fill(wall, stone, depth=140, ink=0.5 * easel.manner.outline)
    behind = easel.outdoors(easel.palette.sky[1])
    main = arch(x, foot - 0.72 * height, foot - 0.1 * height, 0.3 * width, pointed=True)
    easel.canvas.fill(main, behind, depth=60, ink=0)
    for side in (-0.33, 0.33):
        small = arch(x + side * width, foot - 0.55 * height, foot, 0.16 * width, pointed=True)
        easel.canvas.fill(small, mix(behind, stone, 0.4), depth=60, ink=0)


def curtain(easel: Easel, cloth: Colour, *, right: bool) -> None:
    """A heavy curtain drawn up in an upper corner."""
    width = easel.ratio
    edge = [(0.0, -0.05), (0.62, -0.05), (0.5, 0.2), (0.3, 0.42), (0.14, 0.8), (-0.05, 0.9)]
    points = np.array(edge) * (width * 0.62, 0.85)
    sign = -1.0 if right else 1.0
    start = width if right else 0.0
    points[:, 0] = start + sign * points[:, 0]
    easel.canvas.fill(smooth(points), cloth, depth=110, ink=0.5 * easel.manner.outline)
    for k in range(7):
        t = k / 7
        top = (start + sign * width * 0.36 * t, 0.0)
        low = (start + sign * width * 0.06 * t, 0.62 - 0.3 * t)
        bend = (start + sign * width * 0.3 * t, 0.25)
        fold = smooth([top, bend, low], closed=False)
        easel.canvas.fold(fold, 0.02, 150 if k % 2 else 70)
        easel.canvas.streak(fold, dim(cloth, 0.72 if k % 2 else 1.12), 0.012)


def rosette(easel: Easel, x: float, y: float, r: float, colours: list[Colour]) -> None:
    """A round ornament of petals."""
    for k in range(8):
        turn = k * np.pi / 4
        petal = oval(
            x + 0.6 * r * np.cos(turn), y + 0.6 * r * np.sin(turn), 0.42 * r, 0.2 * r, angle=turn
        )
        easel.canvas.fill(petal, colours[k % len(colours)], depth=120, ink=0.5)
    easel.canvas.fill(oval(x, y, 0.28 * r, 0.28 * r, n=14), colours[0], depth=140, ink=0.5)
