"""Read JSON or JSON lines to rows: one per object, its nested values as columns named by paths.

`{"artist": {"name": "X"}}` has the column `artist.name`. A list gives its column several values,
with `SEVERAL` between them; columns of a list of objects have a value for each object, so that the
first name belongs to the first role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any, NamedTuple

from catalog.base.errors import SourceError
from catalog.base.file_kinds import BEGINNING
from catalog.sources.csv_rows import encoding_of, refuse_other_kinds
from catalog.sources.encodings import SURROGATES, decode
from catalog.sources.json_text import Element, find_beginning, read_elements
from catalog.sources.row_table import Record, RowTable, build_table, lacks_column

SEVERAL = "\x1f"
"""Between several values of a column."""
_DEEPEST = 20
_MAX_CELLS = 1_000_000
"""Names times objects of a list."""
_KNOWN_OBJECTS = 1_000
"""Objects from which the columns of a file are known."""


def read_json(
    file: str,
    data: bytes,
    needed: Sequence[str] | None,
    optional: Sequence[str] = (),
    *,
    encoding: str | None = None,
    records: str | None = None,
    most: int | None = None,
) -> RowTable:
    """Read columns of the objects in a file.

    Args:
        file: its name, for messages.
        data: its bytes.
        needed: paths of columns that some object must have; None for all columns.
        optional: paths of columns that may be absent.
        encoding: of the text, detected if None.
        records: path of the list of objects; None for the file itself, or the first list of
            objects in it.
        most: objects that are read, the first ones; all if None.

    Raises:
        SourceError: if the file is not JSON, has no list of objects, or lacks a needed column.
    """
    refuse_other_kinds(file, data[:BEGINNING])
    found = encoding_of(file, data, encoding, "set it with --encoding")
    text = decode(file, data, found.name)
    at, words, lines = find_beginning(file, text, records)
    known: dict[str, None] = {}
    problem = None
    for element in islice(read_elements(text, at, lines=lines), _KNOWN_OBJECTS):
        flat = _flat(element, None)
        known |= dict.fromkeys(flat.fields)
        problem = problem or (flat.problem and f"line {element.line}: {flat.problem}")
    if not known:
        raise SourceError(f"{file} has no object that can be read; {problem or 'it is empty'}")
    names = tuple(known) if needed is None else (*needed, *optional)
    seen: set[str] = set()
    elements = islice(read_elements(text, at, lines=lines), most)
    rows = build_table(_records(elements, names, seen), names, dict(zip(names, count())))
    absent = [name for name in needed or () if name not in seen and name not in known]
    if absent and most is None:
        raise lacks_column(file, absent[0], tuple(known))
    settings = {} if found.name.startswith("utf-8") else {"encoding": found.name}
    settings |= {"records": records} if records else {}
    return RowTable(tuple(known), rows, f"{file}: {words}, encoding {found.words}", settings)


def _records(elements: Iterator[Element], names: Sequence[str], seen: set[str]) -> Iterator[Record]:
    # Only what leads to a column is looked into.
    ends = (f"{name}." for name in names)
    wanted = {end[: dot.start()] for end in ends for dot in re.finditer(r"\.", end)}
    for element in elements:
        flat = _flat(element, wanted)
        seen |= flat.fields.keys()
        fields = [flat.fields.get(name, "") for name in names]
        problem = flat.problem
        raw = element.raw
        if "\\u" in raw or "\0" in raw or not raw.isascii():
            raw, *whole = (SURROGATES.sub("\ufffd", text) for text in (raw, *fields))
            if whole != fields:
                problem = problem or "some bytes are not in the file's encoding"
            if any("\0" in field for field in whole):
                problem = problem or "the row contains a NUL byte"
            fields = whole
        yield Record(element.line, raw, fields, problem=problem)


class _Flat(NamedTuple):
    fields: dict[str, str]
    problem: str | None


def _flat(element: Element, wanted: set[str] | None) -> _Flat:
    fields: dict[str, str] = {}
    try:
        _flatten(element.value, "", wanted, _DEEPEST, fields)
    except ValueError as error:
        return _Flat(fields, str(error))
    return _Flat(fields, element.problem)


def _flatten(
    value: Any, path: str, wanted: set[str] | None, depth: int, into: dict[str, str]
) -> None:
    if not depth:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    if isinstance(value, dict):
        for name, inner in value.items():
            below = f"{path}.{name}" if path else name
            if wanted is None or below in wanted:
                _flatten(inner, below, wanted, depth - 1, into)
    elif isinstance(value, list):
        rows: list[dict[str, str]] = []
        for item in value:
            rows.append({})
            _flatten(item, path, wanted, depth - 1, rows[-1])
        names = dict.fromkeys(name for row in rows for name in row)
        if len(names) * len(rows) > _MAX_CELLS:
            raise ValueError(f"its list {path[:60]!r} has too many names")
        for name in names:
            # A list within the list: its values belong to one place of the outer one.
            texts = (row.get(name, "").replace(SEVERAL, "; ") for row in rows)
            into[name] = SEVERAL.join(texts)
        if not names:
            into[path] = ""
    elif value is True or value is False:
        into[path] = str(value).lower()
    else:
        into[path] = value or ""
