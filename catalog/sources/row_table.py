"""Build an Arrow table from the rows of a file, of whatever kind the file is.

No row is dropped and none stops the reading: a row that cannot be used carries the reason in
`problem`. Only the requested columns are kept, and only they can make a row unfit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from catalog.base.errors import SourceError
from catalog.base.wording import counted
from catalog.sources.encodings import MARK

MAX_FIELD = 1_000_000
"""Characters in a field above which the row is set aside."""
HEADER_ROWS = 20
"""Number of rows among which the header is searched."""
_MAX_RAW = 100_000
"""Characters of a row's text that are kept."""
_BATCH_ROWS = 50_000
_SHOWN_NAMES = 20
_KNOWN_ROWS = 2000
"""Rows whose first fields are remembered: enough to know what they look like."""
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


def folded(name: str) -> str:
    """Return a column's name without what people cannot see: case, blanks, Unicode form."""
    whole = unicodedata.normalize("NFC", name.replace("\ufeff", "")).casefold()
    return " ".join(whole.split())


def best_header(rows: Sequence[Sequence[str]], needed: Sequence[str]) -> int:
    """Return which row holds most of the needed names, or else the most names; the first such."""
    wanted = {folded(name) for name in needed}

    def names(row: Sequence[str]) -> int:
        found = {folded(name) for name in row} - {""}
        return len(wanted & found) if wanted else sum(1 for name in row if name.strip())

    counts = [names(row) if any(map(str.strip, row)) else -1 for row in rows]
    return counts.index(max(counts)) if counts else 0


def header_of(file: str, fields: Sequence[str]) -> tuple[str, ...]:
    """Return the column names; raises SourceError if there are none."""
    names = [name.replace("\ufeff", "").replace(MARK, "\ufffd").strip() for name in fields]
    if not any(names):
        raise SourceError(f"{file} is empty: expected a line of column names and rows below it")
    return tuple(names)


def find_columns(
    file: str, header: Sequence[str], needed: Sequence[str] | None, optional: Sequence[str]
) -> dict[str, int | None]:
    """Return the positions of columns by name; all with a unique name if none is needed.

    An optional column that is absent has none.
    """
    if needed is None:
        needed = [name for name in header if name and header.count(name) == 1]
    positions: dict[str, int | None] = {}
    for name in (*needed, *optional):
        alike = [at for at, other in enumerate(header) if other == name] or [
            at for at, other in enumerate(header) if folded(other) == folded(name)
        ]
        if not alike and name in needed:
            raise lacks_column(file, name, header)
        found = sorted({header[at] for at in alike})
        if len(found) > 1:
            raise SourceError(
                f"{file} has {' and '.join(map(repr, found))}, which may both be the column "
                f"{name!r}: write the name as in the file"
            )
        if len(alike) > 1:
            raise SourceError(f"{file} has the column {found[0]!r} more than once: rename one")
        positions[name] = alike[0] if alike else None
    return positions


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
    positions: Mapping[str, int | None],
    *,
    ends_whole: bool = True,
) -> pa.Table:
    """Return the rows as Arrow, with the columns at some positions, by the names that they get.

    Built a batch at a time, since Python's strings take several times the memory. `ends_whole` says
    that the text ends with the end of a line.
    """
    width, places = len(header), tuple(positions.values())
    # Place, shape of the first field, number of fields, and whether an open quote tore it.
    short: list[tuple[int, str, int, bool]] = []
    shapes: set[str] = set()
    problems: dict[int, str] = {}
    kinds: list[tuple[str, pa.DataType]] = [("line", pa.int64())]
    schema = pa.schema([*kinds, *((name, pa.string()) for name in ("raw", *positions))])
    batches, rows = [], 0
    while batch := list(islice(records, _BATCH_ROWS)):
        values = []
        for at, record in enumerate(batch, rows):
            fields, raw = record.fields, record.raw
            if len(fields) < width:
                short.append((at, _shape(fields), len(fields), record.torn))
            elif at < _KNOWN_ROWS:
                shapes.add(_shape(fields))
            picked = [
                fields[place] if place is not None and place < len(fields) else None
                for place in places
            ]
            is_whole = len(fields) == width and fields[0] != header[0] and not record.problem
            is_unusual = len(raw) > _MAX_RAW or MARK in raw or "\0" in raw or NOTHING in raw
            if is_unusual or not is_whole:  # almost no row is
                picked = [None if text == NOTHING else text for text in picked]
                if problem := record.problem or _problem(fields, picked, header):
                    problems[at] = problem
                picked = [
                    None if text is None or len(text) > MAX_FIELD else text.replace(MARK, "\ufffd")
                    for text in picked
                ]
                raw = raw.replace(MARK, "\ufffd")
                if len(raw) > _MAX_RAW:
                    raw = f"{raw[:_MAX_RAW]}... ({len(raw):,} characters)"
            values.append((record.line, raw, *picked))
        rows += len(batch)
        columns = zip(zip(*values, strict=True), schema, strict=True)
        arrays = [pa.array(column, field.type) for column, field in columns]
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    if short:
        is_cut_off = not ends_whole and len(short) == 1 and short[0][0] == rows - 1
        broken = {short[0][0]} if is_cut_off else _parts_of_rows(short, shapes, width)
        for at, _, count, _ in short:
            if at in broken:
                problems.setdefault(
                    at, f"the row has {counted(count, 'field')}, the header {width}"
                )
    reasons = pa.array([problems.get(at) for at in range(rows)], pa.string())
    return pa.Table.from_batches(batches, schema).add_column(2, "problem", reasons)


def _problem(
    fields: Sequence[str], picked: Sequence[str | None], header: tuple[str, ...]
) -> str | None:
    """Return why a row cannot be used; unmapped columns do not matter."""
    texts = [text for text in picked if text]
    if any(field.strip() for field in fields[len(header) :]):
        return f"the row has {counted(len(fields), 'field')}, the header {len(header)}"
    if any(len(text) > MAX_FIELD for text in texts):
        return f"a field has more than {MAX_FIELD:,} characters"
    if any(MARK in text for text in texts):
        return "some bytes are not in the file's encoding"
    if any("\0" in text for text in texts):
        return "the row contains a NUL byte"
    if tuple(map(str.strip, fields)) == header:
        return "the row repeats the column names"
    return None


def _shape(fields: Sequence[str]) -> str:
    """Return what the first field looks like: `L.2016.5` as `a.9.9`."""
    first = fields[0][:100].strip() if fields else ""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", first))


def _parts_of_rows(
    short: Sequence[tuple[int, str, int, bool]], shapes: set[str], width: int
) -> set[int]:
    """Return the places of the short rows that are parts of one.

    A line break within a field makes two short rows, of which the second begins unlike any whole
    row: `shapes` are those of the first fields of whole rows.
    """
    broken: set[int] = set()
    last, fields_so_far = -2, 0
    for at, shape, count, torn in short:
        together = fields_so_far + count - 1
        is_next = at == last + 1
        if is_next and shapes and shape not in shapes and (count == 1 or together == width):
            broken |= {at - 1, at}
        if torn:
            broken.add(at)
        last, fields_so_far = at, together if is_next and at in broken else count
    return broken
