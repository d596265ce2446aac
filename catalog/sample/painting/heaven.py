"""Heaven: figures on clouds, and cherubs."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import nature
from catalog.sample.painting.colours import mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.figures import GESTURES, Pose, figure
from catalog.sample.painting.shapes import oval, taper


def apotheosis(easel: Easel) -> None:
    """Figures borne up on clouds into a bright sky."""
    nature.sky(easel, 0.95, clouds=0.75)
    light = easel.palette.light
    for k in range(8):
        turn = easel.between(0, 6.3)
        reach = easel.between(0.2, 0.5)
        x = easel.ratio * (0.5 + reach * np.cos(turn))
        y = 0.52 + 0.85 * reach * np.sin(turn)
        cloud = mix(
            easel.palette.sky[1], mix(light, easel.palette.stone, 0.3), easel.between(0.2, 0.9)
        )
        for _ in range(6):
            dx, dy = easel.rng.normal(0, 0.07), easel.rng.normal(0, 0.025)
            puff = oval(x + dx, y + dy + 0.05, easel.between(0.06, 0.11), easel.between(0.03, 0.06))
            easel.canvas.fill(puff, cloud, depth=90, ink=0)
        size = (0.2 + 0.32 * y) * easel.hand.scale
        garment = easel.pick(("robe", "toga"))
        pose = Pose(
            x,
            y + 0.06,
            size,
            garment,
            (easel.pick(tuple(GESTURES)), easel.pick(tuple(GESTURES))),
            easel.chance(0.4),
            lean=easel.rng.normal(0, 0.16),
            depth=130 + 8 * k,
        )
        figure(easel, pose)
    for _ in range(5):
        cherub(easel, easel.between(0.1, 0.9) * easel.ratio, easel.between(0.08, 0.6))


def cherub(easel: Easel, x: float, y: float) -> None:
    """A flying child, no more than a few touches."""
    size = easel.between(0.04, 0.065)
    skin, line = easel.skin(), 0.5 * easel.manner.outline
    for side in (-1.0, 1.0):
        wing = oval(
            x + 0.7 * side * size, y - 0.3 * size, 0.6 * size, 0.25 * size, angle=-0.5 * side, n=14
        )
        easel.canvas.fill(wing, easel.palette.light, depth=130, ink=line)
        leg = taper(
            np.array([(x, y + 0.3 * size), (x + side * 0.5 * size, y + 1.2 * size)]),
            0.35 * size,
            0.2 * size,
        )
        easel.canvas.fill(leg, skin, depth=150, ink=line)
    easel.canvas.fill(oval(x, y, 0.42 * size, 0.6 * size, n=16), skin, depth=150, ink=line)
    easel.canvas.fill(
        oval(x, y - 0.75 * size, 0.36 * size, 0.38 * size, n=16), skin, depth=165, ink=line
    )
    easel.canvas.fill(
        oval(x, y - 0.9 * size, 0.33 * size, 0.22 * size, n=12), easel.hair(), depth=165, ink=0
    )
