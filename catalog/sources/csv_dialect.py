"""Detect how a text table is written: where its header is, how fields are delimited and quoted."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Annotated

from pydantic import AfterValidator

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""With its end. `StringIO` has the same lines, but takes four bytes for each character."""
_DELIMITERS = (",", ";", "\t", "|", "\x1f", "^", "~")
_NAMED = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?(?:\r\n|\r|\n)", re.IGNORECASE)
"""The line that states the delimiter for Excel."""
_SAMPLE_LINES = 50
_SAMPLE_CHARACTERS = 400_000
_TELLING = ('\\"', "\\'", ",'", ";'", "\t'", "|'")
_TELLING_LINES = 50
"""Of each kind."""
HEADER_ROWS = 20
"""Number of rows among which the header is searched."""


def named_delimiter(given: str) -> str:
    r"""Return the one character that is meant, by itself or as `\t`, `tab`, `semicolon`.

    Raises:
        ValueError: if it is not a character that can separate fields.
    """
    delimiter = _NAMED.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in "\"'\\\r\n \0" or delimiter.isalnum():
        raise ValueError(
            f"the delimiter is one character, such as , ; | or \\t for the tabulator, not {given!r}"
        )
    return delimiter


Delimiter = Annotated[str, AfterValidator(named_delimiter)]


@dataclass(frozen=True)
class Dialect:
    """How fields are delimited and quoted, and the number of lines above the header."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    lines_above: int = 0

    def rows(self, lines: Iterator[str] | Sequence[str], *, strict: bool) -> Iterator[list[str]]:
        """Yield the fields of each row."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            doublequote=True,
            strict=strict,
        )


def find_dialect(text: str, needed: Sequence[str], delimiter: str | None = None) -> Dialect:
    """Return the dialect in which the needed columns are found and most rows are as wide as they.

    Args:
        text: of the file.
        needed: names of columns that the file should have.
        delimiter: between fields, found out if None.
    """
    above = 0
    if stated := _SEPARATOR_LINE.match(text):
        above = 1
        delimiter = delimiter or stated[1]
    sample = [m[0] for m in islice(LINE.finditer(text[:_SAMPLE_CHARACTERS]), _SAMPLE_LINES)][above:]
    telling = _telling_lines(text)
    delimiters = (delimiter,) if delimiter else _DELIMITERS
    quotes = ('"', "'") if "'" in text else ('"',)
    escapes = (None, "\\") if '\\"' in text or "\\'" in text else (None,)
    best, best_score = Dialect(delimiters[0], lines_above=above), (0, 0, 0)
    # The usual ones first: another one has to fit better.
    for quote, escape, each in product(quotes, escapes, delimiters):
        dialect = Dialect(each, quote, escape, above)
        score, found = _score(dialect, sample, telling, needed)
        if score > best_score:
            best, best_score = found, score
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
            line = LINE.match(text, start)
            if start > 0 and line:
                found[start] = line[0]
            at = text.find(mark, max(at + 1, line.end() if line else 0))
    return [found[start] for start in sorted(found)]


def _score(
    dialect: Dialect, sample: Sequence[str], telling: Sequence[str], needed: Sequence[str]
) -> tuple[tuple[int, int, int], Dialect]:
    """Score a dialect: needed columns found, rows of the same width, that width."""
    try:
        header, above = _header(dialect, sample, needed)
    except csv.Error:
        return (0, 0, 0), dialect
    width = len(header)
    names = {folded(name) for name in header}
    there = sum(folded(name) in names for name in needed)
    fitting = sum(_width(dialect, line) == width for line in (*sample[above + 1 :], *telling))
    if width < 2:  # noqa: PLR2004 - one column is what every other delimiter finds
        fitting = 0
    return (there, fitting, width), Dialect(
        dialect.delimiter, dialect.quote, dialect.escape, dialect.lines_above + above
    )


def _header(
    dialect: Dialect, sample: Sequence[str], needed: Sequence[str]
) -> tuple[list[str], int]:
    """Return the row of column names among the first rows, and the lines above it."""
    reader = dialect.rows(sample, strict=False)
    rows, above = [], [0]
    for row in islice(reader, HEADER_ROWS):
        rows.append(row)
        above.append(reader.line_num)  # type: ignore[attr-defined] # of csv.reader
    at = best_header(rows, needed)
    return (rows[at], above[at]) if rows else ([], 0)


def best_header(rows: Sequence[Sequence[str]], needed: Sequence[str]) -> int:
    """Return which row holds most of the needed names, or else the most names; the first such."""
    wanted = {folded(name) for name in needed}

    def names(row: Sequence[str]) -> int:
        found = {folded(name) for name in row} - {""}
        return len(wanted & found) if wanted else sum(1 for name in row if name.strip())

    counts = [names(row) if any(map(str.strip, row)) else -1 for row in rows]
    return counts.index(max(counts)) if counts else 0


def _width(dialect: Dialect, line: str) -> int:
    try:
        return len(next(dialect.rows([line], strict=True), []))
    except csv.Error:
        return 0


def folded(name: str) -> str:
    """Return a column's name without what people cannot see: case, blanks, Unicode form."""
    whole = unicodedata.normalize("NFC", name.replace("\ufeff", "")).casefold()
    return " ".join(whole.split())
