"""Read a CSV file to rows, whatever is in it: each row keeps its line and its raw text.

No row is dropped and none stops the reading: a row that cannot be used carries the reason in
`problem`. Only the columns that are asked for are kept, and only they can make a row unfit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from catalog.csv_dialect import LINE, Dialect, find_dialect, folded
from catalog.encodings import CERTAIN, MARK, Encoding, decode, detect_encoding, named_encoding
from catalog.errors import SourceError
from catalog.file_kinds import BEGINNING, signature_of
from catalog.short_rows import ShortRows

MAX_FIELD = 1_000_000
"""Characters in a field above which the row is set aside."""
MAX_RAW = 100_000
"""Characters of a row's text that are kept."""
BATCH_ROWS = 50_000
_SHOWN_NAMES = 20
_MOST_ZEROS = 0.9
"""Part of the first bytes: three of four are zeros in UTF-32."""
NOTHING = "\\N"
"""How databases write that there is no value."""


@dataclass(frozen=True)
class CsvRows:
    """A file's column names and its rows.

    `table` has `line` (int64, where the row starts, the first line of the file being 1), `raw` (the
    row's text), `problem` (why it cannot be used, or null), then a string column per name that was
    asked for, in that order.
    """

    file: str
    header: tuple[str, ...]
    table: pa.Table
    encoding: Encoding
    dialect: Dialect

    @property
    def read_as(self) -> str:
        """How the file was read, in words."""
        delimiter = "tabulator" if self.dialect.delimiter == "\t" else repr(self.dialect.delimiter)
        above = self.dialect.lines_above
        left_out = f", {above} lines above the column names left out" if above else ""
        return f"{self.file}: encoding {self.encoding.words}, delimiter {delimiter}{left_out}"


def read_csv(
    file: str,
    data: bytes,
    needed: Sequence[str],
    optional: Sequence[str] = (),
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    most: int | None = None,
    advice: str = "say which it is with --encoding, or `encoding` in the mapping",
) -> CsvRows:
    """Read columns of a CSV file.

    Args:
        file: its name, for messages.
        data: its bytes; a byte order mark is accepted.
        needed: names of columns. The very name counts first, then one that differs from it in case
            or blanks.
        optional: names of columns that are null if they are absent.
        encoding: of the text, detected if None. A row has a problem if bytes of its columns do not
            fit; they become U+FFFD.
        delimiter: between fields, detected if None.
        most: rows that are read, the first ones; all if None.
        advice: what to do if the encoding cannot be detected.

    Raises:
        SourceError: if the file is empty, no table of text, of an encoding that is uncertain or
            does not exist, or if a needed column is missing or ambiguous.
    """
    _refuse_other_kinds(file, data[:BEGINNING])
    found = _encoding(file, data, encoding, advice)
    text = decode(file, data, found.name)
    csv.field_size_limit(2**31 - 1)
    dialect = find_dialect(text, needed, delimiter)
    records = _records(text, dialect)
    header = _header(file, next(records, None))
    records = islice(records, most)
    positions = [_position(file, header, name, needed=True) for name in needed]
    positions += [_position(file, header, name, needed=False) for name in optional]
    ends_whole = text.endswith(("\r", "\n"))
    table = _table(records, header, positions, (*needed, *optional), ends_whole=ends_whole)
    return CsvRows(file, header, table, found, dialect)


def _refuse_other_kinds(file: str, begin: bytes) -> None:
    if kind := signature_of(begin):
        advice = "" if ":" in kind else ": save its table as CSV"
        raise SourceError(f"{file} is no table of text but {kind}{advice}")
    if begin.count(0) > _MOST_ZEROS * len(begin):
        raise SourceError(f"{file} is no table of text: it begins with bytes of 0")


def _encoding(file: str, data: bytes, given: str | None, advice: str) -> Encoding:
    """The encoding that was given, or else one that is detected with certainty."""
    if given:
        try:
            return named_encoding(given)
        except ValueError as error:
            raise SourceError(f"{file}: {error}") from error
    found = detect_encoding(data)
    if found.certainty < CERTAIN:
        raise SourceError(f"{file}: {found.doubt}; {advice}")
    return found


class _Record(NamedTuple):
    """The fields of a row, where it starts, its text, and whether an open quote tore it."""

    line: int
    raw: str
    fields: list[str]
    torn: bool = False


def _records(text: str, dialect: Dialect) -> Iterator[_Record]:
    """The rows of a text from the one with the column names on.

    A quote that is not closed, or closed in the middle of a field, would swallow the rows below
    it: the lines that it took are then read one by one.
    """
    lines = (match[0] for match in LINE.finditer(text))
    at = 1 + sum(1 for _ in islice(lines, dialect.lines_above))
    taken: list[str] = []

    def recorded() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = dialect.rows(recorded(), strict=True)
    width = 0
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
            yield from _line_by_line(taken, at, dialect, width)
        at += len(taken)


def _line_by_line(lines: list[str], at: int, dialect: Dialect, width: int) -> Iterator[_Record]:
    """The rows of lines in which quotes do not stand as they should."""
    for number, line in enumerate(lines):
        raw = line.rstrip("\r\n")
        if raw.strip():
            plain = raw.split(dialect.delimiter)
            if len(plain) == width and raw.count(dialect.quote) % 2 == 0:
                fields = [_without_quotes(field, dialect.quote) for field in plain]
            else:
                fields = next(dialect.rows([raw], strict=False), [])
            yield _Record(at + number, raw, fields, torn=True)


