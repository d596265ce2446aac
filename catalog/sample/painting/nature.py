"""Sky, hills, ground, water and flowers."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.fields import noise, ramp
from catalog.sample.painting.shapes import oval, ridge, smooth, under


def sky(easel: Easel, horizon: float, *, clouds: float = 0.5) -> None:
    """Cover the canvas with sky, lightest at the horizon.

    Args:
        easel: the picture.
        horizon: y of the horizon.
        clouds: 0 clear to 1 overcast.
    """
    canvas, rng = easel.canvas, easel.rng
    # Clouds are soft: half the size is enough.
    width, height = canvas.width // 2, canvas.height // 2
    top, low = (np.array(easel.outdoors(c), dtype=np.float32) for c in easel.palette.sky)
    down = np.linspace(0, 1 / max(horizon, 0.1), height, dtype=np.float32)[:, None, None]
    paint = top + (low - top) * np.clip(down, 0, 1) ** 0.8
    field = noise(rng, width, height, cells=3.0, stretch=2.2, octaves=4)
    cover = ramp(field, 0.75 - 0.9 * clouds, 1.15 - 0.5 * clouds)[..., None]
    drop = max(1, height // 24)
    above = np.vstack((field[:1].repeat(drop, axis=0), field[:-drop]))
    shade = ramp(above - field, -0.15, 0.25)[..., None]
    white = np.array(easel.outdoors(easel.palette.light), dtype=np.float32)
    grey = np.array(dim(mix(easel.palette.sky[0], easel.palette.stone, 0.5), 0.85), np.float32)
    if easel.mood in ("storm", "night"):
        grey = grey * 0.35
    canvas.wash(paint + (white + (grey - white) * (0.75 * shade) - paint) * (0.85 * cover))
    if easel.mood in ("dusk", "night"):
        _sun(easel, horizon)


def _sun(easel: Easel, horizon: float) -> None:
    """A low sun or a moon."""
    x = easel.between(0.15, 0.85) * easel.ratio
    dusk = easel.mood == "dusk"
    y = horizon * (0.8 if dusk else 0.35)
    radius = 0.035 if dusk else 0.028
    glow = (255.0, 226.0, 150.0) if dusk else (226.0, 230.0, 220.0)
    easel.canvas.fill(oval(x, y, radius, radius), glow, depth=60, ink=0)


def hills(easel: Easel, horizon: float, *, layers: int = 3, jagged: float = 0.35) -> None:
    """Hills behind hills, the far ones in the colour of the sky, down to the foreground."""
    far, middle, near = (easel.outdoors(c) for c in easel.palette.land)
    air = easel.outdoors(easel.palette.sky[1])
    for k in range(layers):
        t = (k + 0.5) / layers
        base = mix(mix(far, middle, min(1.0, 2 * t)), near, max(0.0, 2 * t - 1))
        colour = vary(easel.rng, mix(air, base, 0.45 + 0.55 * t), 0.02)
        level = horizon + (0.72 - horizon * 0.6) * t**1.5
        line = ridge(easel.rng, easel.ratio, level, 0.05 * (1.2 - 0.7 * t), jagged=jagged)
        easel.canvas.fill(under(line), colour, depth=70 + 20 * k, ink=0.4 * easel.manner.outline)


def crags(easel: Easel, level: float, height: float, colour: Colour, *, snow: bool) -> None:
    """A range of mountains with lit and shaded faces."""
    line = ridge(easel.rng, easel.ratio, level, height, jagged=0.75)
    easel.canvas.fill(under(line), colour, depth=90, ink=0.3 * easel.manner.outline)
    lit = mix(colour, easel.outdoors(easel.palette.light), 0.75 if snow else 0.35)
    peaks = [i for i in range(2, len(line) - 2) if line[i, 1] <= line[i - 2 : i + 3, 1].min()]
    for i in peaks:
        x, y = line[i]
        reach = height * easel.between(0.5, 1.2)
        side = easel.hand.light
        face = [
            (x, y),
            (x - 0.5 * side * reach, y + 0.9 * reach),
            (x - 0.1 * side * reach, y + reach),
        ]
        face += [(x + 0.08 * side * reach, y + 0.6 * reach), (x, y + 0.3 * reach)]
        easel.canvas.fill(np.array(face), lit, depth=120, ink=0)


def ground(easel: Easel, top: float, *, rough: float = 1.0) -> None:
    """Grass and soil: touches that grow towards the viewer, close in tone to the land."""
    near = easel.outdoors(easel.palette.land[2])
    plants = (*easel.palette.land[1:], *easel.palette.leaf)
    colours = [mix(easel.outdoors(c), near, 0.6) for c in plants]
    bands = 6
    for k in range(bands):
        t = k / bands
        upper = top + (1 - top) * t**1.3
        easel.scatter(
            (-0.02, upper, easel.ratio + 0.02, min(1.02, upper + 1.6 * (1 - top) / bands)),
            colours,
            count=int(150 * rough * easel.ratio),
            length=0.008 + 0.03 * t,
            width=0.003 + 0.006 * t,
            angle=0.0 if k % 2 else 1.35,
            spread=0.35,
            amount=0.03,
        )


def water(easel: Easel, top: float, bottom: float, *, chop: float = 0.3) -> None:
    """A sheet of water that mirrors the sky in level touches."""
    sky_top, sky_low = (easel.outdoors(c) for c in easel.palette.sky)
    width = easel.ratio
    sheet = np.array([(-0.1, top), (width + 0.1, top), (width + 0.1, bottom), (-0.1, bottom)])
    base = mix(mix(sky_top, sky_low, 0.4), easel.outdoors(easel.palette.dark), 0.2)
    easel.canvas.fill(sheet, base, depth=70, ink=0)
    tones = [
        sky_low,
        sky_top,
        dim(base, 0.8),
        mix(base, easel.outdoors(easel.palette.leaf[0]), 0.5),
    ]
    bands = 5
    for k in range(bands):
        upper = top + (bottom - top) * k / bands
        easel.scatter(
            (-0.05, upper, width + 0.05, upper + (bottom - top) / bands),
            tones,
            count=int(60 * width),
            length=0.025 + 0.02 * k,
            width=0.003 + 0.002 * k,
            spread=chop * 0.35,
            amount=0.03,
        )


def waves(easel: Easel, top: float, *, height: float) -> None:
    """A rough sea: crests with foam, larger towards the viewer."""
    low = easel.outdoors(easel.palette.sky[0])
    sea = mix(low, mix(easel.palette.leaf[0], easel.palette.dark, 0.4), 0.55)
    foam = easel.outdoors(easel.palette.light)
    for k in range(7):
        t = k / 6
        level = top + (1.02 - top) * t**1.3
        line = ridge(easel.rng, easel.ratio, level, height * (0.12 + 0.5 * t), jagged=0.55)
        colour = mix(mix(sea, low, 0.5 * (1 - t)), foam, 0.12 * (k % 2))
        easel.canvas.fill(
            under(smooth(line, steps=2, closed=False)), colour, depth=70 + 12 * k, ink=0
        )
        crest = line[easel.rng.random(len(line)) < 0.2 + 0.25 * t]
        easel.touch(crest, [foam, mix(foam, sea, 0.4)], 0.03 + 0.05 * t, 0.005 + 0.007 * t)


def flowers(
    easel: Easel, area: tuple[float, float, float, float], colours: list[Colour], count: int
) -> None:
    """Blossoms strewn over an area."""
    lit = [easel.outdoors(c) for c in colours]
    easel.scatter(area, lit, count=count, length=0.012, width=0.012, spread=3.0, amount=0.03)
