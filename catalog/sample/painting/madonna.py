"""Mother and child, as one pyramid."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import features, halo
from catalog.sample.painting.shapes import oval, smooth, taper


def madonna(easel: Easel, x: float, foot: float, height: float) -> None:
    """A seated mother with a child on her lap, as one pyramid."""
    line, canvas = easel.manner.outline, easel.canvas
    blue, red = easel.palette.dress[1], easel.palette.dress[0]
    if easel.chance(0.3):
        blue, red = easel.dress(), easel.dress()
    wide = height * easel.between(0.36, 0.44)
    robe = [(-0.28, -0.72), (-0.55, -0.45), (-0.75, -0.2), (-1.0, 0.0), (1.0, 0.0), (0.8, -0.2)]
    robe += [(0.55, -0.45), (0.28, -0.72)]
    points = [(x + a * wide, foot + b * height) for a, b in robe]
    canvas.fill(smooth(points), blue, depth=140, ink=line)
    bodice = [
        (-0.2, -0.72),
        (-0.28, -0.5),
        (-0.2, -0.28),
        (0.25, -0.28),
        (0.28, -0.5),
        (0.2, -0.72),
    ]
    canvas.fill(
        smooth([(x + a * wide, foot + b * height) for a, b in bodice]), red, depth=150, ink=line
    )
    for k in range(11):
        side = -1.0 + 2.0 * (k + easel.between(0.1, 0.9)) / 11
        start = (x + 0.45 * side * wide, foot - easel.between(0.3, 0.5) * height)
        bend = (x + 0.6 * side * wide, foot - easel.between(0.12, 0.25) * height)
        fold = smooth([start, bend, (x + 0.95 * side * wide, foot - 0.02)], closed=False)
        canvas.fold(fold, 0.018, 85 if k % 2 else 195)
        canvas.streak(fold, dim(blue, 0.8 if k % 2 else 1.12), 0.008)
        if k % 2:
            canvas.contour(fold, 0.5 * line)
    radius = height / easel.manner.heads * 0.68
    shoulders = foot - 0.71 * height
    stretch = 0.016 * height * (easel.manner.heads - 7)
    _mother(easel, x, shoulders - 1.7 * radius - max(0.0, stretch), radius, shoulders)
    _child(easel, x + 0.32 * wide * easel.hand.light, foot - 0.48 * height, height * 0.42)


def _mother(easel: Easel, x: float, y: float, r: float, shoulders: float) -> None:
    """Head with veil and halo, bent to the child."""
    line, canvas = easel.manner.outline, easel.canvas
    halo(easel, x, y, 1.9 * r)
    neck = [(x - 0.4 * r, y + 0.4 * r), (x + 0.4 * r, y + 0.4 * r), (x + 0.5 * r, shoulders)]
    skin = easel.skin()
    veil = [(-1.15, 1.6), (-1.1, 0), (-0.7, -1.1), (0, -1.35), (0.7, -1.1), (1.1, 0), (1.15, 1.6)]
    cloth = easel.palette.dress[1] if easel.chance(0.6) else easel.palette.light
    canvas.fill(smooth([(x + a * r, y + b * r) for a, b in veil]), cloth, depth=160, ink=line)
    canvas.fill(smooth([*neck, (x - 0.5 * r, shoulders)]), dim(skin, 0.9), depth=160, ink=0)
    tilt = 0.14 * easel.hand.light * r
    canvas.fill(oval(x + tilt, y + 0.05 * r, 0.72 * r, 0.98 * r), skin, depth=190, ink=0.6 * line)
    dark = mix(skin, easel.palette.dark, 0.8)
    for side in (-0.3, 0.3):
        lid = [(side - 0.16, -0.02), (side, 0.05), (side + 0.16, -0.02)]
        brow = [(side - 0.2, -0.2), (side, -0.28), (side + 0.2, -0.2)]
        for path in (lid, brow):
            arc = smooth([(x + 1.6 * tilt + a * r, y + b * r) for a, b in path], closed=False)
            canvas.streak(arc, dark, 0.06 * r)
    nose = np.array([(x + 1.8 * tilt, y), (x + 2.2 * tilt, y + 0.36 * r)])
    canvas.streak(nose, dim(skin, 0.78), 0.07 * r)
    mouth = np.array(
        [(x + 1.7 * tilt - 0.16 * r, y + 0.6 * r), (x + 1.7 * tilt + 0.16 * r, y + 0.6 * r)]
    )
    canvas.streak(mouth, mix(skin, easel.palette.blood, 0.6), 0.08 * r)


def _child(easel: Easel, x: float, y: float, size: float) -> None:
    """A child on the lap, and the arm that holds it."""
    line, canvas, skin = easel.manner.outline, easel.canvas, easel.skin()
    r = 0.17 * size
    halo(easel, x, y - 0.42 * size, 1.6 * r)
    canvas.fill(
        oval(x, y, 0.17 * size, 0.3 * size, angle=0.3 * easel.hand.light), skin, depth=185, ink=line
    )
    for side in (-1.0, 1.0):
        leg = smooth(
            [
                (x, y + 0.2 * size),
                (x + side * 0.2 * size, y + 0.26 * size),
                (x + side * 0.24 * size, y + 0.5 * size),
            ],
            closed=False,
        )
        canvas.fill(taper(leg, 0.14 * size, 0.08 * size), skin, depth=190, ink=0.7 * line)
        arm = smooth(
            [
                (x, y - 0.2 * size),
                (x + side * 0.2 * size, y - 0.12 * size),
                (x + side * 0.28 * size, y - 0.26 * size),
            ],
            closed=False,
        )
        canvas.fill(taper(arm, 0.09 * size, 0.06 * size), skin, depth=195, ink=0.7 * line)
    canvas.fill(oval(x, y - 0.42 * size, r, 1.05 * r), skin, depth=200, ink=0.8 * line)
    cap = oval(x, y - 0.5 * size, 0.95 * r, 0.7 * r)
    canvas.fill(cap, mix(easel.hair(), easel.palette.light, 0.25), depth=200, ink=0)
    face = oval(x, y - 0.38 * size, 0.8 * r, 0.72 * r)
    canvas.fill(face, skin, depth=205, ink=0)
    features(easel, x, y - 0.36 * size, 0.9 * r)
