"""Sources of a catalog, and the files that they read: CSV, JSON or an Excel workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import pyarrow as pa

from catalog.base.errors import SourceError
from catalog.base.file_kinds import TABLE_ENDINGS
from catalog.base.files import MAX_TABLE_BYTES, read_source
from catalog.base.hashing import key_of, sha256_of
from catalog.sources.csv_rows import read_csv
from catalog.sources.json_rows import LINES, read_json
from catalog.sources.row_table import RowTable
from catalog.sources.workbook_rows import read_workbook
from catalog.storage.duck import DuckDB
from catalog.storage.schemas import TABLES
from catalog.storage.store import FolderStore, Store

WORKBOOKS, JSON = (".xlsx", ".xlsm"), (".json", ".geojson", *LINES)


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
        name = file.lower()
        if name.endswith(WORKBOOKS):
            return read_workbook(file, data, needed, optional, sheet=self.sheet, most=most)
        if name.endswith(JSON):
            return read_json(
                file,
                data,
                needed,
                optional,
                encoding=self.encoding,
                records=self.records,
                most=most,
            )
        return read_csv(
            file,
            data,
            needed,
            optional,
            encoding=self.encoding,
            delimiter=self.delimiter,
            most=most,
        )


def is_table(uri: str) -> bool:
    """Return whether an address is that of a file with a catalog, by its ending."""
    return uri.lower().endswith(TABLE_ENDINGS)


_AS_GIVEN = (
    *("source_id", "artist_url", "profession", "image_key", "source_url"),
    *("iiif_manifest", "iiif_image"),
)
"""Columns of `artworks` that come from the source, beside those that end in `_given`."""
_columns: list[tuple[str, pa.DataType]] = [
    *(("line", pa.int64()), ("raw", pa.string()), ("problem", pa.string())),
    *(
        (name, pa.string())
        for name in TABLES["artworks"].schema.names
        if name in _AS_GIVEN or name.endswith("_given")
    ),
]
STAGED = pa.schema(_columns)
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


class Source(Protocol):
    """A catalog to be read."""

    default_name: str
    """Name of the catalog in the home, unless another is requested."""
    file: str
    """The file whose rows are the artworks."""
    style_terms: dict[str, str]
    """The source's own style terms and the vocabulary's styles that they mean."""
    style_separator: str | None
    """Between several style terms in one value."""

    def check(self) -> None:
        """Raise SourceError, saying what to do, unless the catalog can be read."""

    def stage(self, connection: DuckDB) -> int:
        """Create the relation `staged`, one row per row read; return how many were left out."""

    def fingerprint(self) -> str:
        """Changes when anything does that the rows depend on."""

    def read_as(self) -> list[str]:
        """Return how each file that was read is written: encoding and certainty, delimiter."""


class CatalogFiles:
    """The files of a catalog, each read once."""

    def __init__(self, store: Store, file_format: FileFormat) -> None:
        self.store = store
        self.file_format = file_format
        self._contents: dict[str, bytes] = {}
        self._read_as: dict[str, str] = {}

    def bytes_of(self, file: str, advice: str) -> bytes:
        """Return a file's contents; raises SourceError with the advice if it is not there."""
        if isinstance(self.store, FolderStore) and not self.store.folder.is_dir():
            raise SourceError(f"there is no folder {self.store.uri}: check the path")
        if file not in self._contents:
            try:
                self._contents[file] = _contents(self.store, file)
            except FileNotFoundError as error:
                raise SourceError(f"{self.store.uri} has no {file}: {advice}") from error
        return self._contents[file]

    def rows_of(
        self,
        file: str,
        advice: str,
        needed: Sequence[str] | None,
        optional: Sequence[str] = (),
        most: int | None = None,
    ) -> RowTable:
        """Return a file's rows with the columns, all of them if None; the first rows if not all.

        Raises:
            SourceError: if the file cannot be read, lacks a needed column or has no rows.
        """
        rows = self.file_format.read(file, self.bytes_of(file, advice), needed, optional, most)
        if rows.table.num_rows == 0:
            raise SourceError(f"{file} in {self.store.uri} has column names but no rows")
        self._read_as[file] = rows.read_as
        return rows

    def read_as(self) -> list[str]:
        """Return how each file that was read is written."""
        return list(self._read_as.values())

    def fingerprint(self, *files: str, advice: str = "") -> str:
        """Return a hash of the files' contents and of how they are read."""
        digests = [sha256_of(self.bytes_of(file, advice)) for file in files]
        return key_of(digests, asdict(self.file_format))


def _contents(store: Store, file: str) -> bytes:
    if isinstance(store, FolderStore):
        return read_source(store.path(file), MAX_TABLE_BYTES)
    return store.read(file)
