"""Contact sheets: some artworks of each style as small pictures."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PIL import Image, ImageDraw

import sql
from catalog.base.errors import StoreError
from catalog.datasets.examples import with_images
from catalog.storage import duck
from catalog.storage.store import Store

EACH = 8
"""Artworks of a style."""
_SIDE = 150
"""Pixels of a picture's longest side."""
PER_STYLE, SMALL = 6, 96
"""Artworks of a style, and pixels of their longest side, on a sheet that is one picture."""
_GAP, _WORDS = 6, 18
_LOG = logging.getLogger(__name__)


def sheets(home: Store, catalog: str | None, run_id: str | None) -> list[dict[str, Any]]:
    """Return a sheet per style: of all artworks, or of those that a run changed.

    Each has a `style`, None for unknown, and its `works`, each with its `image` as JPEG.

    If images are lost, the sheets are omitted, not the report.
    """
    connection = duck.connect(home, ("enriched", "images", "work_changes"))
    asked: dict[str, object] = {"catalog": catalog, "run_id": run_id, "each": EACH}
    rows = duck.arrow(connection, sql.text("report/samples"), asked)
    try:
        shown = with_images(home, rows).to_pylist() if rows.num_rows else []
    except StoreError as error:
        _LOG.warning("%s; until then the report has no contact sheets", error)
        return []
    return [
        {
            "style": style,
            "works": [{**work, "image": _jpeg(_thumbnail(work["image"], _SIDE))} for work in works],
        }
        for style, works in groupby(shown, key=lambda work: work["style"])
    ]


def contact_sheet(found: Sequence[dict[str, Any]]) -> bytes:
    """Draw all sheets as one JPEG, a row per style under its name."""
    row = _WORDS + SMALL + _GAP
    size = (PER_STYLE * (SMALL + _GAP) + _GAP, len(found) * row + _GAP)
    whole = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(whole)
    for at, sheet in enumerate(found):
        top = at * row + _GAP
        pen.text((_GAP, top), sheet["style"] or "Style unknown", "black")
        for column, work in enumerate(sheet["works"][:PER_STYLE]):
            picture = _thumbnail(work["image"], SMALL)
            whole.paste(picture, (_GAP + column * (SMALL + _GAP), top + _WORDS))
    return _jpeg(whole)


def _thumbnail(image: bytes, side: int) -> Image.Image:
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((side, side))
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
