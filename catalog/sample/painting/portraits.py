"""Portraits: one sitter, half length, before the backdrop that the style likes."""

from __future__ import annotations

import numpy as np

from catalog.sample.painting import attire, buildings, faces, nature, ornament
from catalog.sample.painting.colours import dim, mix
from catalog.sample.painting.easel import Easel
from catalog.sample.painting.fields import noise
from catalog.sample.painting.shapes import box, oval, smooth
from catalog.sample.painting.trees import tree


def portrait(easel: Easel) -> None:
    """One sitter, from the chest up."""
    x = easel.ratio * easel.between(0.44, 0.56)
    r = min(0.17, 0.2 * easel.ratio) * easel.hand.scale * easel.between(0.9, 1.1)
    y = easel.between(0.34, 0.42)
    backdrop(easel, x, y, r)
    wears, hair = easel.pick(easel.manner.attire), easel.hair()
    powdered = mix(hair, easel.palette.light, 0.45)
    head = faces.Head(
        x=x,
        y=y,
        r=r,
        turn=easel.between(0.25, 0.9) * (1 if easel.chance(0.5) else -1),
        attire=wears,
        skin=easel.skin(),
        hair=powdered if wears == "wig" else hair,
    )
    sitter(easel, head)


def sitter(easel: Easel, head: faces.Head) -> None:
    """Paint shoulders, head and hands, back to front."""
    attire.behind(easel, head)
    _shoulders(easel, head)
    attire.collar(easel, head)
    if head.attire == "bob" and easel.chance(easel.manner.profile):
        faces.profile(easel, head)
        return
    faces.face(easel, head)
    attire.above(easel, head)
    if head.attire == "ruff":
        return
    if easel.chance(0.35):
        _hands(easel, head)


def _shoulders(easel: Easel, head: faces.Head) -> None:
    line, cloth = easel.manner.outline, easel.dress()
    drop = 1.55 + 0.12 * (easel.manner.heads - 7)
    wide = easel.between(1.9, 2.3)
    edge = [(-0.35, drop), (-0.8 * wide, drop + 0.45), (-wide, drop + 1.3), (-1.2 * wide, 6.5)]
    edge += [(-x, y) for x, y in edge[::-1]]
    easel.canvas.fill(smooth(head.path(*edge)), cloth, depth=130, ink=line)
    open_neck = head.attire in ("wig", "tendrils", "bonnet", "veil")
    if open_neck:
        neckline = [(-0.75, drop + 0.1), (-0.5, drop + 0.75), (0, drop + 0.95)]
        neckline += [(-x, y) for x, y in neckline[::-1][1:]]
        neckline += [(0.3, drop - 0.4), (-0.3, drop - 0.4)]
        easel.canvas.fill(smooth(head.path(*neckline)), head.skin, depth=140, ink=0.5 * line)
    for k in range(9):
        side = -1.0 + 2.0 * (k + easel.between(0.2, 0.8)) / 9
        fold = [(side * 0.9, drop + 0.7), (side * 1.5, drop + 1.8), (side * wide * 1.1, 5.5)]
        path = smooth(head.path(*fold), closed=False)
        easel.canvas.fold(path, 0.13 * head.r, 95 if k % 2 else 170)
        easel.canvas.streak(path, dim(cloth, 0.88 if k % 2 else 1.06), 0.07 * head.r)
    if head.attire != "bare" and easel.chance(0.35):
        chain = smooth(
            head.path((-0.9, drop + 0.5), (0, drop + 1.6), (0.9, drop + 0.5)), closed=False
        )
        easel.canvas.streak(chain, (214.0, 170.0, 80.0), 0.07 * head.r)


