"""Brushwork: a picture painted over with strokes that follow its forms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from catalog.sample.painting.fields import Field, brightness, from_image, noise, soften, to_image

HALF = 2
"""The flow of the strokes needs no more than every second pixel."""

Pixels = NDArray[np.intp]


@dataclass(frozen=True)
class Brush:
    """Size and habit of a brush, in pixels of the picture."""

    width: float
    length: float
    angle: float
    """Where it goes by itself, radians."""
    broken: float
    """Standard deviation of the colour between strokes, 0 to 1."""
    opacity: float


def repaint(picture: Field, brush: Brush, rng: np.random.Generator) -> Field:
    """Paint a picture again, stroke by stroke: a coarse layer, then a fine one where it is busy.

    Args:
        picture: (height, width, 3), 0 to 1.
        brush: what to paint it with.
        rng: source of chance.

    Returns:
        The painted picture, like `picture`.
    """
    height, width, _ = picture.shape
    tone = brightness(picture[::HALF, ::HALF])
    flow, detail = directions(tone, brush.angle, rng), _detail(tone)
    paint = to_image(picture)
    source = np.asarray(paint).copy()
    for scale in (1.0, 0.55):
        at = _positions(width, height, brush.width * scale * 1.1, rng)
        if scale < 1:
            busy = detail[at[:, 1] // HALF, at[:, 0] // HALF]
            at = at[busy > rng.random(len(at))]
        _layer(paint, source, at, flow, brush, scale, rng)
    return picture + np.float32(brush.opacity) * (from_image(paint) - picture)


def directions(tone: Field, angle: float, rng: np.random.Generator) -> Field:
    """Direction of the brush: along edges, else its own way with some wander."""
    height, width = tone.shape
    down, across = np.gradient(soften(tone, 1.5))
    wander = angle + 0.9 * noise(rng, width, height, cells=2.5, octaves=2)
    # Directions have no sign, so they are averaged as vectors of twice the angle.
    slope = np.hypot(down, across) + 1e-6
    weight = np.clip(slope * 20, 0, 1) / slope**2
    rest = 1 - weight * slope**2
    x = weight * (down**2 - across**2) + rest * np.cos(2 * wander)
    y = -2 * weight * down * across + rest * np.sin(2 * wander)
    turned: Field = np.arctan2(y, x) / 2
    return turned


def _detail(tone: Field) -> Field:
    """Where small strokes are needed, 0 to 1: the finer the form, the more."""
    return np.clip(soften(np.abs(tone - soften(tone, 2.0)), 1.5) * 14, 0.06, 1)


def _positions(width: int, height: int, step: float, rng: np.random.Generator) -> Pixels:
    """A jittered grid in random order, (n, 2) of x and y in pixels."""
    x, y = np.meshgrid(np.arange(0, width, step), np.arange(0, height, step))
    at = np.column_stack((x.ravel(), y.ravel())) + rng.normal(0, step * 0.4, (x.size, 2))
    at = np.clip(at, 0, (width - 1, height - 1))
    return at[rng.permutation(len(at))].astype(np.intp)


def _layer(
    paint: Image.Image,
    source: NDArray[np.uint8],
    at: Pixels,
    flow: Field,
    brush: Brush,
    scale: float,
    rng: np.random.Generator,
) -> None:
    """Draw one layer of strokes."""
    columns, rows = at[:, 0], at[:, 1]
    count = len(at)
    colours = source[rows, columns].astype(np.float32)
    colours += rng.normal(0, brush.broken * 255 * 0.7, (count, 1))
    colours += rng.normal(0, brush.broken * 255 * 0.6, (count, 3))
    colours = np.clip(colours, 0, 255).astype(int)
    turn = flow[rows // HALF, columns // HALF] + rng.normal(0, 0.18, count)
    half = 0.5 * scale * brush.length * rng.uniform(0.6, 1.3, count)
    step = np.column_stack((np.cos(turn), np.sin(turn))) * half[:, None]
    ends = np.hstack((at - step, at + step)).tolist()
    width = max(1, round(brush.width * scale))
    draw = ImageDraw.Draw(paint)
    for line, colour in zip(ends, map(tuple, colours.tolist()), strict=True):
        draw.line(line, fill=colour, width=width)
