"""The hand of an artist: what stays the same in all of his or her works."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from catalog.sample.painting.manner import NEIGHBOURS, Manner, blend
from catalog.sample.painting.styles import MANNERS

FROM_THE_LEFT = 0.7
"""Most painters are right-handed and let the light come from the left."""


@dataclass(frozen=True)
class Hand:
    """Habits of one artist."""

    manner: Manner
    """That of the style, leaning to a neighbour, with a brush and a line of the artist's own."""
    hue: float
    """Turn of all colours, radians."""
    value: float
    """Exponent of the tones: above 1 a darker hand."""
    angle: float
    """Direction of the strokes, radians."""
    light: float
    """1 from the left, -1 from the right."""
    scale: float
    """Size of figures."""
    favourites: tuple[int, ...]
    """The dress colours of the palette that come back again and again."""


def hand_of(style: str, seed: list[int]) -> Hand:
    """Make the hand of an artist of a style; the same seed makes the same hand."""
    rng = np.random.default_rng(seed)
    other = str(rng.choice(NEIGHBOURS[style]))
    share = float(rng.uniform(0.0, 0.4))
    leaning = blend(MANNERS[style], MANNERS[other], share, rng)
    colours = len(leaning.palette.dress)
    return Hand(
        manner=_own(leaning, rng),
        hue=float(rng.normal(0.0, 0.11)),
        value=float(np.exp(rng.normal(0.0, 0.16))),
        angle=float(rng.uniform(0.0, np.pi)),
        light=1.0 if rng.random() < FROM_THE_LEFT else -1.0,
        scale=float(rng.uniform(0.85, 1.2)),
        favourites=tuple(int(i) for i in rng.permutation(colours)[:4]),
    )


def _own(manner: Manner, rng: np.random.Generator) -> Manner:
    """Vary the numbers of a manner the way one artist differs from the next."""

    def around(value: float, spread: float) -> float:
        return float(value * np.exp(rng.normal(0.0, spread)))

    return replace(
        manner,
        heads=around(manner.heads, 0.06),
        sway=around(manner.sway, 0.3),
        outline=around(manner.outline, 0.35),
        modelling=around(manner.modelling, 0.2),
        brush=around(manner.brush, 0.28),
        stretch=around(manner.stretch, 0.25),
        broken=around(manner.broken, 0.3),
        impasto=around(manner.impasto, 0.4),
        saturation=around(manner.saturation, 0.15),
        contrast=around(manner.contrast, 0.08),
        cover=min(1.0, around(manner.cover, 0.2)),
        warmth=manner.warmth + float(rng.normal(0.0, 0.04)),
        softness=manner.softness + float(rng.normal(0.0, 0.25)),
        horizon=float(np.clip(manner.horizon + rng.normal(0.0, 0.07), 0.2, 0.75)),
        chiaroscuro=float(np.clip(manner.chiaroscuro + rng.normal(0.0, 0.1), 0.0, 1.0)),
    )
