"""From flat drawing to painted picture: form, light, gold, brushwork, line, age."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from catalog.sample.painting.canvas import SUPERSAMPLING, Canvas
from catalog.sample.painting.fields import (
    Field,
    brightness,
    from_image,
    noise,
    ramp,
    resized,
    soften,
    to_image,
)
from catalog.sample.painting.hand import Hand
from catalog.sample.painting.manner import Manner
from catalog.sample.painting.strokes import Brush, repaint

FAINT = 0.25
"""Where strokes count for less than this the paint is smooth."""

DIMMEST = 0.08
"""Less chiaroscuro than this is even light."""

LEAST_BLUR = 0.3
"""A smaller radius, in pixels, changes nothing that can be seen."""


def finished(canvas: Canvas, hand: Hand, rng: np.random.Generator) -> Image.Image:
    """Turn the layers of a canvas into an RGB image of its size."""
    manner, unit = hand.manner, max(canvas.width, canvas.height) / 320
    picture = from_image(canvas.colour.reduce(SUPERSAMPLING))
    relief = from_image(canvas.relief)
    picture = model(picture, relief, manner.modelling, hand.light, unit)
    picture = soften_edges(picture, manner.softness * unit)
    picture = mottle(picture, manner, rng)
    if manner.chiaroscuro > DIMMEST:
        picture = chiaroscuro(picture, relief, manner, hand.light, rng)
    gold = from_image(canvas.gold)
    if gold.any():
        picture = gild(picture, gold, rng)
    if manner.cover > FAINT:
        picture = brushwork(picture, hand, unit, rng)
    if manner.outline > 0:
        picture = draw_lines(picture, from_image(canvas.ink.reduce(SUPERSAMPLING)), manner)
    picture = grade(picture, hand, rng)
    picture = age(picture, manner, rng)
    return to_image(picture)


def draw_lines(picture: Field, ink: Field, manner: Manner) -> Field:
    """Lay the contours over the paint, in the darkest pigment."""
    dark = np.array(manner.palette.dark, dtype=np.float32) * np.float32(1 / 255)
    amount = ink * np.float32(min(1.0, 0.25 + manner.outline))
    return picture + amount[..., None] * (dark - picture)


def model(picture: Field, relief: Field, strength: float, light: float, unit: float) -> Field:
    """Light from above and one side on whatever stands forward."""
    total = np.zeros_like(relief)
    for radius, gain in ((1.2, 0.5), (4.0, 1.1), (10.0, 1.3)):
        soft = soften(relief, max(1.0, radius * unit))
        down, across = np.gradient(soft)
        total += gain * radius * unit * (light * across * 0.85 + down * 0.6)
    # Light belongs to what stands forward; behind it there is no glow, only a weak shadow.
    raised = ramp(relief, 0.3, 0.46)
    total *= np.where(total > 0, 0.05 + 0.95 * raised, 0.4 + 0.6 * raised)
    factor: Field = 1 + strength * np.clip(total, -0.55, 0.6)
    return picture * factor[..., None]


def mottle(picture: Field, manner: Manner, rng: np.random.Generator) -> Field:
    """Uneven paint: broad in value, fine in grain; flat styles have little of the first."""
    height, width, _ = picture.shape
    broad = noise(rng, width, height, cells=5, octaves=4) * 0.07 * (1 - 0.7 * manner.flatness)
    fine = rng.standard_normal((height, width), dtype=np.float32) * manner.grain * 0.7
    mottled: Field = picture * (1 + broad)[..., None] + fine[..., None]
    return mottled


def chiaroscuro(
    picture: Field, relief: Field, manner: Manner, light: float, rng: np.random.Generator
) -> Field:
    """A beam from an upper corner; what stands back falls into brown darkness."""
    height, width, _ = picture.shape
    # The beam has no fine detail: a quarter of the size is enough.
    small = (max(8, width // 4), max(8, height // 4))
    x = np.linspace(0, 1, small[0], dtype=np.float32)[None, :] - rng.uniform(0.38, 0.62)
    y = np.linspace(0, 1, small[1], dtype=np.float32)[:, None] - rng.uniform(0.35, 0.55)
    reach = rng.uniform(0.36, 0.5)
    along = (x * light * 0.6 + y * 0.8) / (1.5 * reach)
    across = (x * 0.8 - y * light * 0.6) / reach
    distance = np.sqrt(along**2 + across**2) + 0.12 * noise(rng, *small, cells=3, octaves=2)
    lit = resized(1 - ramp(distance, 0.35, 1.45), width, height)
    forward = soften(relief, 3.0)
    lit = np.clip(lit * (0.55 + 0.85 * forward) * 1.3, 0, 1)
    level = (1 - manner.chiaroscuro * (1 - lit))[..., None]
    dark = picture * 0.16 + np.array(manner.palette.dark, dtype=np.float32) * (0.8 / 255)
    lit_up: Field = dark + (picture * (1 + 0.2 * manner.chiaroscuro) - dark) * level
    return lit_up


def gild(picture: Field, gold: Field, rng: np.random.Generator) -> Field:
    """Lay gold leaf: squares of slightly different shine, worn to the red bole."""
    height, width, _ = picture.shape
    shine = noise(rng, width, height, cells=2.5, octaves=2)
    wear = ramp(noise(rng, width, height, cells=26, octaves=3), 0.75, 1.5)
    leaf = max(6, height // 9)
    rows, columns = np.arange(height) // leaf, np.arange(width) // leaf
    sheets = rng.uniform(0.96, 1.03, (rows[-1] + 1, columns[-1] + 1)).astype(np.float32)
    tone = sheets[rows][:, columns] * (1 + 0.13 * shine)
    metal = np.array((0.83, 0.63, 0.25), dtype=np.float32) * tone[..., None]
    bole = np.array((0.55, 0.25, 0.14), dtype=np.float32)
    metal = metal + 0.5 * wear[..., None] * (bole - metal)
    gilded: Field = picture + gold[..., None] * (metal - picture)
    return gilded


def soften_edges(picture: Field, radius: float) -> Field:
    """Sfumato for a positive radius, a crisper touch for a negative one."""
    if abs(radius) < LEAST_BLUR:
        return picture
    blurred = from_image(to_image(picture).filter(ImageFilter.BoxBlur(1.2 * abs(radius))))
    if radius > 0:
        return picture + np.float32(0.85) * (blurred - picture)
    return picture + np.float32(0.8) * (picture - blurred)


def brushwork(picture: Field, hand: Hand, unit: float, rng: np.random.Generator) -> Field:
    """Paint over with strokes; thick paint catches the light."""
    manner = hand.manner
    width = max(2.0, max(4.5, manner.brush) * unit)
    brush = Brush(
        width=width,
        length=width * manner.stretch,
        angle=hand.angle,
        broken=manner.broken,
        opacity=manner.cover,
    )
    painted = repaint(picture, brush, rng)
    slopes = np.asarray(np.gradient(brightness(painted)), dtype=np.float32)
    shine = np.clip((slopes[1] * hand.light + slopes[0]) * manner.impasto, -0.2, 0.2)
    shone: Field = painted * (1 + shine)[..., None]
    return shone


def grade(picture: Field, hand: Hand, rng: np.random.Generator) -> Field:
    """The artist's key: hue, saturation, contrast, tone; each photograph differs a little."""
    manner = hand.manner
    picture = np.clip(picture, 0, 1)
    grey = brightness(picture)[..., None]
    tone = np.clip((grey - 0.5) * manner.contrast + 0.5, 0, 1) ** hand.value
    warm = manner.warmth + rng.normal(0, 0.02)
    cast = np.array((1 + warm, 1 + 0.15 * warm, 1 - warm), dtype=np.float32)
    turn = hue_turn(hand.hue) * np.float32(manner.saturation)
    graded: Field = (tone + (picture - grey) @ turn) * (cast * np.float32(rng.normal(1.0, 0.05)))
    return graded


def hue_turn(angle: float) -> Field:
    """Matrix, for colours as rows, that turns them about the grey axis (Rodrigues)."""
    cos, sin = np.cos(angle), np.sin(angle) / np.sqrt(3)
    same, next_, last = cos + (1 - cos) / 3, (1 - cos) / 3 + sin, (1 - cos) / 3 - sin
    rows = ((same, next_, last), (last, same, next_), (next_, last, same))
    return np.array(rows, dtype=np.float32)


def age(picture: Field, manner: Manner, rng: np.random.Generator) -> Field:
    """Weave of the canvas, fine cracks of old paint, darker edges."""
    height, width, _ = picture.shape
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    factor: Field = 1 + (np.sin(x * 2.1) + np.sin(y * 2.1)) * 0.006
    if manner.crackle > 0:
        lines = np.abs(noise(rng, width, height, cells=16, octaves=2))
        factor = factor - 0.3 * manner.crackle * (1 - ramp(lines, 0.0, 0.05))
    edge = np.minimum(np.minimum(x, width - 1 - x) / width, np.minimum(y, height - 1 - y) / height)
    factor = factor * (0.9 + 0.1 * ramp(edge, 0.0, 0.06))
    return picture * factor[..., None]
