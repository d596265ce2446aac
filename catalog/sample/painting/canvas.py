"""What a painter draws on: colour, and three layers that the finish turns into paint."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from catalog.sample.painting.colours import Colour
from catalog.sample.painting.fields import Field
from catalog.sample.painting.shapes import Points

SUPERSAMPLING = 2
"""Colour and ink are drawn this much larger, then reduced, for clean edges."""


def _ints(colour: Colour) -> tuple[int, int, int]:
    return (round(colour[0]), round(colour[1]), round(colour[2]))


class Canvas:
    """Four layers of one picture, drawn in units of its height (x from 0 to `ratio`, y to 1).

    `colour` is the flat paint; `relief` how far things stand forward (light from the side models
    them); `ink` the contours; `gold` where gold leaf lies. A shape that is drawn over another
    hides it in all four.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.ratio = width / height
        large = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        self.colour = Image.new("RGB", large)
        self.relief = Image.new("L", (width, height), 60)
        self.ink = Image.new("L", large)
        self.gold = Image.new("L", (width, height))
        self._colour = ImageDraw.Draw(self.colour)
        self._relief = ImageDraw.Draw(self.relief)
        self._ink = ImageDraw.Draw(self.ink)
        self._gold = ImageDraw.Draw(self.gold)

    def wash(self, paint: Field) -> None:
        """Cover everything with a painted ground, (h, w, 3) of any size, 0 to 255."""
        for layer, empty in ((self.relief, 60), (self.ink, 0), (self.gold, 0)):
            layer.paste(empty, (0, 0, *layer.size))
        image = Image.fromarray(np.clip(paint, 0, 255).astype(np.uint8))
        self.colour.paste(image.resize(self.colour.size, Image.Resampling.BILINEAR))

    def fill(
        self,
        points: Points,
        colour: Colour,
        *,
        depth: int = 130,
        ink: float = 1.0,
        gold: float = 0.0,
    ) -> None:
        """Paint an area.

        Args:
            points: its outline.
            colour: its paint.
            depth: 0 far to 255 near.
            ink: weight of the contour, 0 none; about 1 for a main contour.
            gold: share of gold leaf in it, 0 to 1.
        """
        large = (points * (self.height * SUPERSAMPLING)).ravel().tolist()
        flat = (points * self.height).ravel().tolist()
        self._colour.polygon(large, fill=_ints(colour))
        self._relief.polygon(flat, fill=depth)
        self._ink.polygon(large, fill=0)
        self._gold.polygon(flat, fill=round(gold * 255))
        if ink:
            width = max(1, round(ink * 0.0055 * self.height * SUPERSAMPLING))
            self._ink.line([*large, *large[:4]], fill=255, width=width, joint="curve")

    def streak(self, points: Points, colour: Colour, width: float) -> None:
        """Paint a line of a colour, `width` in units of the height, flat and without contour."""
        pixels = max(1, round(width * self.height * SUPERSAMPLING))
        large = (points * (self.height * SUPERSAMPLING)).ravel().tolist()
        self._colour.line(large, fill=_ints(colour), width=pixels)

    def dabs(self, points: Points, steps: Points, colours: list[Colour], width: float) -> None:
        """Many short touches: from each point by its step, each in its colour."""
        scale = self.height * SUPERSAMPLING
        pixels = max(1, round(width * scale))
        ends = np.hstack((points, points + steps)) * scale
        for line, colour in zip(ends.tolist(), colours, strict=True):
            self._colour.line(line, fill=_ints(colour), width=pixels)

    def fold(self, points: Points, width: float, depth: int) -> None:
        """Raise or sink a line in the relief: a fold of cloth, the flute of a column."""
        flat = (points * self.height).ravel().tolist()
        self._relief.line(flat, fill=depth, width=max(1, round(width * self.height)))

    def contour(self, points: Points, weight: float = 1.0) -> None:
        """Draw a line in ink."""
        large = (points * (self.height * SUPERSAMPLING)).ravel().tolist()
        pixels = max(1, round(weight * 0.0055 * self.height * SUPERSAMPLING))
        self._ink.line(large, fill=255, width=pixels, joint="curve")

    def gild(self, points: Points, width: float) -> None:
        """Draw a line in gold leaf."""
        flat = (points * self.height).ravel().tolist()
        self._gold.line(flat, fill=255, width=max(1, round(width * self.height)))
