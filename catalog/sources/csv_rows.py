"""Read a CSV file to rows, whatever is in it: each row keeps its line and its raw text.

No row is dropped and none stops the reading: a row that cannot be used carries the reason in
`problem`. Only the requested columns are kept, and only they can make a row unfit.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from catalog.base.errors import SourceError
from catalog.base.file_kinds import BEGINNING, signature_of
from catalog.base.wording import counted
from catalog.sources.csv_dialect import LINE, Dialect, find_dialect
from catalog.sources.encodings import CERTAIN, Encoding, decode, detect_encoding, named_encoding
from catalog.sources.row_table import Record, RowTable, build_table, find_columns, header_of

_MAX_ZEROS = 0.9
"""Part of the first bytes: three of four are zeros in UTF-32."""


_NOT_ASCII = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_SEARCHED_BYTES = 1_000_000


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
    refuse_other_kinds(file, data[:BEGINNING])
    found = encoding_of(file, data, encoding, advice)
    text = decode(file, data, found.name)
    csv.field_size_limit(2**31 - 1)
    dialect = find_dialect(text, needed or (), delimiter)
    records = _records(text, dialect)
    header = header_of(file, next(records, None))
    columns = find_columns(file, header, needed, optional)
    ends_whole = text.endswith(("\r", "\n"))
    table = build_table(islice(records, most), header, columns, ends_whole=ends_whole)
    settings = {"encoding": found.name.removesuffix("-sig"), "delimiter": dialect.delimiter}
    doubts = {"encoding": _doubt(data, found)} if found.certainty < 1 else {}
    return RowTable(header, table, _read_as(file, found, dialect), settings, doubts)


def _doubt(data: bytes, found: Encoding) -> str:
    """Say of an encoding that is guessed what else the text may be."""
    other = f"; perhaps {found.alternative}" if found.alternative else ""
    return f"a guess{other}{_differences(data, found)}"


def _read_as(file: str, encoding: Encoding, dialect: Dialect) -> str:
    delimiter = "tabulator" if dialect.delimiter == "\t" else repr(dialect.delimiter)
    above = dialect.lines_above
    left_out = f", {counted(above, 'line')} above the column names left out" if above else ""
    return f"{file}: encoding {encoding.words}, delimiter {delimiter}{left_out}"


def refuse_other_kinds(file: str, begin: bytes) -> None:
    """Raise SourceError if a file begins as an archive, an image or a web page does."""
    if kind := signature_of(begin):
        advice = "" if ":" in kind else ": save its table as CSV"
        raise SourceError(f"{file} is not a text table but {kind}{advice}")
    if begin.count(0) > _MAX_ZEROS * len(begin):
        raise SourceError(f"{file} is not a text table: it starts with NUL bytes")


def encoding_of(file: str, data: bytes, given: str | None, advice: str) -> Encoding:
    """Return the encoding that was given, or else one that is detected with certainty."""
    if given:
        try:
            return named_encoding(given)
        except ValueError as error:
            raise SourceError(f"{file}: {error}") from error
    found = detect_encoding(data)
    if found.certainty < CERTAIN:
        raise SourceError(f"{file}: {found.doubt}{_differences(data, found)}; {advice}")
    return found


def _differences(data: bytes, found: Encoding) -> str:
    """Return words that show which of two encodings is right: `: 'Köln' or 'Kňln'`."""
    if found.alternative is None:
        return ""
    for word in _NOT_ASCII.findall(data[:_SEARCHED_BYTES]):
        ways = [word.decode(name, "replace") for name in (found.name, found.alternative)]
        if ways[0] != ways[1] and all(map(str.isprintable, ways)):
            return f": is it {ways[0]!r} or {ways[1]!r}?"
    return ""


def _records(text: str, dialect: Dialect) -> Iterator[Record]:
    """Yield the rows of a text from the one with the column names on.

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
            yield Record(at, "".join(taken).rstrip("\r\n"), fields)
        elif "".join(taken).strip():
            yield from _line_by_line(taken, at, dialect, width)
        at += len(taken)


def _line_by_line(lines: list[str], at: int, dialect: Dialect, width: int) -> Iterator[Record]:
    """Yield the rows of lines with misplaced quotes."""
    for number, line in enumerate(lines):
        raw = line.rstrip("\r\n")
        if raw.strip():
            plain = raw.split(dialect.delimiter)
            if len(plain) == width and raw.count(dialect.quote) % 2 == 0:
                fields = [_without_quotes(field, dialect.quote) for field in plain]
            else:
                fields = next(dialect.rows([raw], strict=False), [])
            yield Record(at + number, raw, fields, torn=True)


def _without_quotes(field: str, quote: str) -> str:
    """Return a field without the quotes around it; those within it, and `"A" and "B"`, stay."""
    inner = field[1:-1]
    first = inner.find(quote)
    if len(field) > 1 and field[0] == field[-1] == quote and (first < 1 or inner[first - 1] == " "):
        return inner.replace(quote * 2, quote)
    return field
