"""The sea: ships in calm or in a gale."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import nature
from catalog.sample.painting.colours import mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.landscapes import horizon_of, walkers
from catalog.sample.painting.shapes import Points, ridge, smooth, under


def sea(easel: Easel) -> None:
    """The sea: ships in calm, or in a gale; a shore now and then."""
    horizon = horizon_of(easel)
    storm = easel.mood == "storm"
    nature.sky(easel, horizon, clouds=0.9 if storm else easel.between(0.3, 0.7))
    count = easel.pick((1, 2, 3))
    if storm:
        nature.waves(easel, horizon, height=0.12)
        for _ in range(count):
            ship(
                easel,
                easel.between(0.2, 0.8) * easel.ratio,
                horizon + 0.2,
                0.4,
                tilt=easel.between(-0.5, 0.5),
            )
        _spray(easel, horizon)
        return
    nature.water(easel, horizon, 1.05)
    if easel.chance(0.5):
        shore = ridge(easel.rng, easel.ratio, 0.92, 0.03)
        easel.canvas.fill(under(shore), easel.outdoors(easel.palette.stone), depth=100, ink=0)
        walkers(easel, 0.75, 2)
    far = sorted(easel.between(0.02, 0.3) for _ in range(count))
    for depth in far:
        x = easel.between(0.12, 0.88) * easel.ratio
        ship(easel, x, horizon + depth, 0.1 + 1.3 * depth, tilt=easel.between(-0.04, 0.04))


def _spray(easel: Easel, horizon: float) -> None:
    foam = easel.outdoors(easel.palette.light)
    area = (0.0, horizon + 0.15, easel.ratio, 1.0)
    easel.scatter(area, [foam], count=60, length=0.05, width=0.006, angle=-0.5, spread=0.5)


def ship(easel: Easel, x: float, y: float, size: float, *, tilt: float) -> None:
    """A sailing ship, `size` high; its sails take the light."""
    cos, sin = np.cos(tilt), np.sin(tilt)

    def put(points: list[tuple[float, float]]) -> Points:
        p = np.array(points) * size
        return np.column_stack(
            (x + p[:, 0] * cos - p[:, 1] * sin, y + p[:, 0] * sin + p[:, 1] * cos)
        )

    wood = mix(easel.palette.dark, (110.0, 74.0, 44.0), 0.35)
    line = 0.6 * easel.manner.outline
    hull = put(
        [(-0.45, -0.12), (-0.36, 0.06), (0.32, 0.06), (0.5, -0.16), (0.3, -0.08), (-0.3, -0.07)]
    )
    easel.canvas.fill(smooth(hull, steps=4), wood, depth=150, ink=line)
    for mast in (-0.22, 0.12):
        easel.canvas.streak(put([(mast, 0), (mast, -0.95)]), wood, 0.018 * size)
        for level in (-0.2, -0.48):
            sail = [(mast - 0.16, level), (mast - 0.12, level - 0.25), (mast + 0.12, level - 0.25)]
            sail += [(mast + 0.16, level), (mast + 0.22, level - 0.12)]
            cloth = easel.outdoors(
                mix(easel.palette.light, easel.palette.stone, easel.between(0, 0.5))
            )
            easel.canvas.fill(smooth(put(sail), steps=3), cloth, depth=170, ink=line)
    mirror = mix(wood, easel.outdoors(easel.palette.sky[0]), 0.5)
    low = (x - 0.4 * size, y + 0.06 * size, x + 0.4 * size, y + 0.2 * size)
    easel.scatter(low, [mirror], count=14, length=0.2 * size, width=0.02 * size, spread=0.05)