def _hands(easel: Easel, head: faces.Head) -> None:
    """Folded hands at the lower edge."""
    y = min(0.94, head.y + 3.6 * head.r)
    for side in (-1.0, 1.0):
        hand = oval(
            head.x + side * 0.32 * head.r, y, 0.5 * head.r, 0.26 * head.r, angle=0.35 * side
        )
        easel.canvas.fill(hand, dim(head.skin, 0.96), depth=185, ink=0.6 * easel.manner.outline)
        for k in range(3):
            start = (head.x + side * 0.1 * head.r, y - (0.12 - 0.1 * k) * head.r)
            end = (head.x - side * 0.3 * head.r, y + (0.02 + 0.1 * k) * head.r)
            easel.canvas.streak(np.array([start, end]), dim(head.skin, 0.76), 0.04 * head.r)


def backdrop(easel: Easel, x: float, y: float, r: float) -> None:
    """What is behind a sitter whose head is at x, y with radius r."""
    kind = easel.pick(easel.manner.backdrops)
    plain(easel, kind)
    ratio = easel.ratio
    if kind == "gold":
        easel.canvas.fill(box(-0.1, -0.1, ratio + 0.1, 1.1), easel.palette.sky[0], ink=0, gold=1.0)
    elif kind == "landscape":
        nature.sky(easel, easel.manner.horizon, clouds=0.4)
        nature.hills(easel, easel.manner.horizon)
        tree(easel, ratio * easel.pick((0.12, 0.88)), 0.75, 0.5, easel.pick(easel.manner.trees))
    elif kind in ("storm", "garden"):
        nature.sky(easel, 0.9, clouds=0.8)
        if kind == "garden":
            _leaves(easel)
    elif kind == "curtain":
        buildings.curtain(easel, easel.dress(), right=easel.chance(0.5))
    elif kind == "arch":
        stone = easel.palette.stone
        easel.canvas.fill(box(-0.1, -0.1, ratio + 0.1, 1.1), stone, ink=0)
        opening = buildings.arch(ratio / 2, 0.06, 1.1, 0.82 * ratio)
        easel.canvas.fill(opening, easel.palette.sky[0], depth=50, ink=easel.manner.outline)
    elif kind == "window":
        opening = box(0.06 * ratio, 0.12, 0.3 * ratio, 0.5)
        easel.canvas.fill(opening, easel.palette.sky[1], depth=50, ink=easel.manner.outline)
        easel.canvas.fill(box(0.06 * ratio, 0.36, 0.3 * ratio, 0.5), easel.palette.land[0], ink=0)
    elif kind == "columns":
        buildings.column(
            easel, ratio * easel.pick((0.14, 0.86)), -0.1, 1.1, 0.12, easel.palette.stone
        )
    elif kind == "ornament":
        ornament.disc(easel, x, y, 2.3 * r)


def plain(easel: Easel, kind: str) -> None:
    """A wall with light on it: dark, or in a quiet colour."""
    palette = easel.palette
    base = mix(palette.stone, easel.pick((palette.land[1], palette.sky[0], palette.leaf[1])), 0.55)
    if kind in ("dark", "window", "curtain"):
        base = mix(
            palette.dark, easel.pick((palette.leaf[0], palette.dress[1], palette.dark)), 0.35
        )
    width, height = easel.canvas.width // 2, easel.canvas.height // 2
    light = noise(easel.rng, width, height, cells=2.0, octaves=4)
    slope = np.linspace(1.0, -1.0, width, dtype=np.float32)[None, :] * easel.hand.light
    tone = 1.0 + 0.1 * light + 0.14 * slope
    easel.canvas.wash(np.array(base, dtype=np.float32) * tone[..., None])


def _leaves(easel: Easel) -> None:
    leaves = [easel.outdoors(c) for c in easel.palette.leaf]
    easel.scatter(
        (0, 0, easel.ratio, 1), leaves, count=420, length=0.05, width=0.03, angle=0.8, spread=0.8
    )
    nature.flowers(easel, (0, 0.1, easel.ratio, 1), list(easel.palette.dress[:5]), 70)
