"""Heads seen close: from the front or half turned, or strictly from the side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.sample.painting.colours import Colour, dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.shapes import oval, smooth


@dataclass(frozen=True)
class Head:
    """Where a head is: middle, radius, and how far it turns (-1 to 1)."""

    x: float
    y: float
    r: float
    turn: float
    attire: str
    skin: Colour
    hair: Colour

    def at(self, across: float, down: float) -> tuple[float, float]:
        """A point in radii from the middle of the head."""
        return (self.x + across * self.r, self.y + down * self.r)

    def path(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        """Points in radii from the middle of the head."""
        return [self.at(across, down) for across, down in points]


def face(easel: Easel, head: Head) -> None:
    """Neck, face, and its features."""
    canvas, line, t = easel.canvas, easel.manner.outline, head.turn
    neck = [(-0.42, 0.5), (-0.45, 1.7), (0.45, 1.7), (0.42, 0.5)]
    canvas.fill(smooth(head.path(*neck), steps=4), dim(head.skin, 0.86), depth=150, ink=line * 0.5)
    egg = [(-0.76, -0.25), (-0.7, 0.45), (-0.38, 0.98), (0.05 * t, 1.14)]
    egg += [(0.38, 0.98), (0.7, 0.45), (0.76, -0.25), (0.55, -0.85), (0, -1.05), (-0.55, -0.85)]
    shape = smooth(head.path(*egg))
    canvas.fill(shape, head.skin, depth=185, ink=line * 0.8)
    shadow = -easel.hand.light
    side = [(0.62 * shadow, -0.6), (0.75 * shadow, 0.2), (0.5 * shadow, 0.85), (0.28 * shadow, 1.0)]
    side += [(0.38 * shadow, 0.3), (0.42 * shadow, -0.4)]
    canvas.fill(smooth(head.path(*side)), dim(head.skin, 0.84), depth=175, ink=0)
    for cheek in (-0.42, 0.42):
        blush = oval(*head.at(cheek + 0.22 * t, 0.35), 0.2 * head.r, 0.15 * head.r, n=14)
        canvas.fill(blush, mix(head.skin, easel.palette.blood, 0.13), depth=190, ink=0)
    _eyes(easel, head)
    _nose_and_mouth(easel, head)


def _eyes(easel: Easel, head: Head) -> None:
    canvas, t = easel.canvas, head.turn
    dark = mix(head.skin, easel.palette.dark, 0.85)
    for side in (-1.0, 1.0):
        x = 0.34 * side + 0.26 * t
        near = 0.165 - 0.045 * side * t
        white = [(x - near, 0.0), (x, -0.08), (x + near, 0.0), (x, 0.06)]
        white_colour = mix(head.skin, easel.palette.light, 0.55)
        canvas.fill(smooth(head.path(*white)), white_colour, depth=180, ink=0)
        iris = oval(*head.at(x + 0.05 * t, -0.01), 0.07 * head.r, 0.078 * head.r, n=12)
        canvas.fill(iris, dark, depth=180, ink=0)
        lid = np.array(head.path((x - near - 0.02, 0.0), (x, -0.13), (x + near + 0.03, 0.0)))
        canvas.streak(smooth(lid, closed=False), dark, 0.045 * head.r)
        brow = [(x - 1.3 * near, -0.24), (x, -0.35), (x + 1.3 * near, -0.25)]
        arch = smooth(head.path(*brow), closed=False)
        canvas.streak(arch, mix(head.skin, head.hair, 0.6), 0.05 * head.r)


def _nose_and_mouth(easel: Easel, head: Head) -> None:
    canvas, t = easel.canvas, head.turn
    shade = mix(dim(head.skin, 0.72), easel.palette.blood, 0.12)
    side = t or 1.0
    ridge = [(0.08 * side + 0.2 * t, -0.15), (0.13 * side + 0.3 * t, 0.3)]
    ridge += [(0.16 * side + 0.32 * t, 0.42), (0.02 + 0.26 * t, 0.46)]
    canvas.streak(smooth(head.path(*ridge), closed=False), shade, 0.06 * head.r)
    x = 0.22 * t
    lips = [(x - 0.24, 0.7), (x - 0.08, 0.65), (x, 0.68), (x + 0.08, 0.65), (x + 0.24, 0.7)]
    lips.append((x, 0.8))
    red = mix(head.skin, easel.palette.blood, 0.6)
    canvas.fill(smooth(head.path(*lips), steps=4), red, depth=188, ink=0)
    line = np.array(head.path((x - 0.24, 0.7), (x, 0.715), (x + 0.24, 0.7)))
    canvas.streak(line, dim(red, 0.6), 0.04 * head.r)


def profile(easel: Easel, head: Head) -> None:
    """A head seen strictly from the side, as on a medal."""
    d, line = (1.0 if head.turn >= 0 else -1.0), easel.manner.outline
    neck = [(-0.55 * d, 0.3), (-0.6 * d, 1.7), (0.35 * d, 1.7), (0.15 * d, 0.8)]
    easel.canvas.fill(smooth(head.path(*neck), steps=4), dim(head.skin, 0.92), ink=line * 0.7)
    edge = [(-0.5, -0.9), (0.1, -1.05), (0.56, -0.75), (0.62, -0.2), (0.92, 0.28), (0.66, 0.42)]
    edge += [(0.72, 0.58), (0.64, 0.68), (0.7, 0.8), (0.58, 1.05), (0.1, 1.0), (-0.5, 0.6)]
    shape = smooth(head.path(*[(x * d, y) for x, y in edge]), steps=5)
    easel.canvas.fill(shape, head.skin, depth=185, ink=line)
    hair = [(-0.75, 0.75), (-1.1, 0.0), (-0.8, -0.95), (0.05, -1.25), (0.5, -0.85), (0.1, -0.5)]
    hair += [(-0.1, 0.1), (-0.2, 0.6)]
    mass = smooth(head.path(*[(x * d, y) for x, y in hair]), steps=5)
    easel.canvas.fill(mass, head.hair, depth=195, ink=line)
    dark = mix(head.skin, easel.palette.dark, 0.85)
    eye = np.array(head.path((0.3 * d, -0.08), (0.52 * d, -0.08)))
    easel.canvas.streak(eye, dark, 0.09 * head.r)
    brow = np.array(head.path((0.22 * d, -0.3), (0.6 * d, -0.3)))
    easel.canvas.streak(brow, dark, 0.05 * head.r)
    lips = np.array(head.path((0.42 * d, 0.62), (0.68 * d, 0.62)))
    easel.canvas.streak(lips, mix(head.skin, easel.palette.blood, 0.7), 0.07 * head.r)
