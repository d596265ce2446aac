"""Contact sheets: some works of each style as small pictures."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from PIL import Image

import sql
from catalog import duck
from catalog.errors import StoreError
from catalog.examples import with_images
from catalog.store import Store

EACH = 8
"""Works of a style."""
_SIDE = 150
"""Pixels of a picture's longest side."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """Works of a style, None where nobody knows it, each with its `image` as JPEG."""

    style: str | None
    works: list[dict[str, Any]]


def sheets(home: Store, catalog: str | None, run_id: str | None) -> list[Sheet]:
    """A sheet per style: of all works, or of those that a run changed.

    Pictures that are lost cost the sheets, not the report.
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
        Sheet(style, [{**work, "image": _small(work["image"])} for work in works])
        for style, works in groupby(shown, key=lambda work: work["style"])
    ]


def _small(image: bytes) -> bytes:
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
