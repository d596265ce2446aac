"""Contact sheets: images of artworks side by side, each with a caption of a few lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

COLUMNS = 4
_SIDE, _GAP, _LINE = 240, 16, 18
"""Pixels: the longest side of an image, the space around it, the height of a line."""
_INK, _ACCENT = "#333333", "#c8553d"
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


@dataclass(frozen=True)
class Cell:
    """An artwork on the sheet."""

    image: bytes | None
    """An encoded image; None leaves its place empty."""
    heading: str
    lines: Sequence[str]


def draw_contact_sheet(cells: Sequence[Cell], title: str, empty: str = "No artworks.") -> bytes:
    """Draw artworks, or the text `empty`, in rows of four: image, heading, lines; returns a PNG."""
    text_height = _LINE * (1 + max((len(cell.lines) for cell in cells), default=0)) + 8
    width, height = _SIDE + _GAP, _SIDE + text_height + _GAP
    head = 2 * _GAP + _LINE
    rows = -(-len(cells) // COLUMNS)
    size = (COLUMNS * width + _GAP, head + max(rows * height, 2 * _LINE))
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    bold = _font("DejaVuSans-Bold.ttf", 15)
    pen.text((_GAP, _GAP), _fit(title, bold, sheet.width - 2 * _GAP), _INK, bold)
    if not cells:
        pen.text((_GAP, head), empty, _INK, _font("DejaVuSans.ttf", 13))
    plain, bold = _font("DejaVuSans.ttf", 13), _font("DejaVuSans-Bold.ttf", 13)
    for number, cell in enumerate(cells):
        row, column = divmod(number, COLUMNS)
        left, top = _GAP + column * width, head + row * height
        if cell.image is not None:
            with Image.open(io.BytesIO(cell.image)) as opened:
                image = opened.convert("RGB")
            image.thumbnail((_SIDE, _SIDE))
            sheet.paste(image, (left, top + _SIDE - image.height))
        top += _SIDE + 4
        pen.text((left, top), _fit(cell.heading, bold, _SIDE), _ACCENT, bold)
        for below, line in enumerate(cell.lines, 1):
            pen.text((left, top + below * _LINE), _fit(line, plain, _SIDE), _INK, plain)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _fit(text: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    """Shorten a text to one line of at most this many pixels."""
    line = " ".join(text.split())
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…"


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / name, size)
