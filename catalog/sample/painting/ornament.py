"""Scenes of line and pattern: the muse with her disc, the panel of plants."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import attire, buildings, faces
from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.shapes import box, oval, smooth, taper


def disc(easel: Easel, x: float, y: float, r: float) -> None:
    """A round ornament behind a head, with a patterned rim."""
    ground = mix(easel.palette.sky[0], easel.palette.light, 0.3)
    easel.canvas.fill(box(-0.1, -0.1, easel.ratio + 0.1, 1.1), ground, depth=60, ink=0)
    pattern(easel, mix(ground, easel.dress(), 0.35))
    rim, inner = easel.dress(), easel.dress()
    easel.canvas.fill(oval(x, y, r, r, n=60), rim, depth=80, ink=1.0)
    count = 18
    for k in range(count):
        turn = 2 * np.pi * k / count
        spot = (x + 0.88 * r * np.cos(turn), y + 0.88 * r * np.sin(turn))
        bead = oval(*spot, 0.075 * r, 0.075 * r, n=12)
        easel.canvas.fill(bead, easel.palette.light, depth=90, ink=0.5, gold=float(k % 2))
    easel.canvas.fill(oval(x, y, 0.76 * r, 0.76 * r, n=60), inner, depth=80, ink=0.8)


def pattern(easel: Easel, colour: tuple[float, float, float]) -> None:
    """A regular pattern over the whole ground."""
    step = easel.between(0.06, 0.11)
    kind = easel.pick(("scales", "dots", "lozenges"))
    for j, y in enumerate(np.arange(0, 1.05, step)):
        for x in np.arange((j % 2) * step / 2, easel.ratio + step, step):
            if kind == "scales":
                arc = oval(float(x), float(y), step * 0.5, step * 0.5, n=16)[:9]
                easel.canvas.streak(arc, colour, 0.006)
            elif kind == "dots":
                spot = oval(float(x), float(y), step * 0.16, step * 0.16, n=8)
                easel.canvas.fill(spot, colour, depth=60, ink=0)
            else:
                spot = oval(float(x), float(y), step * 0.28, step * 0.28, n=4)
                easel.canvas.fill(spot, colour, depth=60, ink=0)


def frame(easel: Easel, width: float) -> None:
    """A flat frame with whiplash corners."""
    ratio, colour = easel.ratio, easel.dress()
    for bar in (
        box(-0.1, -0.1, ratio + 0.1, width),
        box(-0.1, 1 - 1.6 * width, ratio + 0.1, 1.1),
        box(-0.1, -0.1, width, 1.1),
        box(ratio - width, -0.1, ratio + 0.1, 1.1),
    ):
        easel.canvas.fill(bar, colour, depth=150, ink=0.9)
    accent = easel.palette.light
    for cx, cy, sx, sy in ((0, 0, 1, 1), (ratio, 0, -1, 1), (0, 1, 1, -1), (ratio, 1, -1, -1)):
        curl = [(0.0, 0.3), (0.05, 0.15), (0.16, 0.06), (0.24, 0.1), (0.2, 0.16), (0.15, 0.12)]
        points = [(cx + sx * a * min(1.0, ratio), cy + sy * b) for a, b in curl]
        line = smooth(points, closed=False)
        easel.canvas.fill(taper(line, 0.03, 0.006), accent, depth=160, ink=0.8)


def muse(easel: Easel) -> None:
    """A woman with streaming hair before a disc, in a frame: a poster."""
    x = easel.ratio * easel.between(0.42, 0.58)
    r = min(0.13, 0.19 * easel.ratio) * easel.hand.scale
    y = easel.between(0.28, 0.38)
    disc(easel, x, y, min(2.6 * r, 0.5 * easel.ratio))
    for _ in range(3):
        stalk(easel, easel.between(0, easel.ratio), easel.between(0.3, 0.5))
    head = faces.Head(x, y, r, easel.between(-0.9, 0.9), "tendrils", easel.skin(), easel.hair())
    attire.behind(easel, head)
    _gown(easel, head)
    faces.face(easel, head)
    attire.above(easel, head)
    if easel.chance(0.75):
        frame(easel, easel.between(0.03, 0.06))


def _gown(easel: Easel, head: faces.Head) -> None:
    """A long gown that flows to the lower edge in parallel curves."""
    flow = 1.0 if easel.chance(0.5) else -1.0
    cloth = easel.dress()
    left = [(-0.3, 1.5), (-1.35, 2.0), (-1.1, 3.2), (-1.5 - 0.4 * flow, 5.0), (-2.4 - flow, 8.0)]
    right = [(2.4 - flow, 8.0), (1.5 - 0.4 * flow, 5.0), (1.1, 3.2), (1.35, 2.0), (0.3, 1.5)]
    easel.canvas.fill(smooth(head.path(*left, *right)), cloth, depth=130, ink=easel.manner.outline)
    for k in range(8):
        t = -1.0 + 2.0 * k / 7
        fold = head.path(
            (0.5 * t, 2.2), (0.9 * t, 3.4), (1.5 * t - 0.4 * flow, 5.2), (2.3 * t - flow, 8)
        )
        line = smooth(fold, closed=False)
        easel.canvas.streak(line, dim(cloth, 0.8 if k % 2 else 1.12), 0.08 * head.r)
        easel.canvas.contour(line, 0.7 * easel.manner.outline)


def stalk(easel: Easel, x: float, top: float) -> None:
    """A flower on a long bending stem, with sword-shaped leaves."""
    leaf = easel.palette.leaf
    line = easel.manner.outline
    bend = easel.between(-0.12, 0.12)
    stem = smooth([(x + bend, 1.02), (x - bend, 0.75), (x, top)], closed=False)
    for side in (-1.0, 1.0):
        reach = easel.between(0.25, 0.5)
        blade = [(x + bend, 1.02), (x + side * 0.05, 1 - 0.6 * reach), (x + side * 0.14, 1 - reach)]
        easel.canvas.fill(
            taper(smooth(blade, closed=False), 0.045, 0.004), easel.pick(leaf), depth=140, ink=line
        )
    easel.canvas.fill(taper(stem, 0.018, 0.012), leaf[1], depth=145, ink=line)
    colours = [easel.dress(), easel.dress()]
    size = easel.between(0.05, 0.085)
    if easel.chance(0.4):
        buildings.rosette(easel, x, top, size, colours)
        return
    for k in range(5):
        turn = -np.pi / 2 + (k - 2) * 0.62
        tip = (x + 1.5 * size * np.cos(turn), top + 1.5 * size * np.sin(turn))
        edge = (x + 0.8 * size * np.cos(turn + 0.45), top + 0.8 * size * np.sin(turn + 0.45))
        petal = smooth([(x, top), edge, tip, (x - edge[0] + tip[0], edge[1])], steps=5)
        easel.canvas.fill(petal, colours[k % 2], depth=150, ink=line)


def panel(easel: Easel) -> None:
    """A decorative panel of plants on a patterned ground."""
    ground = mix(easel.dress(), easel.palette.light, easel.between(0.2, 0.7))
    easel.canvas.fill(box(-0.1, -0.1, easel.ratio + 0.1, 1.1), ground, depth=60, ink=0)
    if easel.chance(0.6):
        pattern(easel, mix(ground, easel.palette.sky[0], 0.5))
    for k in range(5):
        t = np.linspace(0, 1, 14)
        phase = easel.between(0, 6)
        x = easel.ratio * (0.1 + 0.2 * k) + 0.16 * np.sin(phase + 6 * t) * t
        curve = smooth(np.column_stack((x, 1.05 - 1.05 * t)), steps=3, closed=False)
        easel.canvas.fill(taper(curve, 0.022, 0.004), easel.palette.leaf[k % 3], depth=120, ink=0.7)
    count = max(3, round(5 * easel.ratio))
    for k in range(count):
        at = easel.ratio * (k + easel.between(0.3, 0.7)) / count
        stalk(easel, at, easel.between(0.12, 0.6))
    if easel.chance(0.7):
        frame(easel, easel.between(0.03, 0.05))
