"""Paint a picture: the flat shapes of a layout, then light, brushwork, line and age."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from sample.tables import MANNERS, MOODS, NUMBERS, PARTS, SCENES, STYLES

Array = npt.NDArray[Any]
"""Fields are float `[h, w]`, pictures float `[h, w, 3]` from 0 to 1, outlines float `[n, 2]`."""

BACK = ("band", "ridge")
"""Shapes that lie behind: the light hardly models them."""


@dataclass(frozen=True)
class ArtistStyle:
    """What stays the same in all works of an artist."""

    manner: dict[str, float]
    """Columns of `[manner]` in styles.toml, and hue, value, angle, light, scale, ratio."""
    palette: dict[str, Array]
    """RGB colours `[n, 3]`, 0 to 255, by use."""


def make_artist_style(style: str, seed: list[int]) -> ArtistStyle:
    """Make the style of an artist: the style leaning to a neighbour, with habits of its own."""
    rng = np.random.default_rng(seed)
    other, share = str(rng.choice(STYLES[style]["neighbours"])), rng.uniform(0.0, 0.4)
    own, theirs, spread = (np.array(MANNERS[name]) for name in (style, other, "spread"))
    numbers = (own + share * (theirs - own)) * np.exp(rng.normal(0.0, spread))
    habits = {
        "hue": rng.normal(0.0, 0.11),
        "value": np.exp(rng.normal(0.0, 0.16)),
        "angle": rng.uniform(0.0, np.pi),
        "light": rng.choice([1.0, -1.0], p=[0.7, 0.3]),  # most painters let it come from the left
        "scale": rng.uniform(0.85, 1.2),
        "ratio": np.exp(rng.normal(0.0, 0.1)),
    }
    palette, borrowed = _palette(style), _palette(other)
    for use, colours in palette.items():
        theirs = np.resize(borrowed[use], colours.shape)
        lean = rng.random((len(colours), 1)) < share if use == "dress" else share
        leaning = colours + lean * (theirs - colours)
        # The order is a habit too: the first colours are an artist's favourites.
        palette[use] = rng.permutation(leaning) if use == "dress" else leaning
    return ArtistStyle(dict(zip(NUMBERS, numbers.tolist(), strict=True)) | habits, palette)


def paint(
    artist_style: ArtistStyle, scene: str, size: tuple[int, int], seed: list[int], mood: str
) -> Image.Image:
    """Paint one RGB picture of a scene, `size` pixels wide and high, in the weather `mood`.

    The same arguments paint the same picture; the seed is of what differs between pictures.
    """
    canvas = Canvas(artist_style, size, np.random.default_rng(seed))
    box = np.diag([*size, 1.0])
    if canvas.rng.random() < 0.5:  # noqa: PLR2004 - half of the layouts are mirrored
        box[0] = (-size[0], 0, size[0])
    canvas.draw(SCENES[scene]["layout"], box, np.zeros(3))
    return Image.fromarray(canvas.finish(MOODS[mood]))


class Canvas:
    """One picture in the making: paint `[h, w, 3]`, relief and contours `[h, w]`, all uint8."""

    def __init__(
        self, artist_style: ArtistStyle, size: tuple[int, int], rng: np.random.Generator
    ) -> None:
        self.rng, self.m, self.palette = rng, artist_style.manner, artist_style.palette
        self.width, self.height = size
        self.unit = max(size) / 320
        sky = np.linspace(self.palette["sky"][0], self.palette["sky"][-1], self.height)
        self.paint = np.repeat(sky[:, None], self.width, axis=1).astype(np.uint8)
        self.relief = np.zeros((self.height, self.width), np.uint8)
        self.ink = np.zeros_like(self.relief)

    def draw(self, layout: list[str], box: Array, own: Array) -> None:
        """Draw the rows of a layout; `box` maps the unit square to pixels (3 x 3)."""
        for row in layout:
            shape, use, x, y, w, h = row.split()
            for place in self._places(x, float(y)):
                part = box @ self._square(place, (float(w), float(h)), shape in BACK)
                colour = own if use == "own" else self._colour(use)
                if shape in PARTS:
                    self.draw(PARTS[shape], part, colour)
                else:
                    self._fill(OUTLINES[shape](self.rng), part, colour, shape in BACK)

    def _places(self, x: str, y: float) -> Iterator[tuple[float, float]]:
        how = x[:3] if x[:3] in ("row", "any") else ""
        least, _, most = x[len(how) :].partition("-")
        count = int(self.rng.integers(int(least), int(most or least) + 1)) if how else 1
        for i in range(count):
            across, down = self.rng.random(2)
            yield {"row": ((i + 0.5) / count, y), "any": (across, down)}.get(how) or (float(x), y)

    def _square(self, place: tuple[float, float], size: tuple[float, float], back: bool) -> Array:
        """Return the map of the unit square to a place, a little off, turned and scaled."""
        x, y = self.rng.normal(place, (0.0, 0.03) if back else (0.025, 0.015))
        # What fills its box is a frame or a ground, which keeps its size and stays upright.
        fills = max(size) >= 1
        scale, spread = (1.0, 0.02) if fills else (self.m["scale"], 0.08)
        w, h = np.array(size) * self.rng.normal(scale, spread)
        turn = self.rng.normal(0.0, 0.0 if back or fills else self.m["sway"])
        cos, sin = np.cos(turn), np.sin(turn)
        turned = np.array([[w * cos, -h * sin, x], [w * sin, h * cos, y], [0, 0, 1]])
        return np.asarray(turned @ [[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])

    def _colour(self, use: str) -> Array:
        """Return a colour of the palette, a little varied; the first are the most likely."""
        colours = self.palette[use.rstrip("0123456789")]
        chosen = int(use[-1]) if use[-1].isdigit() else int(len(colours) * self.rng.random() ** 1.6)
        varied = colours[chosen % len(colours)] + self.rng.normal(0, 5, 3)
        return np.asarray(varied.clip(0, 255))

    def _fill(self, outline: Array, part: Array, colour: Array, back: bool) -> None:
        """Fill an outline `[n, 2]` of the unit square, lift it, and draw its contour."""
        points = np.c_[outline, np.ones(len(outline))] @ part[:2].T
        at = [np.round(points * 16).astype(np.int32)]
        lift = 40 if back else int(self.rng.integers(120, 255))
        cv2.fillPoly(self.paint, at, colour.tolist(), cv2.LINE_AA, 4)
        cv2.fillPoly(self.relief, at, (lift,), cv2.LINE_AA, 4)
        cv2.fillPoly(self.ink, at, (0,), cv2.LINE_AA, 4)
        thick = max(1, round(1.6 * self.unit))
        cv2.polylines(self.ink, at, True, (255,), thick, cv2.LINE_AA, 4)

    def finish(self, mood: list[float]) -> npt.NDArray[np.uint8]:
        """Turn the flat drawing into a painted picture."""
        relief = self.relief.astype(np.float32) / 255
        light = self.m["modelling"] * self._light(relief) + 0.07 * self._noise(5, 4)
        picture = self._soften(self.paint.astype(np.float32) / 255 * (1 + light)[..., None])
        picture = self._brushwork(np.clip(self._chiaroscuro(picture, relief), 0, 1))
        line = self.ink[..., None] * np.float32(min(1.0, 1.3 * self.m["outline"]) / 255)
        picture += line * (self.palette["dark"][0].astype(np.float32) / 255 - picture)
        picture = self._grade(np.clip(picture, 0, 1), np.array(mood, np.float32))
        # Grain, and the fine cracks of old paint.
        cracks = 1 - np.clip(np.abs(self._noise(16, 2)) / 0.05, 0, 1)
        grain = self.m["grain"] * 0.7 * self.rng.standard_normal(relief.shape, dtype=np.float32)
        aged = (picture + grain[..., None]) * (1 - 0.3 * self.m["crackle"] * cracks)[..., None]
        return np.asarray(np.clip(aged * 255, 0, 255), np.uint8)

    def _light(self, relief: Array) -> Array:
        """Return light from above and one side on what is in front, -0.5 to 0.5."""
        total = np.zeros_like(relief)
        for radius in (1.5 * self.unit, 5.0 * self.unit, 12.0 * self.unit):
            down, across = np.gradient(_blur(relief, radius))
            total += 1.1 * radius * (self.m["light"] * across * 0.85 + down * 0.6)
        return np.clip(total, -0.5, 0.5) * (0.2 + 0.8 * relief)

    def _soften(self, picture: Array) -> Array:
        """Blur the edges for a positive softness, sharpen them for a negative one."""
        blurred = _blur(picture, abs(self.m["softness"]) * self.unit)
        return picture + np.float32(np.sign(self.m["softness"]) * 0.85) * (blurred - picture)

    def _chiaroscuro(self, picture: Array, relief: Array) -> Array:
        """Let what is far from a beam, or is in the background, fall into darkness."""
        strength = min(1.0, self.m["chiaroscuro"])
        x = np.linspace(0, 1, self.width, dtype=np.float32) - self.rng.uniform(0.36, 0.64)
        y = np.linspace(0, 1, self.height, dtype=np.float32)[:, None] - self.rng.uniform(0.3, 0.5)
        slant = self.m["light"] * 0.6
        distance = np.hypot((x * slant + y * 0.8) / 1.5, x * 0.8 - y * slant)
        lit = 1.3 - distance / self.rng.uniform(0.36, 0.5)
        lit = np.clip(np.clip(lit, 0, 1) * (0.6 + 0.8 * _blur(relief, 3)), 0, 1)
        dark = picture * 0.16 + self.palette["dark"][0].astype(np.float32) * (0.8 / 255)
        bright = picture * (1 + 0.2 * strength) - dark
        return np.asarray(dark + bright * (1 - strength * (1 - lit))[..., None])

    def _brushwork(self, picture: Array) -> Array:
        """Paint over with strokes along the edges, elsewhere in the artist's own direction."""
        if self.m["cover"] < 0.15:  # noqa: PLR2004 - the paint is smooth
            return picture
        tone = _blur(_grey(picture), 2 * self.unit)
        gx, gy = cv2.Sobel(tone, cv2.CV_32F, 1, 0), cv2.Sobel(tone, cv2.CV_32F, 0, 1)
        own = self.m["angle"] + 0.4 * self._noise(4, 2)
        flow = np.where(np.hypot(gx, gy) > 0.15, np.arctan2(gx, -gy), own)  # noqa: PLR2004
        strokes = picture.copy()
        for scale, density in ((1.0, 1.5), (0.6, 0.5)):  # a coarse layer, then a sparse fine one
            width = max(1.5, self.m["brush"] * self.unit * scale)
            length = width * self.m["stretch"]
            count = int(density * self.width * self.height / width / length)
            at = self.rng.uniform((0, 0), (self.width, self.height), (count, 2))
            column, line = at.astype(int).T
            shift = self.rng.normal(0, self.m["broken"], (count, 3))
            colours = np.clip(picture[line, column] + shift, 0, 1).tolist()
            turn = flow[line, column] + self.rng.normal(0, 0.2, count)
            reach = length / 2 * np.c_[np.cos(turn), np.sin(turn)]
            starts, ends = (np.round((at + way * reach) * 16).astype(int) for way in (-1, 1))
            for start, end, colour in zip(starts.tolist(), ends.tolist(), colours, strict=True):
                cv2.line(strokes, start, end, colour, round(width), cv2.LINE_8, 4)
        down, across = np.gradient(_blur(_grey(strokes), 0.6))
        shine = np.clip((across * self.m["light"] + down) * self.m["impasto"], -0.2, 0.2)
        strokes *= (1 + shine)[..., None]
        return picture + np.float32(min(1.0, self.m["cover"])) * (strokes - picture)

    def _grade(self, picture: Array, mood: Array) -> Array:
        """Apply the weather, then the artist's key: tone, saturation, hue, warmth."""
        grey = _grey(picture)[..., None]
        picture = picture + mood[3] * (mood[:3] / 255 * (0.35 + 0.65 * grey) - picture)
        grey = _grey(picture)[..., None]
        tone = np.clip((grey - 0.5) * self.m["contrast"] + 0.5, 0, 1) ** self.m["value"]
        # A turn about the grey axis (Rodrigues' formula).
        cos, sin = np.cos(self.m["hue"]), np.sin(self.m["hue"]) / np.sqrt(3)
        same, after, before = (1 + 2 * cos) / 3, (1 - cos) / 3 + sin, (1 - cos) / 3 - sin
        turn = np.array([[same, after, before], [before, same, after], [after, before, same]])
        turn = (turn * self.m["saturation"]).astype(np.float32)
        warm = self.m["warmth"] + self.rng.normal(0, 0.03)
        cast = np.array((1 + warm, 1 + 0.15 * warm, 1 - warm)) * self.rng.normal(1, 0.05)
        return np.asarray((tone + (picture - grey) @ turn) * cast.astype(np.float32))

    def _noise(self, cells: int, octaves: int) -> Array:
        """Return smooth noise `[h, w]` of about unit variance."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            grid = self.rng.standard_normal((cells * 2**octave + 1,) * 2, dtype=np.float32)
            size = (self.width, self.height)
            total += 0.6**octave * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        return total


def _grey(picture: Array) -> Array:
    return np.asarray(cv2.transform(picture, np.full((1, 3), 1 / 3)))


def _blur(field: Array, sigma: float) -> Array:
    return np.asarray(cv2.GaussianBlur(field, (0, 0), max(0.1, sigma)), np.float32)


def _palette(style: str) -> dict[str, Array]:
    """Read the colours of a style: `use rrggbb rrggbb ...`."""
    rows = (row.split() for row in STYLES[style]["palette"])
    return {use: np.array([[*bytes.fromhex(c)] for c in colours], float) for use, *colours in rows}


def _bell(rng: np.random.Generator) -> Array:
    """Return narrow shoulders, a waist, a wide hem."""
    down = np.linspace(0, 1, 9)
    half = 0.16 + 0.3 * down**1.3 - 0.08 * np.sin(np.pi * down) + rng.normal(0, 0.015, 9)
    return np.vstack((np.c_[0.5 - half, down], np.c_[0.5 + half, down][::-1]))


def _ground(rng: np.random.Generator, rough: float) -> Array:
    """Return the outline of everything below an uneven line."""
    steps = np.cumsum(rng.normal(0, rough, 20))
    top = np.c_[np.linspace(0, 1, 20), steps - steps.mean()]
    return np.vstack((top, [[1, 1.5], [0, 1.5]]))


def _tendril(rng: np.random.Generator) -> Array:
    t = np.linspace(0, 1, 24)
    middle = 0.5 + rng.choice([-0.4, 0.4]) * np.sin(t * rng.uniform(3, 6)) * (0.3 + 0.7 * t)
    half = 0.09 * (1.1 - t)
    return np.vstack((np.c_[middle - half, 1 - t], np.c_[middle + half, 1 - t][::-1]))


_TURN = np.linspace(0, 2 * np.pi, 24)
_ROUND = np.c_[np.cos(_TURN), np.sin(_TURN)] / 2
_VAULT = 0.5 + _ROUND[12:] * (1, 0.6) - (0, 0.2)

OUTLINES: dict[str, Callable[[np.random.Generator], Array]] = {
    "oval": lambda rng: 0.5 + _ROUND * (1 + 0.04 * np.sin(2 * _TURN + rng.uniform(0, 6)))[:, None],
    "box": lambda _: np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]]),
    "arch": lambda _: np.r_[_VAULT, [[1, 1], [0, 1]]],
    "bell": _bell,
    "band": lambda rng: _ground(rng, 0.008),
    "ridge": lambda rng: _ground(rng, 0.06),
    "peak": lambda rng: np.array([[0, 1], [0.22, 0.5], [rng.normal(0.5, 0.06), 0], [1, 1]]),
    "tendril": _tendril,
}
"""Outlines `[n, 2]` in the unit square, y down."""
