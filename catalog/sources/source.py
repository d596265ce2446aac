"""Sources of a catalog, and the files that they read: CSV, JSON or an Excel workbook."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

import sql
from catalog.base.errors import SourceError
from catalog.base.files import MAX_TABLE_BYTES, read_source
from catalog.base.hashing import key_of, sha256_of
from catalog.sources.csv_rows import read_csv
from catalog.sources.json_rows import LINES, read_json
from catalog.sources.row_table import RowTable
from catalog.sources.workbook_rows import read_workbook
from catalog.storage.duck import DuckDB
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore, Store


@dataclass(frozen=True)
class FileFormat:
    """How to parse a file; None values are detected."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    records: str | None = None

    def read(
        self,
        file: str,
        data: bytes,
        needed: Sequence[str] | None,
        optional: Sequence[str] = (),
        most: int | None = None,
    ) -> RowTable:
        """Read columns of a file, by the ending of its name; see the three readers."""
        name, columns = file.lower(), (needed, optional)
        if name.endswith((".xlsx", ".xlsm")):
            return read_workbook(file, data, *columns, most=most, sheet=self.sheet)
        encoding = self.encoding
        if name.endswith((".json", ".geojson", *LINES)):
            records = self.records
            return read_json(file, data, *columns, most=most, encoding=encoding, records=records)
        delimiter = self.delimiter
        return read_csv(file, data, *columns, most=most, encoding=encoding, delimiter=delimiter)


_AS_GIVEN = (
    *("source_id", "artist_url", "profession", "image_key", "source_url"),
    *("iiif_manifest", "iiif_image"),
)
"""Columns of `artworks` that come from the source, beside those that end in `_given`."""
_given = [n for n in TABLES["artworks"].schema.names if n in _AS_GIVEN or n.endswith("_given")]
_kinds: dict[str, pa.DataType] = {"line": pa.int64()}
STAGED = pa.schema(_kinds | dict.fromkeys(("raw", "problem", *_given), pa.string()))
"""The columns of the relation `staged`."""


def create_staged(
    connection: DuckDB, statement: str, parameters: dict[str, Any] | None = None
) -> None:
    """Create the relation `staged` from a statement; columns that it lacks are empty."""
    connection.register("staged_columns", STAGED.empty_table())
    connection.execute(
        f"CREATE TEMP TABLE staged AS FROM staged_columns UNION ALL BY NAME ({statement})",
        parameters,
    )
    connection.unregister("staged_columns")


@dataclass
class CatalogFile:
    """A file of a catalog, and the columns that are read of it; all if `needed` is None."""

    store: Store
    name: str
    file_format: FileFormat
    advice: str
    """What to do if the file is not there."""
    needed: Sequence[str] | None
    optional: Sequence[str] = ()
    read_as: str | None = None
    """How it is written, once it has been read: encoding and certainty, delimiter."""

    @cached_property
    def data(self) -> bytes:
        """The contents; raises SourceError if they cannot be read."""
        store = self.store
        missing = f"{store.uri} has no {self.name}: {self.advice}"
        if isinstance(store, FolderStore):
            if not store.folder.is_dir():
                raise SourceError(f"there is no folder {store.uri}: check the path")
            return read_source(store.path(self.name), MAX_TABLE_BYTES, missing)
        try:
            return store.read(self.name)
        except FileNotFoundError as error:
            raise SourceError(missing) from error

    def rows(self, most: int | None = None) -> RowTable:
        """Return the rows; the first ones if not all.

        Raises:
            SourceError: if the file cannot be read, lacks a needed column or has no rows.
        """
        rows = self.file_format.read(self.name, self.data, self.needed, self.optional, most)
        if rows.table.num_rows == 0:
            raise SourceError(f"{self.name} in {self.store.uri} has column names but no rows")
        self.read_as = rows.read_as
        return rows


class Source(ABC):
    """A catalog to be read."""

    style_separator: str | None = None
    """Between several style terms in one value."""

    def __init__(self, default_name: str, layout: object, *files: CatalogFile) -> None:
        """Name the files.

        Args:
            default_name: of the catalog in the home, unless another is requested.
            layout: of the files; the rows depend on it.
            files: the first has the rows that are the artworks.
        """
        self.default_name, self.layout, self.files = default_name, layout, files
        self.file = files[0].name
        self.style_terms: dict[str, str] = {}
        """The source's own style terms and the vocabulary's styles that they mean."""

    def check(self) -> None:
        """Raise SourceError, saying what to do, unless the catalog can be read."""
        for file in self.files:
            file.rows(most=1)

    @abstractmethod
    def stage(self, connection: DuckDB) -> int:
        """Create the relation `staged`, one row per row read; return how many were left out."""

    def fingerprint(self) -> str:
        """Return a digest of everything that the rows depend on."""
        prints = [key_of([sha256_of(f.data)], asdict(f.file_format)) for f in self.files]
        return key_of(self.layout, *prints)

    def read_as(self) -> list[str]:
        """Return how each file that was read is written."""
        return list(dict.fromkeys(file.read_as for file in self.files if file.read_as))


ARTWORKS, ARTISTS = "artwork_dataset.csv", "info_dataset.csv"


class HistoricArt(Source):
    """The layout of the Kaggle set "historic-art": artworks, artists and a folder of images."""

    def __init__(
        self, folder: Store, artists: Store, artists_file: str, file_format: FileFormat
    ) -> None:
        """Name the folder, and the artists' file, which may be elsewhere."""
        advice = (
            f"a catalog of the layout historic-art contains {ARTWORKS}, {ARTISTS} and a folder "
            "artwork/"
        )
        of_artwork = (("ID", "artist", "title"), ("picture data", "jpg url"))
        of_artist = (("artist", "period"), ("born-died", "school", "url", "base", "nationality"))
        super().__init__(
            "wga",
            "historic-art",
            CatalogFile(folder, ARTWORKS, file_format, advice, *of_artwork),
            CatalogFile(artists, artists_file, file_format, advice, *of_artist),
        )

    def stage(self, connection: DuckDB) -> int:
        """Create the relation `staged`, one row per row of the artworks file; none is left out."""
        for file, relation in zip(self.files, ("artwork_rows", "info_rows"), strict=True):
            connection.register(relation, file.rows().table)
        create_staged(connection, sql.text("historic_art/stage"))
        connection.unregister("artwork_rows")  # which holds all rows in memory
        return 0
