"""Build an Arrow table from the rows of a file, of whatever kind the file is.

No row is dropped and none stops the reading: a row that cannot be used carries the reason in
`problem`. Only the requested columns are kept, and only they can make a row unfit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from catalog.base.errors import SourceError
from catalog.base.wording import counted
from catalog.sources.csv_dialect import folded
from catalog.sources.encodings import MARK

_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


class ShortRows:
    """The rows of a table that have fewer fields than its header."""

    KNOWN = 2000
    """Rows whose first fields are remembered: enough to know what they look like."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._short: list[tuple[int, str, int, bool]] = []
        self._shapes: set[str] = set()
        self._known = 0

    def add(self, at: int, fields: Sequence[str], *, torn: bool) -> None:
        """Take in a row: its place among the rows, and whether an open quote tore it."""
        if len(fields) < self._width:
            self._short.append((at, _shape(fields), len(fields), torn))
        elif self._known < self.KNOWN:
            self._known += 1
            self._shapes.add(_shape(fields))

    def problems(self, rows: int, *, ends_whole: bool) -> dict[int, str]:
        """Return why rows cannot be used, by their place: those that are parts of one.

        A line break within a field makes two short rows, of which the second begins unlike any
        whole row; a file that was cut off ends in one.

        Args:
            rows: of the table.
            ends_whole: the text ends with the end of a line.
        """
        broken: set[int] = set()
        before = (-2, 0)
        for at, shape, count, torn in self._short:
            is_next = at == before[0] + 1
            fills_up = count == 1 or before[1] + count - 1 == self._width
            if self._shapes and is_next and fills_up and shape not in self._shapes:
                broken |= {at - 1, at}
            if torn or (not ends_whole and at == rows - 1 and len(self._short) == 1):
                broken.add(at)
            before = (at, before[1] + count - 1 if is_next and at in broken else count)
        return {
            at: f"the row has {counted(count, 'field')}, the header {self._width}"
            for at, _, count, _ in self._short
            if at in broken
        }


def _shape(fields: Sequence[str]) -> str:
    """Return what the first field looks like: `L.2016.5` as `a.9.9`."""
    first = fields[0][:100].strip() if fields else ""
    return _DIGITS.sub("9", _LETTERS.sub("a", first))


MAX_FIELD = 1_000_000
"""Characters in a field above which the row is set aside."""
MAX_RAW = 100_000
"""Characters of a row's text that are kept."""
BATCH_ROWS = 50_000
_SHOWN_NAMES = 20
NOTHING = "\\N"
"""Words of databases for a missing value."""


@dataclass(frozen=True)
class RowTable:
    """A file's column names, its rows, and in words how the file was read.

    `table` has `line` (int64, where the row starts, the first line of the file being 1), `raw` (the
    row's text), `problem` (why it cannot be used, or null), then a string column per name that was
    asked for, in that order.
    """

    header: tuple[str, ...]
    table: pa.Table
    read_as: str
    settings: dict[str, str]
    """Settings of a mapping that make it read the file in the same way, by the option's name."""
    doubts: dict[str, str] = field(default_factory=dict)
    """Why a setting that was guessed may be wrong, by the option's name."""


class Record(NamedTuple):
    """The fields of a row, where it starts, and its text.

    `torn`: an open quote tore it. `problem`: why it cannot be used, if its reader knows.
    """

    line: int
    raw: str
    fields: Sequence[str]
    torn: bool = False
    problem: str | None = None


def header_of(file: str, record: Record | None) -> tuple[str, ...]:
    """Return the column names; raises SourceError if there are none."""
    names = record.fields if record else []
    names = [name.replace("\ufeff", "").replace(MARK, "\ufffd").strip() for name in names]
    if not any(names):
        raise SourceError(f"{file} is empty: expected a line of column names and rows below it")
    return tuple(names)


def position_of(file: str, header: Sequence[str], name: str, *, needed: bool) -> int | None:
    """Return the position of a column; None for an optional one that is absent."""
    exact = [at for at, other in enumerate(header) if other == name]
    alike = exact or [at for at, other in enumerate(header) if folded(other) == folded(name)]
    if len(alike) == 1:
        return alike[0]
    if not alike and not needed:
        return None
    if not alike:
        raise lacks_column(file, name, header)
    found = {header[at] for at in alike}
    if len(found) == 1:
        raise SourceError(f"{file} has the column {header[alike[0]]!r} more than once: rename one")
    raise SourceError(
        f"{file} has {' and '.join(map(repr, sorted(found)))}, which may both be the column "
        f"{name!r}: write the name as in the file"
    )


