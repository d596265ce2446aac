"""People seen whole: robes, gowns, smocks and togas, with a head and two arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.sample.painting.colours import Colour, dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.shapes import Points, oval, smooth, taper

WIDTHS: dict[str, tuple[tuple[float, float], ...]] = {
    "robe": ((0, 0.035), (0.06, 0.1), (0.25, 0.1), (0.45, 0.095), (0.7, 0.125), (1, 0.165)),
    "toga": ((0, 0.035), (0.06, 0.12), (0.25, 0.115), (0.5, 0.1), (0.75, 0.11), (0.92, 0.1)),
    "gown": ((0, 0.03), (0.05, 0.085), (0.2, 0.075), (0.34, 0.055), (0.5, 0.15), (1, 0.25)),
    "coat": ((0, 0.035), (0.06, 0.115), (0.3, 0.095), (0.45, 0.1), (0.6, 0.125), (0.62, 0.1)),
    "smock": ((0, 0.035), (0.07, 0.12), (0.3, 0.115), (0.5, 0.12), (0.7, 0.14), (0.72, 0.1)),
}
"""Half widths of each garment from neck (0) to floor (1), in heights of the figure."""

LEGS = ("coat", "smock", "toga")

GESTURES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "down": ((0.05, 0.16), (0.04, 0.31)),
    "pray": ((0.05, 0.15), (-0.07, 0.11)),
    "raise": ((0.11, -0.01), (0.15, -0.15)),
    "hold": ((0.06, 0.15), (-0.04, 0.21)),
    "point": ((0.11, 0.07), (0.22, 0.01)),
}
"""Elbow and hand from the shoulder, outwards and down, in heights of the figure."""


@dataclass(frozen=True)
class Pose:
    """Where a figure stands and how."""

    x: float
    foot: float
    height: float
    garment: str = "robe"
    gestures: tuple[str, str] = ("down", "hold")
    woman: bool = False
    halo: bool = False
    lean: float = 0.0
    """Head to the left (below 0) or right of the feet, in heights."""
    depth: int = 150


def figure(easel: Easel, pose: Pose, dress: Colour | None = None) -> tuple[float, float, float]:
    """Paint a standing figure.

    Returns:
        x and y of the middle of the head, and its radius.
    """
    heads = easel.manner.heads * easel.between(0.96, 1.04)
    radius = pose.height / heads / 2
    neck = pose.foot - pose.height + 2.1 * radius
    spine = _spine(easel, pose, neck)
    cloth = dress or easel.dress()
    if pose.garment in LEGS:
        _legs(easel, pose, spine, cloth)
    _body(easel, pose, spine, cloth)
    _arms(easel, pose, spine, cloth)
    at = spine[0] + np.array([0.25 * pose.lean * pose.height, -0.95 * radius])
    _head(easel, pose, (float(at[0]), float(at[1])), radius)
    return float(at[0]), float(at[1]), radius


def _spine(easel: Easel, pose: Pose, neck: float) -> Points:
    """Middle line from neck to floor, 11 points: straight, leaning or twisting."""
    t = np.linspace(0.0, 1.0, 11)
    swing = easel.manner.sway * pose.height * 0.09 * (1 if easel.chance(0.5) else -1)
    x = pose.x + pose.lean * pose.height * (1 - t) + swing * np.sin(np.pi * 1.7 * t)
    return np.column_stack((x, neck + t * (pose.foot - neck)))


def _at(spine: Points, garment: str, t: Points, side: Points) -> Points:
    """Points on the garment: `t` from neck to floor, `side` -1 left edge to 1 right edge."""
    profile = np.array(WIDTHS[garment])
    height = (spine[-1, 1] - spine[0, 1]) * 1.17
    along = np.linspace(0.0, 1.0, len(spine))
    x = np.interp(t, along, spine[:, 0])
    y = np.interp(t, along, spine[:, 1])
    return np.column_stack((x + side * np.interp(t, profile[:, 0], profile[:, 1]) * height, y))


def _legs(easel: Easel, pose: Pose, spine: Points, cloth: Colour) -> None:
    """Legs under a short garment: bare under a toga, else in stockings or trousers."""
    bare = pose.garment == "toga"
    colour = easel.skin() if bare else mix(dim(cloth, 0.5), easel.palette.dark, 0.5)
    hip = spine[5]
    for side in (-1.0, 1.0):
        spread = pose.height * (0.05 + 0.05 * easel.rng.random())
        foot = np.array([spine[-1, 0] + side * spread, pose.foot])
        knee = (hip + foot) / 2 + (0.02 * pose.height * side, 0)
        leg = smooth([tuple(hip), tuple(knee), tuple(foot)], closed=False)
        easel.canvas.fill(
            taper(leg, 0.085 * pose.height, 0.04 * pose.height),
            colour,
            depth=pose.depth,
            ink=easel.manner.outline,
        )
        easel.canvas.fill(
            oval(foot[0] + side * 0.015 * pose.height, pose.foot, 0.03 * pose.height, 0.012),
            dim(colour, 0.8),
            depth=pose.depth,
            ink=0,
        )


def _body(easel: Easel, pose: Pose, spine: Points, cloth: Colour) -> None:
    """The garment, a mantle or sash over it, and the folds of both."""
    profile = np.array(WIDTHS[pose.garment])
    t = profile[:, 0]
    left = _at(spine, pose.garment, t, np.full(len(t), -1.0))
    right = _at(spine, pose.garment, t, np.full(len(t), 1.0))
    outline = smooth(np.vstack((left, right[::-1])), steps=5)
    easel.canvas.fill(outline, cloth, depth=pose.depth, ink=easel.manner.outline)
    if pose.garment in ("robe", "toga") and easel.chance(0.7):
        _mantle(easel, pose, spine)
    if pose.garment == "smock" and pose.woman:
        t = np.array([0.42, 0.7, 0.7, 0.42])
        apron = _at(spine, pose.garment, t, np.array([-0.6, -0.7, 0.7, 0.6]))
        easel.canvas.fill(apron, easel.palette.light, depth=pose.depth + 10, ink=0)
    _folds(easel, pose, spine, cloth)


def _mantle(easel: Easel, pose: Pose, spine: Points) -> None:
    """A second cloth from one shoulder across to the other hip."""
    side = 1.0 if easel.chance(0.5) else -1.0
    t = np.array([0.03, 0.1, 0.35, 0.6, 0.8, 0.9, 0.88, 0.6, 0.3, 0.05])
    edge = np.array([0.5, 0.2, 0.1, 0.7, 0.6, -0.2, -1.15, -1.2, -1.15, -1.1]) * side
    cloth = easel.dress()
    area = smooth(_at(spine, pose.garment, t, edge), steps=4)
    easel.canvas.fill(area, cloth, depth=pose.depth + 15, ink=easel.manner.outline)


def _folds(easel: Easel, pose: Pose, spine: Points, cloth: Colour) -> None:
    """Raised and sunken lines that fan out from waist to hem."""
    count = max(3, int(7 * min(1.0, pose.height * 2)))
    end = WIDTHS[pose.garment][-1][0]
    for k in range(count):
        start = easel.between(0.08, 0.5)
        t = np.linspace(start, end * 0.98, 6)
        place = -0.85 + 1.7 * (k + easel.between(0.1, 0.9)) / count
        side = place * np.linspace(0.75, 1.0, 6) + easel.rng.normal(0, 0.05, 6)
        line = _at(spine, pose.garment, t, side)
        sunken = k % 2 == 0
        depth = pose.depth + (-45 if sunken else 45)
        easel.canvas.fold(line, 0.016 * pose.height, max(0, min(255, depth)))
        if sunken and easel.manner.outline > easel.rng.random():
            easel.canvas.contour(line, 0.5 * easel.manner.outline)
        elif sunken:
            easel.canvas.streak(line, dim(cloth, 0.8), 0.006 * pose.height)


def _arms(easel: Easel, pose: Pose, spine: Points, cloth: Colour) -> None:
    sleeve = easel.skin() if pose.garment == "toga" else dim(cloth, 0.94)
    for side, gesture in zip((-1.0, 1.0), pose.gestures, strict=True):
        shoulder = _at(spine, pose.garment, np.array([0.08]), np.array([0.8 * side]))[0]
        elbow, hand = (
            shoulder + np.array([side * dx, dy]) * pose.height for dx, dy in GESTURES[gesture]
        )
        arm = smooth([tuple(shoulder), tuple(elbow), tuple(hand)], steps=4, closed=False)
        width = 0.06 * pose.height
        easel.canvas.fill(
            taper(arm, width, width * 0.75),
            sleeve,
            depth=pose.depth + 25,
            ink=easel.manner.outline * 0.8,
        )
        palm = oval(hand[0], hand[1], 0.02 * pose.height, 0.025 * pose.height, n=12)
        easel.canvas.fill(palm, easel.skin(), depth=pose.depth + 30, ink=easel.manner.outline * 0.5)


def _head(easel: Easel, pose: Pose, at: tuple[float, float], r: float) -> None:
    """Halo, hair or veil, face."""
    x, y = at
    canvas, line = easel.canvas, easel.manner.outline
    if pose.halo:
        halo(easel, x, y, r * 1.75)
    hair = easel.dress() if pose.woman and easel.chance(0.4) else easel.hair()
    if pose.woman:
        back = [(x - r, y), (x, y - 1.15 * r), (x + r, y), (x + 0.9 * r, y + 1.5 * r)]
        canvas.fill(
            smooth([*back, (x - 0.9 * r, y + 1.5 * r)], steps=4),
            hair,
            depth=pose.depth,
            ink=line,
        )
        throat = [(x - 0.35 * r, y + 0.5 * r), (x + 0.35 * r, y + 0.5 * r), (x, y + 1.7 * r)]
        canvas.fill(np.array(throat), dim(easel.palette.skin, 0.92), depth=pose.depth + 10, ink=0)
    else:
        canvas.fill(oval(x, y - 0.15 * r, 0.92 * r, r, n=20), hair, depth=pose.depth, ink=line)
    turn = easel.between(-0.25, 0.25) * r
    face = oval(x + turn, y + 0.12 * r, 0.68 * r, 0.92 * r, n=20)
    canvas.fill(face, easel.skin(), depth=pose.depth + 35, ink=line * 0.6)
    if not pose.woman and pose.garment != "coat" and easel.chance(0.5):
        beard = oval(x + turn, y + 0.75 * r, 0.5 * r, 0.5 * r, n=14)
        canvas.fill(beard, hair, depth=pose.depth + 35, ink=0)
    features(easel, x + 1.6 * turn, y + 0.1 * r, r)


def features(easel: Easel, x: float, y: float, r: float) -> None:
    """Eyes, nose and mouth as a few touches; smaller heads go without."""
    smallest = 4.0 / easel.canvas.height
    if r < smallest:
        return
    dark = mix(easel.palette.skin, easel.palette.dark, 0.75)
    red = mix(easel.palette.skin, easel.palette.blood, 0.6)
    for side in (-0.3, 0.3):
        eye = np.array([(x + (side - 0.13) * r, y), (x + (side + 0.13) * r, y)])
        easel.canvas.streak(eye, dark, 0.11 * r)
    nose = np.array([(x, y), (x + 0.06 * r, y + 0.38 * r)])
    easel.canvas.streak(nose, mix(easel.palette.skin, dark, 0.35), 0.1 * r)
    mouth = np.array([(x - 0.18 * r, y + 0.58 * r), (x + 0.18 * r, y + 0.58 * r)])
    easel.canvas.streak(mouth, red, 0.1 * r)


def halo(easel: Easel, x: float, y: float, r: float) -> None:
    """A nimbus: a plate of gold where line and gold rule, a thin ring later."""
    disc = oval(x, y, r, r, n=36)
    plate = 0.45
    if easel.manner.outline > plate:
        easel.canvas.fill(disc, easel.palette.sky[0], depth=110, ink=0.8, gold=1.0)
        easel.canvas.contour(oval(x, y, r * 0.84, r * 0.84, n=36), 0.5)
    else:
        ring = oval(x, y - 0.35 * r, r * 0.7, r * 0.24, angle=0.1)
        easel.canvas.streak(np.vstack((ring, ring[:1])), easel.palette.light, 0.005)
