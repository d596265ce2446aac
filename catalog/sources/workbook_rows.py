"""Read a sheet of an Excel workbook (.xlsx) to rows, as texts."""

from __future__ import annotations

import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime, time
from functools import reduce
from itertools import chain, islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, load_workbook

from catalog.base.errors import SourceError
from catalog.base.wording import counted, one_line
from catalog.sources.row_table import (
    HEADER_ROWS,
    Record,
    RowTable,
    best_header,
    build_table,
    find_columns,
    header_of,
)

_MAX_BYTES = 2_000_000_000
"""Of everything in a workbook, unpacked."""
_MAX_CELLS = 30_000_000
"""From the first to the last row and column: the reader has all of them in memory."""
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    RuntimeError,  # encrypted; also NotImplementedError, for an unknown compression
)
"""Exceptions of zipfile for a file that is not an archive, or is damaged."""
_CHUNK = 1 << 20
_OVERLAP = 200
_PLACE = re.compile(rb"\br=[\"']([A-Z]{0,3})([0-9]{1,10})[\"'][^<>]*[^/<>]>")


def read_workbook(
    file: str,
    data: bytes,
    needed: Sequence[str] | None,
    optional: Sequence[str] = (),
    *,
    sheet: str | None = None,
    most: int | None = None,
) -> RowTable:
    """Read columns of a sheet; None is the first sheet with rows.

    The other arguments are those of `read_csv`.

    Raises:
        SourceError: if it is not a workbook, is too large, or lacks the sheet or a needed column.
    """
    _check_size(file, data)
    try:
        found = _sheet(file, load_workbook(io.BytesIO(data)), sheet)
        rows = enumerate(found.iter_rows(), (found.start or (0, 0))[0] + 1)
        texts = ((line, list(map(_text, row))) for line, row in rows)
        first = list(islice(texts, HEADER_ROWS))
        header_at = best_header([fields for _, fields in first], needed or ())
        header = header_of(file, first[header_at][1] if first else ())
        columns = find_columns(file, header, needed, optional)
        records = (
            Record(line, json.dumps(named, ensure_ascii=False), fields)
            for line, fields in chain(first[header_at + 1 :], texts)
            if any(fields) and (named := dict(zip(header, fields, strict=False)))
        )
        table = build_table(islice(records, most), header, columns)
    except CalamineError as error:
        reason = one_line(error, 200)
        raise SourceError(f"{file} cannot be read: {reason}; save its sheet as CSV") from error
    left_out = f", {counted(header_at, 'row')} left out" if header_at else ""
    read_as = f"{file}: sheet {found.name!r}{left_out}"
    return RowTable(header, table, read_as, {"sheet": found.name})


def _check_size(file: str, data: bytes) -> None:
    """Raise SourceError unless a workbook fits into memory, whatever size it declares."""
    unpacked = rows = columns = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, ExitStack() as parts:
            for name in archive.namelist():
                part = parts.enter_context(archive.open(name))
                before = b""
                while chunk := part.read(_CHUNK):
                    unpacked += len(chunk)
                    if unpacked > _MAX_BYTES:
                        raise SourceError(
                            f"{file} unpacks to over {_MAX_BYTES:,} bytes: save it as CSV"
                        )
                    for letters, number in _PLACE.findall(before + chunk):
                        rows = max(rows, int(number))
                        # A is 1, Z is 26, AA is 27.
                        place = reduce(lambda n, letter: 26 * n + letter - 64, letters, 0)
                        columns = max(columns, place)
                    before = chunk[-_OVERLAP:]
    except _DAMAGED as error:
        reason = f"{error}".rstrip(".")
        raise SourceError(
            f"{file} is not an Excel workbook (.xlsx), or is damaged: {reason}"
        ) from error
    if rows * columns > _MAX_CELLS:
        raise SourceError(
            f"{file} has cells as far as row {rows:,} and column {columns:,}: delete what is "
            "below and beside its table, or save it as CSV"
        )


def _sheet(file: str, workbook: CalamineWorkbook, name: str | None) -> CalamineSheet:
    names = workbook.sheet_names
    if name is not None:
        if name in names:
            return workbook.get_sheet_by_name(name)
        shown = ", ".join(map(repr, names[:20]))
        raise SourceError(f"{file} has no sheet {name[:60]!r}; it has {shown}")
    sheets = map(workbook.get_sheet_by_name, names)
    if sheet := next((sheet for sheet in sheets if sheet.height), None):
        return sheet
    raise SourceError(f"{file} is empty: none of its sheets has a row")


def _text(cell: Any) -> str:
    """Write a cell as a person reads it: whole numbers without `.0`, days without a time."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
