"""A contact sheet of works that were called something else, as PNG."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from models.mistakes import Mistake
from models.plots import INK, VALIDATION, png

COLUMNS = 4
_LINE = 30
"""Letters that fit below a picture."""


def draw(mistakes: Sequence[Mistake], title: str) -> bytes:
    """The works in rows of four: picture, its style and the guess, artist and title.

    Args:
        mistakes: in the order in which they are shown; with none, the sheet says so.
        title: above all.
    """
    rows = max(-(-len(mistakes) // COLUMNS), 1)
    figure = Figure(figsize=(11, 3.5 * rows + 0.5 if mistakes else 1.2), layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK, parse_math=False)
    if not mistakes:
        figure.text(0.01, 0.3, "No guess is wrong.", color=INK)
        return png(figure)
    cells = figure.subplots(rows, COLUMNS, squeeze=False).reshape(-1)
    for axes in cells:
        axes.set_axis_off()
    for axes, mistake in zip(cells, mistakes, strict=False):
        _cell(axes, mistake)
    return png(figure)


def _cell(axes: Axes, mistake: Mistake) -> None:
    with Image.open(io.BytesIO(mistake.image)) as image:
        axes.imshow(image.convert("RGB"))
    axes.set_title(
        f"{mistake.guess} ({mistake.confidence:.2f})", loc="left", fontsize=9, color=VALIDATION
    )
    lines = [
        f"is {mistake.style}",
        _short(mistake.artist or "unknown artist"),
        _short(mistake.title or "untitled"),
    ]
    # Words of a catalog may hold a $, which would begin a formula
    axes.text(
        *(0, -0.03, "\n".join(lines)),
        transform=axes.transAxes,
        va="top",
        fontsize=8,
        color=INK,
        parse_math=False,
    )


def _short(words: str) -> str:
    return textwrap.shorten(words, _LINE, placeholder="…")