def find_columns(
    file: str, header: Sequence[str], needed: Sequence[str] | None, optional: Sequence[str]
) -> dict[str, int | None]:
    """Return the positions of columns by name; all with a unique name if none is needed."""
    if needed is None:
        needed = [name for name in header if name and header.count(name) == 1]
    found = {name: position_of(file, header, name, needed=True) for name in needed}
    return found | {name: position_of(file, header, name, needed=False) for name in optional}


def lacks_column(file: str, name: str, header: Sequence[str]) -> SourceError:
    """Return the error for a column that is not there, with those that are most like it."""
    alike = get_close_matches(name, header, 3, 0.6)
    advice = f"; did you mean {' or '.join(map(repr, alike))}?" if alike else ""
    shown = ", ".join(repr(other[:60]) for other in header[:_SHOWN_NAMES] if other)
    more = f" and {len(header) - _SHOWN_NAMES:,} more" if len(header) > _SHOWN_NAMES else ""
    return SourceError(f"{file} lacks the column {name[:60]!r}{advice}; it has {shown}{more}")


def build_table(
    records: Iterator[Record],
    header: tuple[str, ...],
    places: Mapping[str, int | None],
    *,
    ends_whole: bool = True,
) -> pa.Table:
    """Return the rows as Arrow, with the columns at some positions.

    Built a batch at a time, since Python's strings take several times the memory.
    """
    short = ShortRows(len(header))
    problems: dict[int, str] = {}
    text: pa.DataType = pa.string()
    strings = [pa.field(name, text) for name in ("raw", *places)]
    schema = pa.schema([pa.field("line", pa.int64()), *strings])
    batches, rows = [], 0
    while batch := list(islice(records, BATCH_ROWS)):
        values = []
        for at, record in enumerate(batch, rows):
            if len(record.fields) < len(header) or at < ShortRows.KNOWN:
                short.add(at, record.fields, torn=record.torn)
            if _is_plain(record, header):
                fields = record.fields
                picked = [None if place is None else fields[place] for place in places.values()]
                values.append((record.line, record.raw, *picked))
                continue
            picked = [_field(record.fields, position) for position in places.values()]
            if problem := record.problem or _problem(record, picked, header):
                problems[at] = problem
            values.append((record.line, _shown(record.raw), *map(_stored, picked)))
        rows += len(batch)
        columns = zip(zip(*values, strict=True), schema, strict=True)
        arrays = [pa.array(column, field.type) for column, field in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    problems = short.problems(rows, ends_whole=ends_whole) | problems
    reasons = pa.chunked_array([pa.array([problems.get(at) for at in range(rows)], text)])
    return pa.Table.from_batches(batches, schema).add_column(2, "problem", reasons)


def _is_plain(record: Record, header: tuple[str, ...]) -> bool:
    """Return whether a row needs no further checks; almost all rows do not."""
    raw, fields = record.raw, record.fields
    return (
        len(fields) == len(header)
        and len(raw) <= MAX_RAW
        and fields[0] != header[0]
        and record.problem is None
        and MARK not in raw
        and "\0" not in raw
        and NOTHING not in raw
    )


def _field(fields: Sequence[str], position: int | None) -> str | None:
    """Return a field of a row, or None where there is none."""
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


def _problem(record: Record, picked: Sequence[str | None], header: tuple[str, ...]) -> str | None:
    """Return why a row cannot be used; unmapped columns do not matter."""
    fields, raw, width = record.fields, record.raw, len(header)
    if len(fields) > width and any(field.strip() for field in fields[width:]):
        return f"the row has {counted(len(fields), 'field')}, the header {width}"
    if len(raw) > MAX_FIELD and any(len(field or "") > MAX_FIELD for field in picked):
        return f"a field has more than {MAX_FIELD:,} characters"
    if MARK in raw and any(MARK in (field or "") for field in picked):
        return "some bytes are not in the file's encoding"
    if "\0" in raw and any("\0" in (field or "") for field in picked):
        return "the row contains a NUL byte"
    if tuple(map(str.strip, fields)) == header:
        return "the row repeats the column names"
    return None
