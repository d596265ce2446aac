"""Read a CSV file to rows, whatever is in it: each row keeps its line and its raw text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple

from catalog.base.wording import counted
from catalog.sources.encodings import read_text
from catalog.sources.row_table import (
    HEADER_ROWS,
    Record,
    RowTable,
    best_header,
    build_table,
    find_columns,
    folded,
    header_of,
)

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""With its end. `StringIO` has the same lines, but takes four bytes for each character."""
_DELIMITERS = (",", ";", "\t", "|", "\x1f", "^", "~")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?(?:\r\n|\r|\n)", re.IGNORECASE)
"""The line that states the delimiter for Excel."""
_SAMPLE_LINES = 50
_SAMPLE_CHARACTERS = 400_000
_TELLING = ('\\"', "\\'", ",'", ";'", "\t'", "|'")
_TELLING_LINES = 50
"""Of each kind."""


def read_csv(
    file: str,
    data: bytes,
    needed: Sequence[str] | None,
    optional: Sequence[str] = (),
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    most: int | None = None,
    advice: str = "set it with --encoding, or with `encoding` in the mapping",
) -> RowTable:
    """Read columns of a CSV file.

    Args:
        file: its name, for messages.
        data: its bytes; a byte order mark is accepted.
        needed: names of columns. The very name counts first, then one that differs from it in case
            or blanks. None for all columns.
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
    text, found = read_text(file, data, encoding, advice)
    csv.field_size_limit(2**31 - 1)
    dialect = _find_dialect(text, needed or (), delimiter)
    records = _records(text, dialect)
    first = next(records, None)
    header = header_of(file, first.fields if first else ())
    columns = find_columns(file, header, needed, optional)
    ends_whole = text.endswith(("\r", "\n"))
    table = build_table(islice(records, most), header, columns, ends_whole=ends_whole)
    words = "tabulator" if dialect.delimiter == "\t" else repr(dialect.delimiter)
    read_as = f"{file}: encoding {found.words}, delimiter {words}"
    if above := dialect.lines_above:
        read_as += f", {counted(above, 'line')} above the column names left out"
    settings = {"encoding": found.name.removesuffix("-sig"), "delimiter": dialect.delimiter}
    other = f"; perhaps {found.alternative}" if found.alternative else ""
    doubts = {"encoding": f"a guess{other}{found.question(data)}"} if found.certainty < 1 else {}
    return RowTable(header, table, read_as, settings, doubts)


class _Dialect(NamedTuple):
    """How fields are delimited and quoted, and the number of lines above the header."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    lines_above: int = 0

    def rows(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        """Yield the fields of each row."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            strict=strict,
        )

    def width(self, line: str) -> int:
        """Return the number of fields of a line; 0 if its quotes are misplaced."""
        try:
            return len(next(self.rows([line], strict=True), []))
        except csv.Error:
            return 0


def _find_dialect(text: str, needed: Sequence[str], delimiter: str | None) -> _Dialect:
    """Return the dialect that finds the needed columns and most rows as wide as they are."""
    above = 0
    if stated := _SEPARATOR_LINE.match(text):
        above = 1
        delimiter = delimiter or stated[1]
    lines = islice(_LINE.finditer(text[:_SAMPLE_CHARACTERS]), above, _SAMPLE_LINES)
    sample = [line[0] for line in lines]
    telling = _telling_lines(text)
    delimiters = (delimiter,) if delimiter else _DELIMITERS
    quotes = ('"', "'") if "'" in text else ('"',)
    escapes = (None, "\\") if '\\"' in text or "\\'" in text else (None,)
    best, best_score = _Dialect(delimiters[0], lines_above=above), (0, 0, 0)
    # The usual ones first: another one has to fit better.
    for quote, escape, each in product(quotes, escapes, delimiters):
        dialect = _Dialect(each, quote, escape)
        reader = dialect.rows(sample, strict=False)
        rows, ends = [], [0]
        try:
            for row in islice(reader, HEADER_ROWS):
                rows.append(row)
                ends.append(reader.line_num)  # type: ignore[attr-defined] # of csv.reader
        except csv.Error:
            continue
        at = best_header(rows, needed)
        header = rows[at] if rows else []
        names = {folded(name) for name in header}
        there = sum(folded(name) in names for name in needed)
        below = (*sample[ends[at] + 1 :], *telling)
        # One column is what every other delimiter finds.
        are_several = len(header) > 1
        fitting = are_several and sum(dialect.width(line) == len(header) for line in below)
        if (score := (there, fitting, len(header))) > best_score:
            best, best_score = dialect._replace(lines_above=above + ends[at]), score
    return best


def _telling_lines(text: str) -> list[str]:
    """Return lines anywhere that show how quotes are written within quotes."""
    found: dict[int, str] = {}
    for mark in _TELLING:
        at = text.find(mark)
        for _ in range(_TELLING_LINES):
            if at < 0:
                break
            start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
            line = _LINE.match(text, start)
            if start > 0 and line:
                found[start] = line[0]
            at = text.find(mark, max(at + 1, line.end() if line else 0))
    return [found[start] for start in sorted(found)]


def _records(text: str, dialect: _Dialect) -> Iterator[Record]:
    """Yield the rows of a text from the one with the column names on.

    A quote that is not closed, or closed in the middle of a field, would swallow the rows below
    it: the lines that it took are then read one by one.
    """
    lines = (match[0] for match in _LINE.finditer(text))
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
            yield Record(at, "".join(taken).rstrip("\r\n"), fields)
        else:
            yield from _line_by_line(taken, at, dialect, width)
        at += len(taken)


def _line_by_line(lines: list[str], at: int, dialect: _Dialect, width: int) -> Iterator[Record]:
    """Yield the rows of lines with misplaced quotes."""
    for number, line in enumerate(lines, at):
        raw = line.rstrip("\r\n")
        if not raw.strip():
            continue
        fields = raw.split(dialect.delimiter)
        if len(fields) == width and raw.count(dialect.quote) % 2 == 0:
            fields = [_without_quotes(field, dialect.quote) for field in fields]
        else:
            fields = next(dialect.rows([raw], strict=False), [])
        yield Record(number, raw, fields, torn=True)


def _without_quotes(field: str, quote: str) -> str:
    """Return a field without the quotes around it; those within it, and `"A" and "B"`, stay."""
    inner = field[1:-1]
    first = inner.find(quote)
    if len(field) > 1 and field[0] == field[-1] == quote and (first < 1 or inner[first - 1] == " "):
        return inner.replace(quote * 2, quote)
    return field
