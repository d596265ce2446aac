"""A contact sheet of works that were called something else, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from models.evaluation.mistakes import Mistake
from models.evaluation.plots import INK, VALIDATION

COLUMNS = 4
_SIDE, _GAP, _LINE = 240, 16, 18
"""Pixels: a picture's longest side, the space around it, a line of words."""
_WORDS = 4 * _LINE + 8
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


def draw(mistakes: Sequence[Mistake], title: str) -> bytes:
    """The works in rows of four: picture, prediction and style, artist and title.

    Args:
        mistakes: in the order in which they are shown; with none, the sheet says so.
        title: above all.
    """
    rows = -(-len(mistakes) // COLUMNS)
    wide, high = _SIDE + _GAP, _SIDE + _WORDS + _GAP
    head = 2 * _GAP + _LINE
    sheet = Image.new("RGB", (COLUMNS * wide + _GAP, head + max(rows * high, 2 * _LINE)), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((_GAP, _GAP), _fitted(title, _bold(15), sheet.width - 2 * _GAP), INK, _bold(15))
    if not mistakes:
        pen.text((_GAP, head), "No prediction is wrong.", INK, _plain(13))
    for number, mistake in enumerate(mistakes):
        row, column = divmod(number, COLUMNS)
        _cell(sheet, pen, (_GAP + column * wide, head + row * high), mistake)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _cell(
    sheet: Image.Image, pen: ImageDraw.ImageDraw, corner: tuple[int, int], mistake: Mistake
) -> None:
    """A picture, standing on its words."""
    left, top = corner
    with Image.open(io.BytesIO(mistake.image)) as image:
        picture = image.convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    sheet.paste(picture, (left, top + _SIDE - picture.height))
    lines = (
        (f"{mistake.prediction} ({mistake.confidence:.2f})", VALIDATION, _bold(13)),
        (f"is {mistake.style}", INK, _bold(13)),
        (mistake.artist or "unknown artist", INK, _plain(13)),
        (mistake.title or "untitled", INK, _plain(13)),
    )
    for number, (words, colour, font) in enumerate(lines):
        place = (left, top + _SIDE + 4 + number * _LINE)
        pen.text(place, _fitted(words, font, _SIDE), colour, font)


def _fitted(words: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """The words on one line, cut to a width in pixels."""
    line = " ".join(words.split())
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _plain(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "DejaVuSans.ttf", size)


def _bold(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "DejaVuSans-Bold.ttf", size)
