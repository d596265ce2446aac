"""The published tables of a home as pandas DataFrames, for scripts and notebooks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from PIL import Image

from catalog.base.errors import QueryError
from catalog.datasets.examples import with_images
from catalog.images.contact_sheet import Cell, draw_contact_sheet
from catalog.publishing import analysts
from catalog.storage import duck, sql_sandbox
from catalog.storage.homes import open_existing_home

MAX_SHEET = 60
"""Artworks on a contact sheet."""
_SHARDS = "SELECT artwork_id, shard FROM images WHERE list_contains($ids, artwork_id)"


class Home:
    """The published tables of a home, which is only read.

    Columns of the DataFrames have pyarrow's types, so integers, dates and lists keep their type
    where values are missing. Each method raises a `QueryError` for an invalid query
    and a `StoreError` if nothing is published yet.
    """

    def __init__(self, uri: str | None = None) -> None:
        """Open the home at an address; raises ArtcatError if there is none."""
        self._store = open_existing_home(uri)

    def __repr__(self) -> str:
        return f"open_home({self._store.uri!r})"

    def enriched(self) -> pd.DataFrame:
        """Return the current artworks with style, confidence and description, one row each."""
        return self.table("enriched")

    def table(self, name: str) -> pd.DataFrame:
        """Return all rows of a published table or view; `SHOW TABLES` lists them."""
        quoted = name.replace('"', '""')
        return self.query(f'FROM "{quoted}"')

    def query(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the answer to a query, which can use all views and macros.

        Args:
            sql: statements in DuckDB's SQL that only read; the last one is answered.
            parameters: values of `?`, or of `$name`, in the last statement.
        """
        with analysts.opened(self._store) as connection:
            sql_sandbox.lock(connection, self._store)
            answer = sql_sandbox.last_answer(connection, sql, parameters)
            with sql_sandbox.translate_query_errors():
                return answer.to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)

    def similar(self, artwork_id: str, count: int = 10) -> pd.DataFrame:
        """Return the artworks whose images are most similar to an artwork's, the nearest first."""
        known = self.query("FROM vectors SELECT artwork_id WHERE artwork_id = ?", [artwork_id])
        if known.empty:
            raise QueryError(f"no image of an artwork {artwork_id!r} has been embedded")
        return self.query("FROM similar(?, ?)", [artwork_id, count])

    def contact_sheet(self, artworks: pd.DataFrame, title: str = "") -> Image.Image:
        """Draw the images of artworks with style, artist and title; a notebook shows the result.

        Args:
            artworks: rows with a column `artwork_id`, for example of `enriched` or `similar`; the
                columns style, confidence, similarity, artist and title are shown if they are there.
            title: at the top of the sheet; by default how many artworks there are.
        """
        if "artwork_id" not in artworks.columns:
            raise QueryError("a contact sheet needs the column artwork_id")
        rows = artworks.head(MAX_SHEET).to_dict("records")
        ids = [str(row["artwork_id"]) for row in rows]
        with duck.connect(self._store, ("images",)) as connection:
            shards = duck.arrow(connection, _SHARDS, {"ids": ids})
        found = with_images(self._store, shards.filter(shards["shard"].is_valid())).to_pylist()
        images = {row["artwork_id"]: row["image"] for row in found if row["image"]}
        cells = [_cell(row, images.get(name)) for name, row in zip(ids, rows, strict=True)]
        shown = f"{len(rows)} of {len(artworks)}" if len(artworks) > len(rows) else f"{len(rows)}"
        sheet = draw_contact_sheet(cells, title or f"{shown} artworks")
        return Image.open(io.BytesIO(sheet), formats=["PNG"])


def _cell(row: dict[Any, Any], image: bytes | None) -> Cell:
    heading = _text(row.get("style")) or "style unknown"
    for number in ("confidence", "similarity"):
        if _text(row.get(number)):
            heading += f", {number} {row[number]:.2f}"
    lines = [_text(row.get(name)) for name in ("artist", "title") if name in row]
    return Cell(image, heading, [line or "unknown" for line in lines])


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA else str(value)
