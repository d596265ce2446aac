"""The layout of the Kaggle set "historic-art": artworks, artists and a folder of images."""

from __future__ import annotations

import sql
from catalog.base.hashing import key_of
from catalog.sources.source import CatalogFiles, create_staged
from catalog.storage.duck import DuckDB

ARTWORKS = "artwork_dataset.csv"
ARTISTS = "info_dataset.csv"
_ADVICE = (
    f"a catalog of the layout historic-art contains {ARTWORKS}, {ARTISTS} and a folder artwork/"
)
_NEEDED = ("ID", "artist", "title")
_OPTIONAL = ("picture data", "jpg url")
_ARTIST_NEEDED = ("artist", "period")
_ARTIST_OPTIONAL = ("born-died", "school", "url", "base", "nationality")


class HistoricArt:
    """A folder of the layout historic-art; the artists' file may be elsewhere."""

    default_name = "wga"
    file = ARTWORKS
    style_terms: dict[str, str] = {}  # noqa: RUF012 - the vocabulary's own terms
    style_separator: str | None = None

    def __init__(self, files: CatalogFiles, artists: CatalogFiles, artists_file: str) -> None:
        self._files = files
        self._artists = artists
        self._artists_file = artists_file

    def check(self) -> None:
        """Raise SourceError, saying what to do, unless the catalog can be read."""
        self._files.rows_of(ARTWORKS, _ADVICE, _NEEDED, most=1)
        self._artists.rows_of(self._artists_file, _ADVICE, _ARTIST_NEEDED, most=1)

    def read_as(self) -> list[str]:
        """Return how the two files are written."""
        return list(dict.fromkeys([*self._files.read_as(), *self._artists.read_as()]))

    def stage(self, connection: DuckDB) -> int:
        """Make the relation `staged`: one row per row of the artworks file; none is left out."""
        artworks = self._files.rows_of(ARTWORKS, _ADVICE, _NEEDED, _OPTIONAL)
        artists = self._artists.rows_of(
            self._artists_file, _ADVICE, _ARTIST_NEEDED, _ARTIST_OPTIONAL
        )
        connection.register("artwork_rows", artworks.table)
        connection.register("info_rows", artists.table)
        create_staged(connection, sql.text("historic_art/stage"))
        connection.unregister("artwork_rows")  # which holds all rows in memory
        return 0

    def fingerprint(self) -> str:
        """Changes when one of the two files does."""
        return key_of(
            "historic-art",
            self._files.fingerprint(ARTWORKS, advice=_ADVICE),
            self._artists.fingerprint(self._artists_file, advice=_ADVICE),
        )
