"""The painter: turns a commission (artist, scene, mood, size) into a picture."""

from __future__ import annotations

import numpy as np
from PIL import Image

from catalog.sample.painting.canvas import Canvas
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.finish import finished
from catalog.sample.painting.hand import Hand
from catalog.sample.painting.scenes import SCENES


def paint(
    hand: Hand, scene: str, size: tuple[int, int], seed: list[int], *, mood: str, motif: str
) -> Image.Image:
    """Paint one picture.

    Args:
        hand: the artist's.
        scene: a name in `scenes.SCENES`.
        size: width and height in pixels.
        seed: the same seed paints the same picture.
        mood: a name in `easel.MOODS`.
        motif: a thing that the title names.

    Returns:
        An RGB image.
    """
    rng = np.random.default_rng(seed)
    canvas = Canvas(*size)
    easel = Easel(canvas, rng, hand, mood, motif)
    SCENES[scene](easel)
    return finished(canvas, easel.hand, rng)
