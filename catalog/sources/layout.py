"""How a file is laid out, and which reader reads it: CSV, JSON or an Excel workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.base.file_kinds import TABLE_ENDINGS
from catalog.sources.csv_rows import read_csv
from catalog.sources.json_rows import read_json
from catalog.sources.json_text import LINES
from catalog.sources.row_table import RowTable
from catalog.sources.workbook_rows import read_workbook

WORKBOOKS, JSON = (".xlsx", ".xlsm"), (".json", ".geojson", *LINES)


@dataclass(frozen=True)
class Layout:
    """What is said of a file's layout; what is None is detected."""

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
