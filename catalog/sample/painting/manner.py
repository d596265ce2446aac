"""A way of painting: proportions, light, line, brush; and how one leans to another."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from catalog.sample.painting.palette import Palette


@dataclass(frozen=True, kw_only=True)
class Manner:
    """A way of painting. Lengths are in pixels of a picture 320 pixels long."""

    palette: Palette
    formats: tuple[float, ...]
    """Usual ratios of width to height."""
    garments: tuple[str, ...]
    attire: tuple[str, ...]
    """What sitters wear on head and neck."""
    backdrops: tuple[str, ...]
    trees: tuple[str, ...]
    heads: float = 7.0
    """Height of a standing figure in heads."""
    sway: float = 0.3
    outline: float = 0.2
    modelling: float = 0.8
    softness: float = 0.0
    """Blur; below 0 sharper than drawn."""
    chiaroscuro: float = 0.0
    brush: float = 5.0
    stretch: float = 3.0
    """Length of a stroke in widths."""
    cover: float = 0.4
    """How much of the picture's look is strokes, 0 to 1."""
    broken: float = 0.04
    """How far the colours of neighbouring strokes differ."""
    impasto: float = 0.2
    grain: float = 0.02
    saturation: float = 1.0
    contrast: float = 1.0
    warmth: float = 0.0
    crackle: float = 0.0
    flatness: float = 0.0
    horizon: float = 0.5
    profile: float = 0.0
    """How often a bareheaded sitter is seen strictly from the side."""


NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "Medieval": ("Early Renaissance",),
    "Early Renaissance": ("Medieval", "High Renaissance", "Northern Renaissance"),
    "Northern Renaissance": ("Early Renaissance", "Mannerism", "Baroque"),
    "High Renaissance": ("Early Renaissance", "Mannerism"),
    "Mannerism": ("High Renaissance", "Baroque"),
    "Baroque": ("Mannerism", "Rococo", "Romanticism"),
    "Rococo": ("Baroque", "Neoclassicism"),
    "Neoclassicism": ("Rococo", "Romanticism", "High Renaissance"),
    "Romanticism": ("Neoclassicism", "Realism", "Baroque"),
    "Realism": ("Romanticism", "Impressionism"),
    "Impressionism": ("Realism", "Art Nouveau"),
    "Art Nouveau": ("Impressionism", "Realism"),
}
"""Styles that borrow from one another: an artist leans to one of them."""


def blend(own: Manner, other: Manner, share: float, rng: np.random.Generator) -> Manner:
    """Lean a manner to another: numbers by `share`, all else at random with that probability."""
    changes: dict[str, object] = {}
    for field in fields(Manner):
        mine, theirs = getattr(own, field.name), getattr(other, field.name)
        if isinstance(mine, Palette):
            changes[field.name] = mine.blend(theirs, share, rng)
        elif isinstance(mine, float):
            changes[field.name] = mine + share * (theirs - mine)
        elif rng.random() < share:
            changes[field.name] = theirs
    return replace(own, **changes)  # type: ignore[arg-type]
