"""Geometry: ovals, smooth outlines, tapered limbs and ridges, as arrays of points.

Points are (n, 2) arrays of x and y in units of the picture's height, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
PointsLike = Points | Sequence[tuple[float, float]]


def oval(x: float, y: float, rx: float, ry: float, *, angle: float = 0.0, n: int = 28) -> Points:
    """Outline of an ellipse, turned by `angle` (radians)."""
    turn = np.linspace(0.0, 2 * np.pi, n, endpoint=False)
    across, down = rx * np.cos(turn), ry * np.sin(turn)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.column_stack((x + across * cos - down * sin, y + across * sin + down * cos))


def box(left: float, top: float, right: float, bottom: float) -> Points:
    """Outline of an upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=float)


def smooth(points: PointsLike, *, steps: int = 6, closed: bool = True) -> Points:
    """Catmull-Rom spline through the points, `steps` points to a span."""
    p = np.asarray(points, dtype=float)
    padded = np.vstack((p[-1:], p, p[:2]) if closed else (p[:1], p, p[-1:]))
    before, here, after, beyond = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0.0, 1.0, steps, endpoint=not closed)[:, None, None]
    spans = 0.5 * (
        2 * here
        + (after - before) * t
        + (2 * before - 5 * here + 4 * after - beyond) * t**2
        + (3 * here - before - 3 * after + beyond) * t**3
    )
    return np.asarray(spans.transpose(1, 0, 2).reshape(-1, 2))


def taper(points: PointsLike, start: float, end: float) -> Points:
    """Outline of a limb, a trunk or a tendril: a curve whose width runs from start to end."""
    p = np.asarray(points, dtype=float)
    along = np.gradient(p, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    half = np.linspace(start, end, len(p))[:, None] / 2
    normal = np.column_stack((-along[:, 1], along[:, 0])) * half
    return np.vstack((p + normal, (p - normal)[::-1]))


def ridge(
    rng: np.random.Generator, ratio: float, level: float, height: float, *, jagged: float = 0.4
) -> Points:
    """A skyline from beyond the left edge to beyond the right one.

    Args:
        rng: source of chance.
        ratio: width of the picture in units of its height.
        level: mean y of the skyline.
        height: how far it rises and falls.
        jagged: 0 rolling hills to 1 crags.
    """
    x = np.linspace(-0.05, ratio + 0.05, 48)
    y = np.zeros_like(x)
    for octave in range(4):
        knots = rng.uniform(-1.0, 1.0, 3 + 3 * 2**octave)
        at = np.linspace(x[0], x[-1], len(knots))
        y += np.interp(x, at, knots) * (jagged if octave else 1.0) ** octave
    if not jagged:
        y = np.convolve(np.pad(y, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    return np.column_stack((x, level + y * height))


def under(skyline: Points, bottom: float = 1.05) -> Points:
    """Close a skyline to the area beneath it."""
    return np.vstack((skyline, [(skyline[-1, 0], bottom), (skyline[0, 0], bottom)]))
