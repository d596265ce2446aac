"""Smooth random fields over the picture: clouds, mottled paint, uneven varnish.

All in single precision, for speed: scalars that meet a field are Python's own numbers, because one
of NumPy's double precision would turn the whole field into doubles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float32]


def resized(field: Field, width: int, height: int) -> Field:
    """Scale a field; shrinking averages, growing is smooth."""
    image = Image.fromarray(field).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32)


def from_image(image: Image.Image) -> Field:
    """Pixels of an image as numbers from 0 to 1."""
    return np.asarray(image, dtype=np.float32) * np.float32(1 / 255)


def to_image(field: Field) -> Image.Image:
    """An image, grey or RGB, of numbers from 0 to 1."""
    return Image.fromarray((np.clip(field, 0, 1) * 255).astype(np.uint8))


def soften(field: Field, radius: float) -> Field:
    """Blur in floating point: slow slopes stay slopes, which eight bits would turn to steps."""
    height, width = field.shape
    small = (max(2, round(width / radius)), max(2, round(height / radius)))
    return resized(resized(field, *small), width, height)


def noise(
    rng: np.random.Generator,
    width: int,
    height: int,
    *,
    cells: float,
    stretch: float = 1.0,
    octaves: int = 3,
) -> Field:
    """Fractal value noise.

    Args:
        rng: source of chance.
        width: of the field, in pixels.
        height: of the field, in pixels.
        cells: lumps along the height at the coarsest octave.
        stretch: how much wider than high the lumps are.
        octaves: each twice as fine and half as strong.

    Returns:
        (height, width) array, mostly within -1 to 1, mean about 0.
    """
    total = np.zeros((2, 2), dtype=np.float32)
    for octave in range(octaves):
        down = max(2, round(cells * 2**octave) + 1)
        across = max(2, round(cells * 2**octave * width / height / stretch) + 1)
        grid = rng.random((down, across), dtype=np.float32) * 2 - 1
        total = resized(total, across, down) + grid * 0.5**octave
    return resized(total, width, height)


def brightness(picture: Field) -> Field:
    """Grey value of a picture (height, width, 3), as seen (Rec. 601)."""
    grey: Field = picture @ np.array((0.299, 0.587, 0.114), dtype=np.float32)
    return grey


def ramp(field: Field, low: float, high: float) -> Field:
    """Smoothly from 0 where the field is at most `low` to 1 where it is at least `high`."""
    t = np.clip((field - low) * (1.0 / (high - low)), 0.0, 1.0)
    eased: Field = t * t * (3 - 2 * t)
    return eased
