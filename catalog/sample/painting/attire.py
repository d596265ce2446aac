"""Hair, and what is worn on head and neck."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.faces import Head
from catalog.sample.painting.shapes import Points, oval, smooth, taper


def behind(easel: Easel, head: Head) -> None:
    """Whatever hangs behind the head: long hair, a veil, a wig, tendrils."""
    line = easel.manner.outline
    if head.attire == "veil":
        veil = [(-1.0, 1.9), (-1.15, 0.2), (-0.75, -1.15), (0, -1.42)]
        veil += [(-x, y) for x, y in veil[::-1][1:]]
        cloth = easel.palette.light if easel.chance(0.5) else easel.dress()
        easel.canvas.fill(smooth(head.path(*veil)), cloth, depth=140, ink=line)
    elif head.attire == "wig":
        _wig(easel, head)
    elif head.attire == "tendrils":
        tendrils(easel, head)
    elif head.attire in ("bob", "lace", "hat", "bonnet"):
        length = easel.between(0.5, 1.4)
        hair = [(-0.8, length), (-1.05, 0.1), (-0.75, -0.9), (0, -1.22)]
        hair += [(-x, y) for x, y in hair[::-1][1:]]
        easel.canvas.fill(smooth(head.path(*hair)), head.hair, depth=140, ink=line)


def _wig(easel: Easel, head: Head) -> None:
    """Powdered hair piled high, with curls along its edge."""
    tall = easel.between(1.3, 1.75)
    mass = [(-0.85, 0.7), (-1.05, -0.3), (-0.75, -0.8 * tall), (0, -tall)]
    mass += [(-x, y) for x, y in mass[::-1][1:]]
    easel.canvas.fill(
        smooth(head.path(*mass)), head.hair, depth=150, ink=0.3 * easel.manner.outline
    )
    for k in range(15):
        turn = np.pi * (0.92 + 1.16 * k / 14)
        x, y = 1.0 * np.cos(turn), 0.1 + 0.95 * tall * np.sin(turn)
        size = 0.2 * easel.between(0.85, 1.15) * head.r
        curl = oval(*head.at(x, y), size, size, n=14)
        easel.canvas.fill(curl, dim(head.hair, easel.between(0.86, 1.06)), depth=175, ink=0.15)
    for side in (-1.0, 1.0):
        for k in range(3):
            curl = oval(*head.at(0.85 * side, 0.75 + 0.33 * k), 0.24 * head.r, 0.17 * head.r, n=14)
            easel.canvas.fill(curl, dim(head.hair, 0.93), depth=175, ink=0.15)


def tendrils(easel: Easel, head: Head) -> None:
    """Hair that streams away in whiplash curves."""
    flow = 1.0 if easel.chance(0.5) else -1.0
    easel.canvas.fill(
        oval(*head.at(0, -0.1), 1.05 * head.r, 1.2 * head.r),
        head.hair,
        depth=140,
        ink=easel.manner.outline,
    )
    for k in range(13):
        phase, reach = easel.between(0, 6), easel.between(2.0, 4.4)
        t = np.linspace(0, 1, 12)
        bend = 0.55 * np.sin(phase + 5.0 * t) * t
        x = flow * (0.3 + reach * t) + bend
        y = -0.9 + 1.9 * k / 12 + bend + easel.between(-0.5, 1.6) * t
        curve = np.column_stack((head.x + x * head.r, head.y + y * head.r))
        strand = taper(smooth(curve, steps=3, closed=False), 0.42 * head.r, 0.02 * head.r)
        colour = dim(head.hair, easel.between(0.85, 1.15))
        easel.canvas.fill(strand, colour, depth=140, ink=easel.manner.outline * 0.8)


def above(easel: Easel, head: Head) -> None:
    """Hair over the brow and what is worn on the head."""
    line = easel.manner.outline
    fringe = [(-0.8, 0.1), (-0.82, -0.6), (-0.4, -1.15), (0.1, -1.25), (0.6, -1.05), (0.82, -0.5)]
    fringe += [(0.78, 0.1), (0.6, -0.45), (0.2, -0.72), (-0.3, -0.72), (-0.62, -0.4)]
    easel.canvas.fill(smooth(head.path(*fringe), steps=4), head.hair, depth=190, ink=line * 0.6)
    cloth = easel.dress()
    if head.attire in ("cap", "fur"):
        cap = [(-0.95, -0.45), (-0.85, -1.1), (0, -1.5), (0.85, -1.15), (0.95, -0.45), (0, -0.75)]
        easel.canvas.fill(smooth(head.path(*cap)), dim(cloth, 0.8), depth=205, ink=line)
    elif head.attire == "hat":
        brim = oval(
            *head.at(0, -0.72), 1.75 * head.r, 0.38 * head.r, angle=easel.between(-0.2, 0.2)
        )
        crown = oval(*head.at(0, -1.05), 0.95 * head.r, 0.6 * head.r)
        easel.canvas.fill(brim, easel.palette.dark, depth=215, ink=line)
        easel.canvas.fill(crown, mix(easel.palette.dark, cloth, 0.2), depth=225, ink=line)
    elif head.attire == "bonnet":
        bonnet = [(-1.0, 0.2), (-1.05, -0.7), (-0.4, -1.4), (0.5, -1.4), (1.05, -0.7), (1.0, 0.2)]
        bonnet += [(0.72, -0.4), (0, -0.82), (-0.72, -0.4)]
        easel.canvas.fill(smooth(head.path(*bonnet)), easel.palette.light, depth=210, ink=line)
    elif head.attire == "tendrils":
        for k in range(5):
            flower = oval(
                *head.at(-0.8 + 0.4 * k, -0.95 - 0.12 * (k % 2)), 0.2 * head.r, 0.2 * head.r
            )
            easel.canvas.fill(flower, cloth, depth=215, ink=line)


def collar(easel: Easel, head: Head) -> None:
    """Ruff, lace, cravat or fur about the neck."""
    white, line = easel.palette.light, easel.manner.outline
    if head.attire == "ruff":
        disc = oval(*head.at(0, 1.22), 1.5 * head.r, 0.5 * head.r, n=40)
        easel.canvas.fill(disc, white, depth=170, ink=line)
        _pleats(easel, head)
    elif head.attire == "lace":
        fall = [(-0.5, 1.1), (-1.7, 1.9), (-1.2, 2.4), (0, 1.9), (1.2, 2.4), (1.7, 1.9), (0.5, 1.1)]
        easel.canvas.fill(smooth(head.path(*fall), steps=4), white, depth=175, ink=line)
    elif head.attire == "cravat":
        band = [(-0.5, 0.95), (-0.55, 1.5), (0, 1.95), (0.55, 1.5), (0.5, 0.95)]
        easel.canvas.fill(smooth(head.path(*band), steps=4), white, depth=180, ink=line)
    elif head.attire == "fur":
        for side in (-1.0, 1.0):
            edge = head.path((0.4 * side, 1.2), (0.9 * side, 1.9), (0.5 * side, 3.6))
            fur = taper(smooth(edge, closed=False), 0.5 * head.r, 0.8 * head.r)
            easel.canvas.fill(fur, mix(easel.palette.dark, head.hair, 0.6), depth=180, ink=line)


def _pleats(easel: Easel, head: Head) -> None:
    """The pleats of a ruff, radiating."""
    grey = dim(easel.palette.light, 0.72)
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    middle = np.array(head.at(0, 1.22))
    reach = np.column_stack((1.48 * np.cos(turn), 0.48 * np.sin(turn))) * head.r
    pleats: list[Points] = [np.vstack((middle + 0.45 * r, middle + r)) for r in reach]
    for pleat in pleats:
        easel.canvas.streak(pleat, grey, 0.035 * head.r)
