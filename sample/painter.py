"""Paint a picture: the flat shapes of a layout, then light, brushwork, line and age."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from sample.tables import MANNERS, NUMBERS, PARTS, SCENES, STYLES

Field = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

MOODS = {
    "day": (255, 255, 255, 0.0),
    "dusk": (236, 140, 70, 0.3),
    "night": (34, 46, 92, 0.5),
    "winter": (226, 230, 236, 0.4),
    "storm": (60, 64, 74, 0.4),
}
"""Tint of the hour or the weather, and its share."""

BACK = ("band", "ridge")
"""Shapes that lie behind: the light hardly models them."""


@dataclass(frozen=True)
class Hand:
    """What stays the same in all works of an artist."""

    manner: dict[str, float]
    """Columns of `[manner]` in styles.toml, and hue, value, angle, light, scale."""
    palette: dict[str, Matrix]
    """RGB colours `[n, 3]`, 0 to 255, by use."""


def make_hand(style: str, seed: list[int]) -> Hand:
    """Make the hand of an artist: the style leaning to a neighbour, with habits of its own."""
    rng = np.random.default_rng(seed)
    other, share = str(rng.choice(STYLES[style]["neighbours"])), rng.uniform(0.0, 0.4)
    own, theirs, spread = (np.array(MANNERS[name]) for name in (style, other, "spread"))
    numbers = (own + share * (theirs - own)) * np.exp(rng.normal(0.0, spread))
    habits = {
        "hue": rng.normal(0.0, 0.11),
        "value": np.exp(rng.normal(0.0, 0.16)),
        "angle": rng.uniform(0.0, np.pi),
        "light": 1.0 if rng.random() < 0.7 else -1.0,  # noqa: PLR2004 - most are right-handed
        "scale": rng.uniform(0.85, 1.2),
    }
    palette = {}
    mine, borrowed = _palette(style), _palette(other)
    for use, colours in mine.items():
        many = min(len(colours), len(borrowed[use]))
        lean = share if use != "dress" else rng.random((many, 1)) < share
        leaning = colours[:many] + lean * (borrowed[use][:many] - colours[:many])
        # The order is a habit too: the first colours are an artist's favourites.
        palette[use] = rng.permutation(leaning) if use == "dress" else leaning
    return Hand(dict(zip(NUMBERS, numbers.tolist(), strict=True)) | habits, palette)


def paint(hand: Hand, scene: str, size: tuple[int, int], seed: list[int], mood: str) -> Image.Image:
    """Paint one picture; the same arguments paint the same picture.

    Args:
        hand: the artist's.
        scene: a name in scenes.toml.
        size: width and height in pixels.
        seed: of what differs from picture to picture.
        mood: a name in `MOODS`.

    Returns:
        An RGB image.
    """
    canvas = Canvas(hand, size, np.random.default_rng(seed))
    canvas.draw(SCENES[scene]["layout"], np.diag([*size, 1.0]), "dark")
    return Image.fromarray(canvas.finish(MOODS[mood]))


class Canvas:
    """One picture in the making: paint `[h, w, 3]`, relief and contours `[h, w]`, all uint8."""

    def __init__(self, hand: Hand, size: tuple[int, int], rng: np.random.Generator) -> None:
        self.rng, self.m, self.palette = rng, hand.manner, hand.palette
        self.width, self.height = size
        self.unit = max(size) / 320
        sky = np.linspace(self.palette["sky"][0], self.palette["sky"][-1], self.height)
        self.paint = np.repeat(sky[:, None], self.width, axis=1).astype(np.uint8)
        self.relief = np.zeros((self.height, self.width), np.uint8)
        self.ink = np.zeros_like(self.relief)

    def draw(self, layout: list[str], box: Matrix, own: object) -> None:
        """Draw the rows of a layout; `box` maps the unit square to pixels (3 x 3)."""
        for row in layout:
            shape, use, x, y, w, h = row.split()
            for across, down in self._places(x, float(y)):
                part = box @ self._placed(across, down, float(w), float(h), shape in BACK)
                colour = own if use == "own" else self._colour(use)
                if shape in PARTS:
                    self.draw(PARTS[shape], part, colour)
                else:
                    self._fill(OUTLINES[shape](self.rng), part, colour, shape in BACK)

    def _places(self, x: str, y: float) -> Iterator[tuple[float, float]]:
        if x[:3] not in ("row", "any"):
            yield float(x), y
            return
        least, _, most = x[3:].partition("-")
        count = int(self.rng.integers(int(least), int(most or least) + 1))
        for i in range(count):
            yield ((i + 0.5) / count, y) if x[:3] == "row" else tuple(self.rng.random(2))

    def _placed(self, x: float, y: float, w: float, h: float, back: bool) -> Matrix:
        """The unit square centred at (x, y), a little off, turned and scaled by the hand."""
        x, y = self.rng.normal((x, y), 0.0 if back else 0.012)
        scale = self.rng.normal(self.m["scale"] if w < 0.8 and not back else 1.0, 0.04)  # noqa: PLR2004 - frames stay
        turn = self.rng.normal(0.0, 0.0 if back else self.m["sway"])
        cos, sin = np.cos(turn), np.sin(turn)
        w, h = w * scale, h * scale
        square = np.array([[w * cos, -h * sin, x], [w * sin, h * cos, y], [0, 0, 1]])
        return square @ np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])

    def _colour(self, use: str) -> Matrix:
        """A colour of the palette, a little varied; of cloth mostly the artist's favourites."""
        colours = self.palette[use.rstrip("0123456789")]
        if use[-1].isdigit():
            pick = int(use[-1]) % len(colours)
        else:
            pick = int(len(colours) * self.rng.random() ** 1.6)
        varied: Matrix = np.clip(colours[pick] + self.rng.normal(0, 5, 3), 0, 255)
        return varied

    def _fill(self, outline: Matrix, part: Matrix, colour: object, back: bool) -> None:
        """Fill an outline `[n, 2]` of the unit square, lift it, and draw its contour."""
        points = np.c_[outline, np.ones(len(outline))] @ part[:2].T
        at = [np.round(points * 16).astype(np.int32)]
        tone = [float(c) for c in np.asarray(colour)]
        lift = 40 if back else int(self.rng.integers(120, 255))
        cv2.fillPoly(self.paint, at, tone, cv2.LINE_AA, 4)
        cv2.fillPoly(self.relief, at, (lift,), cv2.LINE_AA, 4)
        cv2.fillPoly(self.ink, at, (0,), cv2.LINE_AA, 4)
        thick = max(1, round(1.6 * self.unit))
        cv2.polylines(self.ink, at, True, (255,), thick, cv2.LINE_AA, 4)

    def finish(self, mood: tuple[float, float, float, float]) -> npt.NDArray[np.uint8]:
        """Turn the flat drawing into a painted picture."""
        picture = self.paint.astype(np.float32) / 255
        relief = self.relief.astype(np.float32) / 255
        picture *= (1 + self.m["modelling"] * self._light(relief))[..., None]
        picture *= (1 + 0.07 * self._noise(5, 4))[..., None]
        picture = self._chiaroscuro(self._soften(picture), relief)
        picture = self._brushwork(np.clip(picture, 0, 1))
        dark = self.palette["dark"][0] / 255
        line = self.ink[..., None] / 255 * min(1.0, 1.3 * self.m["outline"])
        picture += line * (dark - picture)
        return self._age(self._grade(picture, mood))

    def _light(self, relief: Field) -> Field:
        """Light from above and one side on what stands forward, -0.5 to 0.5."""
        total = np.zeros_like(relief)
        for radius in (1.5, 5.0, 12.0):
            soft = _blur(relief, radius * self.unit)
            down, across = np.gradient(soft)
            total += 1.1 * radius * self.unit * (self.m["light"] * across * 0.85 + down * 0.6)
        return np.clip(total, -0.5, 0.5) * (0.2 + 0.8 * relief)

    def _soften(self, picture: Field) -> Field:
        """Blur the edges for a positive softness, sharpen them for a negative one."""
        return picture + np.sign(self.m["softness"]) * 0.85 * (
            _blur(picture, abs(self.m["softness"]) * self.unit + 0.01) - picture
        )

    def _chiaroscuro(self, picture: Field, relief: Field) -> Field:
        """Let what is far from a beam, or stands back, fall into darkness."""
        y, x = np.mgrid[0 : 1 : self.height * 1j, 0 : 1 : self.width * 1j].astype(np.float32)
        x, y = x - self.rng.uniform(0.36, 0.64), y - self.rng.uniform(0.32, 0.55)
        along, across = x * self.m["light"] * 0.6 + y * 0.8, x * 0.8 - y * self.m["light"] * 0.6
        distance = np.hypot(along / 1.5, across) / self.rng.uniform(0.36, 0.5)
        lit = np.clip(1.3 - distance, 0, 1) * (0.6 + 0.8 * _blur(relief, 3))
        level = 1 - np.clip(self.m["chiaroscuro"], 0, 1) * (1 - np.clip(lit, 0, 1))
        dark = picture * 0.16 + self.palette["dark"][0] * (0.8 / 255)
        return dark + (picture * (1 + 0.2 * self.m["chiaroscuro"]) - dark) * level[..., None]

    def _brushwork(self, picture: Field) -> Field:
        """Paint over with strokes along the edges, elsewhere in the hand's own direction."""
        tone = _blur(picture.mean(axis=2), 2 * self.unit)
        gx, gy = cv2.Sobel(tone, cv2.CV_32F, 1, 0), cv2.Sobel(tone, cv2.CV_32F, 0, 1)
        own = self.m["angle"] + 0.4 * self._noise(4, 2)
        flow = np.where(np.hypot(gx, gy) > 0.15, np.arctan2(gx, -gy), own)  # noqa: PLR2004
        strokes = picture.copy()
        for scale in (1.0, 0.55):
            width = max(1.5, self.m["brush"] * self.unit * scale)
            count = int(1.6 * self.width * self.height / width**2 / self.m["stretch"])
            x, y = self.rng.uniform((0, 0), (self.width, self.height), (count, 2)).T
            column, line = x.astype(int), y.astype(int)
            shift = self.rng.normal(0, self.m["broken"], (count, 3))
            colours = np.clip(picture[line, column] + shift, 0, 1)
            turn = flow[line, column] + self.rng.normal(0, 0.2, count)
            reach = width * self.m["stretch"] / 2 * np.c_[np.cos(turn), np.sin(turn)]
            ends = np.round(np.c_[np.c_[x, y] - reach, np.c_[x, y] + reach] * 16).astype(int)
            for (x1, y1, x2, y2), colour in zip(ends.tolist(), colours.tolist(), strict=True):
                cv2.line(strokes, (x1, y1), (x2, y2), colour, round(width), cv2.LINE_8, 4)
        slopes = np.gradient(_blur(strokes.mean(axis=2), 0.6))
        shine = (slopes[1] * self.m["light"] + slopes[0]) * self.m["impasto"]
        strokes *= (1 + np.clip(shine, -0.2, 0.2))[..., None]
        return picture + np.clip(self.m["cover"], 0, 1) * (strokes - picture)

    def _grade(self, picture: Field, mood: tuple[float, float, float, float]) -> Field:
        """Apply the weather and the artist's key: tone, saturation, hue, warmth."""
        picture = np.clip(picture, 0, 1)
        grey = picture.mean(axis=2, keepdims=True)
        picture += mood[3] * (np.array(mood[:3]) / 255 * (0.35 + 0.65 * grey) - picture)
        grey = picture.mean(axis=2, keepdims=True)
        tone = np.clip((grey - 0.5) * self.m["contrast"] + 0.5, 0, 1) ** self.m["value"]
        # A turn about the grey axis (Rodrigues' formula).
        cos, sin = np.cos(self.m["hue"]), np.sin(self.m["hue"]) / np.sqrt(3)
        same, after, before = (1 + 2 * cos) / 3, (1 - cos) / 3 + sin, (1 - cos) / 3 - sin
        turn = np.array([[same, after, before], [before, same, after], [after, before, same]])
        warm = self.m["warmth"] + self.rng.normal(0, 0.03)
        cast = np.array((1 + warm, 1 + 0.15 * warm, 1 - warm)) * self.rng.normal(1, 0.05)
        return (tone + (picture - grey) @ turn * self.m["saturation"]) * cast

    def _age(self, picture: Field) -> npt.NDArray[np.uint8]:
        """Add grain, cracks and darker edges."""
        picture = picture + self.m["grain"] * 0.7 * self.rng.standard_normal(picture.shape[:2])[..., None]
        cracks = 1 - np.clip(np.abs(self._noise(16, 2)) / 0.05, 0, 1)
        y, x = np.ogrid[0 : self.height, 0 : self.width]
        rim = np.minimum(np.minimum(x, self.width - 1 - x), np.minimum(y, self.height - 1 - y))
        edge = 0.9 + 0.1 * np.clip(rim / (10 * self.unit), 0, 1)
        picture *= (edge * (1 - 0.3 * self.m["crackle"] * cracks))[..., None]
        return np.asarray(np.clip(picture * 255, 0, 255), np.uint8)

    def _noise(self, cells: int, octaves: int) -> Field:
        """Smooth noise `[h, w]` of about unit variance."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            grid = self.rng.standard_normal((cells * 2**octave + 1,) * 2, dtype=np.float32)
            size = (self.width, self.height)
            total += 0.6**octave * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        return total


def _blur(field: Field, sigma: float) -> Field:
    return np.asarray(cv2.GaussianBlur(field, (0, 0), max(0.1, sigma)), np.float32)


def _palette(style: str) -> dict[str, Matrix]:
    """Read the colours of a style: `use rrggbb rrggbb ...`."""
    rows = (row.split() for row in STYLES[style]["palette"])
    return {use: np.array([[*bytes.fromhex(c)] for c in colours], float) for use, *colours in rows}


def _oval(rng: np.random.Generator) -> Matrix:
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = 0.5 + 0.02 * np.sin(2 * angle + rng.uniform(0, 6))
    return 0.5 + radius[:, None] * np.c_[np.cos(angle), np.sin(angle)]


def _arch(_: np.random.Generator) -> Matrix:
    angle = np.linspace(0, np.pi, 16)
    return np.r_[np.c_[0.5 + 0.5 * np.cos(angle), 0.3 - 0.3 * np.sin(angle)], [[0, 1], [1, 1]]]


def _bell(rng: np.random.Generator) -> Matrix:
    """Narrow shoulders, a waist, a wide hem."""
    down = np.linspace(0, 1, 9)
    half = 0.18 + 0.3 * down**1.3 - 0.08 * np.sin(np.pi * down) + rng.normal(0, 0.015, 9)
    half[0] = 0.1
    return np.r_[np.c_[0.5 - half, down], np.c_[0.5 + half, down][::-1]]


def _top(rng: np.random.Generator, rough: float) -> Matrix:
    """Everything below an uneven line."""
    x = np.linspace(0, 1, 20)
    steps = np.cumsum(rng.normal(0, rough, 20))
    return np.r_[np.c_[x, steps - steps.mean()], [[1, 1.5], [0, 1.5]]]


def _peak(rng: np.random.Generator) -> Matrix:
    top = rng.normal(0.5, 0.06)
    return np.array([[0, 1], [top * 0.45, 0.5 + rng.normal(0, 0.04)], [top, 0], [1, 1.0]])


def _tendril(rng: np.random.Generator) -> Matrix:
    t = np.linspace(0, 1, 24)
    middle = 0.5 + rng.choice([-0.4, 0.4]) * np.sin(t * rng.uniform(3, 6)) * (0.3 + 0.7 * t)
    half = 0.09 * (1.1 - t)
    return np.r_[np.c_[middle - half, 1 - t], np.c_[middle + half, 1 - t][::-1]]


OUTLINES: dict[str, Callable[[np.random.Generator], Matrix]] = {
    "oval": _oval,
    "box": lambda _: np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]]),
    "arch": _arch,
    "bell": _bell,
    "band": lambda rng: _top(rng, 0.008),
    "ridge": lambda rng: _top(rng, 0.06),
    "peak": _peak,
    "tendril": _tendril,
}
"""Outlines `[n, 2]` in the unit square, y down."""
