"""Read a CSV file to rows, whatever is in it: each row keeps its line and its raw text.

No row is dropped and none stops the reading: a row that does not fit the header carries the
reason in `problem`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from catalog.errors import SourceError

MAX_FIELD = 1_000_000
"""Characters in a field above which the row is set aside."""


@dataclass(frozen=True)
class CsvRows:
    """A file's header and its rows.

    `table` has `line` (int64, where the row starts, the header being line 1), `raw` (the row's
    text), `problem` (why it cannot be used, or null), then a string column per header name.
    """

    file: str
    header: tuple[str, ...]
    table: pa.Table


class _Recorder:
    """Hands lines to the csv reader and remembers those of the row being read."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        return line


def read_csv(file: str, data: bytes, *, encoding: str = "utf-8", delimiter: str = ",") -> CsvRows:
    """Read a CSV file with a header.

    Args:
        file: its name, for messages.
        data: its bytes; a byte order mark is accepted.
        encoding: of the text; bytes that do not fit become U+FFFD, and their row has a problem.
        delimiter: between fields.

    Raises:
        SourceError: if the file is empty or has no header.
    """
    text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    recorder = _Recorder(text)
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(recorder, delimiter=delimiter)
    header = _header(file, reader)
    lines: list[int] = []
    raws: list[str] = []
    problems: list[str | None] = []
    columns: list[list[str | None]] = [[] for _ in header]
    while True:
        start = reader.line_num + 1
        recorder.taken.clear()
        fields = next(reader, None)
        if fields is None:
            break
        if not fields:
            continue  # a blank line is no row
        lines.append(start)
        raws.append("".join(recorder.taken).rstrip("\r\n"))
        problems.append(_problem(fields, len(header)))
        for index, column in enumerate(columns):
            column.append(fields[index] if index < len(fields) else None)
    data_columns = dict(zip(header, (pa.array(c, pa.string()) for c in columns), strict=True))
    table = pa.table(
        {
            "line": pa.array(lines, pa.int64()),
            "raw": pa.array(raws, pa.string()),
            "problem": pa.array(problems, pa.string()),
            **data_columns,
        }
    )
    return CsvRows(file, header, table)


def _header(file: str, reader: Iterator[list[str]]) -> tuple[str, ...]:
    names = [name.strip() for name in next(reader, [])]
    if not any(names):
        raise SourceError(f"{file} is empty: expected a line of column names and rows below it")
    repeated = sorted({n for n in names if n and names.count(n) > 1})
    if repeated:
        raise SourceError(f"{file} has the column {repeated[0]!r} more than once: rename one")
    reserved = {"line", "raw", "problem"} & set(names)
    if reserved:
        raise SourceError(f"{file} has a column named {sorted(reserved)[0]!r}: rename it")
    return tuple(name or f"column_{index + 1}" for index, name in enumerate(names))


def _problem(fields: list[str], width: int) -> str | None:
    if len(fields) != width:
        return f"the row has {len(fields)} fields, the header {width}"
    if any(len(field) > MAX_FIELD for field in fields):
        return f"a field has more than {MAX_FIELD:,} characters"
    if any("\ufffd" in field for field in fields):
        return "some bytes are not in the file's encoding"
    if any("\0" in field for field in fields):
        return "the row holds a NUL byte"
    return None


def require_columns(rows: CsvRows, needed: tuple[str, ...], optional: tuple[str, ...]) -> pa.Table:
    """The rows with all needed and optional columns; an optional one that is absent is null.

    Raises:
        SourceError: naming the needed columns that the file lacks.
    """
    missing = [name for name in needed if name not in rows.header]
    if missing:
        raise SourceError(
            f"{rows.file} lacks the column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, rows.header))}"
        )
    table = rows.table
    for name in optional:
        if name not in rows.header:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table