def _without_quotes(field: str, quote: str) -> str:
    """A field without the quotes around it; those within it, and `"A" and "B"`, stay."""
    inner = field[1:-1]
    first = inner.find(quote)
    if len(field) > 1 and field[0] == field[-1] == quote and (first < 1 or inner[first - 1] == " "):
        return inner.replace(quote * 2, quote)
    return field


def _header(file: str, record: _Record | None) -> tuple[str, ...]:
    names = record.fields if record else []
    names = [name.replace("\ufeff", "").replace(MARK, "\ufffd").strip() for name in names]
    if not any(names):
        raise SourceError(f"{file} is empty: expected a line of column names and rows below it")
    return tuple(names)


def _position(file: str, header: Sequence[str], name: str, *, needed: bool) -> int | None:
    """Where a column stands; None for an optional one that is absent."""
    exact = [at for at, other in enumerate(header) if other == name]
    alike = exact or [at for at, other in enumerate(header) if folded(other) == folded(name)]
    if len(alike) == 1:
        return alike[0]
    if not alike and not needed:
        return None
    if not alike:
        shown = ", ".join(repr(other[:60]) for other in header[:_SHOWN_NAMES] if other)
        more = f" and {len(header) - _SHOWN_NAMES:,} more" if len(header) > _SHOWN_NAMES else ""
        raise SourceError(f"{file} lacks the column {name[:60]!r}; it has {shown}{more}")
    found = {header[at] for at in alike}
    if len(found) == 1:
        raise SourceError(f"{file} has the column {header[alike[0]]!r} more than once: rename one")
    raise SourceError(
        f"{file} has {' and '.join(map(repr, sorted(found)))}, which may both be the column "
        f"{name!r}: write the name as it stands in the file"
    )


def _table(
    records: Iterator[_Record],
    header: tuple[str, ...],
    positions: Sequence[int | None],
    names: Sequence[str],
    *,
    ends_whole: bool,
) -> pa.Table:
    """The rows as Arrow, a batch at a time: Python's strings take several times the memory."""
    short = ShortRows(len(header))
    problems: dict[int, str] = {}
    text: pa.DataType = pa.string()
    strings = [pa.field(name, text) for name in ("raw", *names)]
    schema = pa.schema([pa.field("line", pa.int64()), *strings])
    batches, rows = [], 0
    while batch := list(islice(records, BATCH_ROWS)):
        values = []
        for at, record in enumerate(batch, rows):
            if len(record.fields) < len(header) or at < ShortRows.KNOWN:
                short.add(at, record.fields, torn=record.torn)
            if _is_plain(record, header):
                fields = record.fields
                picked = [None if place is None else fields[place] for place in positions]
                values.append((record.line, record.raw, *picked))
                continue
            picked = [_field(record.fields, position) for position in positions]
            if problem := _problem(record, picked, header):
                problems[at] = problem
            values.append((record.line, _shown(record.raw), *map(_stored, picked)))
        rows += len(batch)
        columns = zip(zip(*values, strict=True), schema, strict=True)
        arrays = [pa.array(column, field.type) for column, field in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    problems = short.problems(rows, ends_whole=ends_whole) | problems
    reasons = pa.chunked_array([pa.array([problems.get(at) for at in range(rows)], text)])
    return pa.Table.from_batches(batches, schema).add_column(2, "problem", reasons)


def _is_plain(record: _Record, header: tuple[str, ...]) -> bool:
    """Return whether a row needs no further checks; almost all rows do not."""
    raw, fields = record.raw, record.fields
    return (
        len(fields) == len(header)
        and len(raw) <= MAX_RAW
        and fields[0] != header[0]
        and MARK not in raw
        and "\0" not in raw
        and NOTHING not in raw
    )


def _field(fields: Sequence[str], position: int | None) -> str | None:
    """A field of a row, or None where there is none."""
    if position is None or position >= len(fields) or fields[position] == NOTHING:
        return None
    return fields[position]


def _stored(text: str | None) -> str | None:
    if text and len(text) > MAX_FIELD:
        return None
    return text.replace(MARK, "\ufffd") if text and MARK in text else text


def _shown(raw: str) -> str:
    raw = raw.replace(MARK, "\ufffd") if MARK in raw else raw
    return raw if len(raw) <= MAX_RAW else f"{raw[:MAX_RAW]}... ({len(raw):,} characters)"


def _problem(record: _Record, picked: Sequence[str | None], header: tuple[str, ...]) -> str | None:
    """Return why a row cannot be used; unmapped columns do not matter."""
    fields, raw, width = record.fields, record.raw, len(header)
    if len(fields) > width and any(field.strip() for field in fields[width:]):
        return f"the row has {len(fields)} fields, the header {width}"
    if len(raw) > MAX_FIELD and any(len(field or "") > MAX_FIELD for field in picked):
        return f"a field has more than {MAX_FIELD:,} characters"
    if MARK in raw and any(MARK in (field or "") for field in picked):
        return "some bytes are not in the file's encoding"
    if "\0" in raw and any("\0" in (field or "") for field in picked):
        return "the row holds a NUL byte"
    if tuple(map(str.strip, fields)) == header:
        return "the row repeats the column names"
    return None
