"""All that a scene needs at hand while it is painted: canvas, palette, chance, mood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from catalog.sample.painting.canvas import Canvas
from catalog.sample.painting.colours import Colour, dim, mix, vary
from catalog.sample.painting.hand import Hand
from catalog.sample.painting.manner import Manner
from catalog.sample.painting.palette import Palette
from catalog.sample.painting.shapes import Points

T = TypeVar("T")

MOODS: dict[str, tuple[Colour, float]] = {
    "day": ((255, 255, 255), 0.0),
    "dusk": ((236, 140, 70), 0.4),
    "night": ((34, 46, 92), 0.6),
    "winter": ((226, 230, 236), 0.55),
    "storm": ((60, 64, 74), 0.5),
}
"""What the hour and the weather mix into sky and land, and how much of it."""


@dataclass
class Easel:
    """One picture in the making."""

    canvas: Canvas
    rng: np.random.Generator
    hand: Hand
    mood: str
    motif: str
    """The thing that the title names, for scenes that can show it ("lemons")."""

    @property
    def manner(self) -> Manner:
        """How the artist paints."""
        return self.hand.manner

    @property
    def palette(self) -> Palette:
        """The artist's pigments."""
        return self.hand.manner.palette

    @property
    def ratio(self) -> float:
        """Width of the canvas in units of its height."""
        return self.canvas.ratio

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return float(self.rng.uniform(low, high))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.rng.integers(len(items)))]

    def dress(self) -> Colour:
        """A colour for cloth: mostly one of the artist's favourites."""
        cloth = self.palette.dress
        if self.chance(0.75):
            return vary(self.rng, cloth[self.pick(self.hand.favourites) % len(cloth)], 0.02)
        return vary(self.rng, self.pick(cloth), 0.02)

    def skin(self) -> Colour:
        """A complexion."""
        return vary(self.rng, self.palette.skin, 0.02)

    def hair(self) -> Colour:
        """A colour for hair."""
        return vary(self.rng, self.pick(self.palette.hair), 0.025)

    def outdoors(self, colour: Colour) -> Colour:
        """The colour as it looks under this picture's sky."""
        tint, share = MOODS[self.mood]
        shade = dim(colour, 0.6) if self.mood in ("night", "storm") else colour
        return mix(shade, tint, share * 0.75)

    def scatter(
        self,
        area: tuple[float, float, float, float],
        colours: Sequence[Colour],
        *,
        count: int,
        length: float,
        width: float,
        angle: float = 0.0,
        spread: float = 0.3,
        amount: float = 0.04,
    ) -> None:
        """Strew short touches over an area: grass, leaves, ripples.

        Args:
            area: left, top, right, bottom.
            colours: what they are painted with.
            count: how many.
            length: of a touch.
            width: of a touch.
            angle: its direction, radians.
            spread: standard deviation of the direction.
            amount: how much the colours vary.
        """
        left, top, right, bottom = area
        at = self.rng.uniform((left, top), (right, bottom), (count, 2))
        self.touch(at, colours, length, width, angle=angle, spread=spread, amount=amount)

    def touch(
        self,
        at: Points,
        colours: Sequence[Colour],
        length: float,
        width: float,
        *,
        angle: float = 0.0,
        spread: float = 0.3,
        amount: float = 0.04,
    ) -> None:
        """Short touches of the brush at given points; see `scatter`."""
        count = len(at)
        turn = self.rng.normal(angle, spread, count)
        steps = np.column_stack((np.cos(turn), np.sin(turn))) * length
        table = np.asarray(colours, dtype=float)
        paint = table[self.rng.integers(len(colours), size=count)]
        paint += self.rng.normal(0.0, amount * 255, (count, 1))
        paint = np.clip(paint, 0, 255)
        self.canvas.dabs(at - steps / 2, steps, list(map(tuple, paint.tolist())), width)
