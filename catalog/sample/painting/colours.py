"""Colours: what a pigment is, and how two are mixed."""

from __future__ import annotations

import numpy as np

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 255."""


def pigments(text: str) -> tuple[Colour, ...]:
    """Read colours from six-digit hexadecimal numbers with spaces between."""
    return tuple((int(c[:2], 16), int(c[2:4], 16), int(c[4:], 16)) for c in text.split())


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Mix `share` (0 to 1) of the second colour into the first."""
    keep = 1.0 - share
    return (
        first[0] * keep + second[0] * share,
        first[1] * keep + second[1] * share,
        first[2] * keep + second[2] * share,
    )


def dim(colour: Colour, factor: float) -> Colour:
    """Darken (factor below 1) or lighten (above 1) a colour."""
    return (
        min(255.0, colour[0] * factor),
        min(255.0, colour[1] * factor),
        min(255.0, colour[2] * factor),
    )


def vary(rng: np.random.Generator, colour: Colour, amount: float) -> Colour:
    """Shift a colour at random: mostly in value, a third of that in hue.

    Args:
        rng: source of chance.
        colour: the colour to start from.
        amount: standard deviation of the shift, as a share of the full range.
    """
    value = rng.normal(0.0, amount * 255)
    red, green, blue = rng.normal(0.0, amount * 85, 3)
    return (
        min(255.0, max(0.0, colour[0] + value + red)),
        min(255.0, max(0.0, colour[1] + value + green)),
        min(255.0, max(0.0, colour[2] + value + blue)),
    )
