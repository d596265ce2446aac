"""The layout of the Kaggle set "historic-art": artworks, artists and a folder of images."""

from __future__ import annotations

import sql
from catalog.csv_rows import CsvRows, read_csv, require_columns
from catalog.duck import DuckDB
from catalog.errors import SourceError
from catalog.store import FolderStore, Store

ARTWORKS = "artwork_dataset.csv"
ARTISTS = "info_dataset.csv"
IMAGES = "artwork"


def stage(connection: DuckDB, source: Store) -> None:
    """Make the relation `staged`: one row per row of the artworks file.

    Raises:
        SourceError: if the folder or a file is not there, is empty, or lacks a column.
    """
    artworks = _read(source, ARTWORKS)
    artists = _read(source, ARTISTS)
    connection.register(
        "artwork_rows",
        require_columns(artworks, ("ID", "artist", "title"), ("picture data", "jpg url")),
    )
    connection.register(
        "info_rows",
        require_columns(
            artists, ("artist", "period"), ("born-died", "school", "url", "base", "nationality")
        ),
    )
    connection.execute(f"CREATE TABLE staged AS {sql.text('historic_art/stage')}")


def check(source: Store) -> None:
    """Raise SourceError, saying what to do, unless the catalog can be read."""
    require_columns(_read(source, ARTWORKS), ("ID", "artist", "title"), ())
    require_columns(_read(source, ARTISTS), ("artist", "period"), ())


def _read(source: Store, file: str) -> CsvRows:
    if isinstance(source, FolderStore) and not source.folder.is_dir():
        raise SourceError(f"there is no folder {source.uri}: say where the catalog lies")
    try:
        rows = read_csv(file, source.read(file))
    except FileNotFoundError as error:
        raise SourceError(
            f"{source.uri} has no {file}: a catalog of the layout historic-art holds {ARTWORKS}, "
            f"{ARTISTS} and a folder {IMAGES}/"
        ) from error
    if rows.table.num_rows == 0:
        raise SourceError(f"{file} in {source.uri} has column names but no rows")
    return rows
