"""Trees, each kind as a style likes it."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting.colours import Colour, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.shapes import Points, oval, smooth, taper


def tree(easel: Easel, x: float, foot: float, height: float, kind: str) -> None:
    """A tree: ball, round, feathery, poplar, cypress or bare."""
    trunk = mix(easel.outdoors(easel.palette.dark), easel.outdoors(easel.palette.stone), 0.15)
    lean = easel.rng.normal(0, 0.05) * height
    top = foot - height * (0.9 if kind == "bare" else 0.6)
    stem = smooth([(x, foot), (x + lean, (foot + top) / 2), (x + 0.6 * lean, top)], closed=False)
    wide = 0.05 * height
    easel.canvas.fill(
        taper(stem, wide, wide * 0.3), trunk, depth=140, ink=easel.manner.outline * 0.5
    )
    middle = (x + 0.7 * lean, foot - 0.68 * height)
    if kind == "bare":
        _branches(easel, stem, height, trunk)
    elif kind == "ball":
        _ball(easel, middle, height)
    else:
        _foliage(easel, middle, height, kind)


def _branches(easel: Easel, stem: Points, height: float, colour: Colour) -> None:
    for _ in range(9):
        start = stem[int(easel.rng.integers(len(stem) // 3, len(stem)))]
        side = 1.0 if easel.chance(0.5) else -1.0
        reach = height * easel.between(0.15, 0.35)
        points = [tuple(start), (start[0] + side * reach * 0.5, start[1] - reach * 0.35)]
        points.append((start[0] + side * reach, start[1] - reach * easel.between(0.4, 1.0)))
        limb = taper(smooth(points, steps=4, closed=False), 0.016 * height, 0.003 * height)
        easel.canvas.fill(limb, colour, depth=140, ink=0)


def _ball(easel: Easel, middle: tuple[float, float], height: float) -> None:
    """A crown like a lollipop, dotted with leaves, as in old panels."""
    dark, mid, light = (easel.outdoors(c) for c in easel.palette.leaf)
    radius = 0.27 * height
    line = easel.manner.outline
    easel.canvas.fill(oval(*middle, radius, radius * 1.15), dark, depth=160, ink=line)
    spots = easel.rng.normal(0, 0.42, (26, 2)) * radius + middle
    easel.touch(spots, [mid, light], 0.09 * radius, 0.12 * radius, spread=3.0)


def _foliage(easel: Easel, middle: tuple[float, float], height: float, kind: str) -> None:
    """Leaves in clumps: dark ones first, light ones last and up towards the light."""
    slim = {"poplar": 0.35, "cypress": 0.22, "feathery": 1.15}.get(kind, 1.0)
    tall = {"poplar": 1.5, "cypress": 1.5}.get(kind, 1.0)
    feathery = kind == "feathery"
    leaves = [easel.outdoors(c) for c in easel.palette.leaf]
    count = 12 if feathery else 9
    clumps = easel.rng.normal(0, 0.5, (count, 2)) * (0.27 * height * slim, 0.2 * height * tall)
    clumps = np.clip(clumps, -0.3 * height, 0.3 * height) + middle
    sizes = height * easel.rng.uniform(0.07, 0.12, count)
    for (x, y), size in zip(clumps, sizes, strict=True):
        blob = oval(x, y, size * max(0.6, slim), size * tall, n=12)
        easel.canvas.fill(blob, leaves[0], depth=150, ink=0)
    for k in range(3):
        own = easel.rng.integers(count, size=80)
        spots = easel.rng.normal(0, 0.5, (80, 2)) * sizes[own][:, None] + clumps[own]
        spots -= (easel.hand.light * 0.018 * height * k, 0.025 * height * k)
        long = height * (0.05 if feathery else 0.03)
        easel.touch(
            spots, leaves[k : k + 2] or leaves[2:], long, 0.45 * long, angle=0.8, spread=1.2
        )
