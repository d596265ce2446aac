"""Read a CSV file to rows, whatever is in it: each row keeps its line and its raw text.

No row is dropped and none stops the reading: a row that does not fit the header carries the
reason in `problem`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa

from catalog.csv_dialect import decode, detect_delimiter
from catalog.errors import SourceError

MAX_FIELD = 1_000_000
"""Characters in a field above which the row is set aside."""
MAX_RAW = 100_000
"""Characters of a row's text that are kept."""
BATCH_ROWS = 50_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""With its end. `StringIO` has the same lines, but takes four bytes for each character."""


@dataclass(frozen=True)
class CsvRows:
    """A file's header and its rows.

    `table` has `line` (int64, where the row starts, the header being line 1), `raw` (the row's
    text), `problem` (why it cannot be used, or null), then a string column per header name.
    """

    file: str
    header: tuple[str, ...]
    table: pa.Table
    encoding: str
    delimiter: str


def read_csv(
    file: str, data: bytes, *, encoding: str | None = None, delimiter: str | None = None
) -> CsvRows:
    """Read a CSV file with a header.

    Args:
        file: its name, for messages.
        data: its bytes; a byte order mark is accepted.
        encoding: of the text, detected if None; bytes that do not fit become U+FFFD, and their
            row has a problem.
        delimiter: between fields, detected if None.

    Raises:
        SourceError: if the file is empty, has no header or repeats a column's name, or if there
            is no such encoding.
    """
    text, encoding = decode(file, data, encoding)
    delimiter = delimiter or detect_delimiter(text)
    csv.field_size_limit(2**31 - 1)
    records = _records(text, delimiter)
    header = _header(file, next(records, None))
    table = _table(records, header)
    return CsvRows(file, header, table, encoding, delimiter)


@dataclass(frozen=True)
class _Record:
    """The fields of a row, where it starts, and its text."""

    line: int
    raw: str
    fields: list[str]


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """The rows of a text.

    A quote that is not closed, or closed in the middle of a field, would swallow the rows below
    it: the lines that it took are then read one by one.
    """
    lines = (match[0] for match in _LINE.finditer(text))
    taken: list[str] = []

    def recorded() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(recorded(), delimiter=delimiter, strict=True)
    width, at = 0, 1
    while True:
        taken.clear()
        try:
            fields = next(reader, None)
        except csv.Error:
            fields = []
        if not taken:
            return
        width = width or len(fields or [])
        if fields and (len(taken) == 1 or len(fields) == width):
            yield _Record(at, "".join(taken).rstrip("\r\n"), fields)
        elif "".join(taken).strip():
            yield from _line_by_line(taken, at, delimiter)
        at += len(taken)


def _line_by_line(lines: list[str], at: int, delimiter: str) -> Iterator[_Record]:
    for number, line in enumerate(lines):
        raw = line.rstrip("\r\n")
        if raw.strip():
            lenient = csv.reader([raw], delimiter=delimiter)
            yield _Record(at + number, raw, next(lenient, []))


def _header(file: str, record: _Record | None) -> tuple[str, ...]:
    names = [name.strip() for name in record.fields] if record else []
    if not any(names):
        raise SourceError(f"{file} is empty: expected a line of column names and rows below it")
    repeated = sorted({n for n in names if n and names.count(n) > 1})
    if repeated:
        raise SourceError(f"{file} has the column {repeated[0]!r} more than once: rename one")
    reserved = {"line", "raw", "problem"} & set(names)
    if reserved:
        raise SourceError(f"{file} has a column named {sorted(reserved)[0]!r}: rename it")
    return _named(names)


def _named(names: list[str]) -> tuple[str, ...]:
    """The names, with one of its own for each column that has none."""
    taken = {name.casefold() for name in names}
    found = []
    for position, name in enumerate(names, 1):
        free = f"column_{position}"
        while not name and free in taken:
            free += "_"
        found.append(name or free)
    return tuple(found)


def _table(records: Iterator[_Record], header: tuple[str, ...]) -> pa.Table:
    """The rows as Arrow, a batch at a time: Python's strings take several times the memory."""
    text = pa.string()
    names = ("line", "raw", "problem", *header)
    schema = pa.schema([("line", pa.int64())] + [(name, text) for name in names[1:]])
    batches = []
    while rows := [_row(record, len(header)) for record in islice(records, BATCH_ROWS)]:
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema)


def _row(record: _Record, width: int) -> tuple[int | str | None, ...]:
    fields: list[str | None] = [*record.fields[:width]]
    fields += [None] * (width - len(fields))
    return (record.line, _shown(record.raw), _problem(record, width), *fields)


def _shown(raw: str) -> str:
    return raw if len(raw) <= MAX_RAW else f"{raw[:MAX_RAW]}... ({len(raw):,} characters)"


def _problem(record: _Record, width: int) -> str | None:
    fields, raw = record.fields, record.raw
    if len(fields) != width and (len(fields) < width or any(f.strip() for f in fields[width:])):
        return f"the row has {len(fields)} fields, the header {width}"
    if len(raw) > MAX_FIELD and any(len(field) > MAX_FIELD for field in fields):
        return f"a field has more than {MAX_FIELD:,} characters"
    if "\ufffd" in raw:
        return "some bytes are not in the file's encoding"
    if "\0" in raw:
        return "the row holds a NUL byte"
    return None


def require_columns(rows: CsvRows, needed: tuple[str, ...], optional: tuple[str, ...]) -> pa.Table:
    """The rows with all needed and optional columns; an optional one that is absent is null.

    A name that differs in case alone is accepted.

    Raises:
        SourceError: naming the needed columns that the file lacks.
    """
    by_case = {name.casefold(): name for name in rows.header}
    missing = [name for name in needed if name.casefold() not in by_case]
    if missing:
        raise SourceError(
            f"{rows.file} lacks the column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, rows.header))}"
        )
    absent = pa.nulls(rows.table.num_rows, pa.string())
    found = [by_case.get(name.casefold()) for name in (*needed, *optional)]
    return pa.Table.from_arrays(
        [*rows.table.select(["line", "raw", "problem"]).columns]
        + [rows.table[name] if name else pa.chunked_array([absent]) for name in found],
        names=["line", "raw", "problem", *needed, *optional],
    )
