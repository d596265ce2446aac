"""Read JSON or JSON lines to rows: one per object, its nested values as columns named by paths.

`{"artist": {"name": "X"}}` has the column `artist.name`. A list gives its column several values,
with `SEVERAL` between them; columns of a list of objects have a value for each object, so that the
first name belongs to the first role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from catalog.csv_rows import encoding_of, refuse_other_kinds
from catalog.encodings import SURROGATES, decode
from catalog.errors import SourceError
from catalog.file_kinds import BEGINNING
from catalog.row_table import Record, RowTable, build_table, lacks_column

SEVERAL = "\x1f"
"""Between several values of a column."""
LINES = (".jsonl", ".ndjson")
_DEEPEST = 20
_MOST_CELLS = 1_000_000
"""Names times objects of a list."""
_KNOWN_OBJECTS = 1_000
"""Objects from which the columns of a file are known."""
_FIRST_LINES = 5
_INNER_LISTS = 3
"""Objects in which a list of objects is looked for, one within the other."""
_BETWEEN = re.compile(r"[\s,\x1e]*")
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')
_END_OF_BARE = re.compile(r"[,\]\n]")
# Numbers stay as they are written: 1984.10 is an id.
_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=False
)


class _Element(NamedTuple):
    line: int
    raw: str
    value: dict[str, Any]
    problem: str | None


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
        SourceError: if the file is no JSON, has no list of objects, or lacks a needed column.
    """
    refuse_other_kinds(file, data[:BEGINNING])
    found = encoding_of(file, data, encoding, "say which it is with --encoding")
    text = decode(file, data, found.name)
    at, words, lines = _beginning(file, text, records)
    known: dict[str, None] = {}
    for element in islice(_elements(text, at, lines=lines), _KNOWN_OBJECTS):
        known |= dict.fromkeys(_flat(element, None).fields)
    names = tuple(known) if needed is None else (*needed, *optional)
    if not names:
        raise SourceError(f"{file} has no objects with values")
    seen: set[str] = set()
    elements = islice(_elements(text, at, lines=lines), most)
    rows = build_table(_records(elements, names, seen), names, range(len(names)), names)
    absent = [name for name in needed or () if name not in seen and name not in known]
    if absent and most is None:
        raise lacks_column(file, absent[0], tuple(known))
    settings = {} if found.name.startswith("utf-8") else {"encoding": found.name}
    settings |= {"records": records} if records else {}
    return RowTable(tuple(known), rows, f"{file}: {words}, encoding {found.words}", settings)


def _records(
    elements: Iterator[_Element], names: Sequence[str], seen: set[str]
) -> Iterator[Record]:
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
                problem = problem or "the row holds a NUL byte"
            fields = whole
        yield Record(element.line, raw, fields, problem=problem)


class _Flat(NamedTuple):
    fields: dict[str, str]
    problem: str | None


def _flat(element: _Element, wanted: set[str] | None) -> _Flat:
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
        if len(names) * len(rows) > _MOST_CELLS:
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


def _beginning(file: str, text: str, records: str | None) -> tuple[int, str, bool]:
    """Where the first object stands, where that is in words, and whether each has its line."""
    at = _after(text, 0)
    if at == len(text):
        raise SourceError(f"{file} is empty: expected objects of JSON")
    if text[at] == "[":
        return at + 1, "a list in JSON", False
    if text[at] != "{":
        raise SourceError(f"{file} is no JSON: it begins with neither {{ nor [")
    if records is None and _has_lines(file, text[at:]):
        return at, "JSON lines", True
    try:
        depths = (_list_of_objects(text, at + 1, records, depth) for depth in range(_INNER_LISTS))
        found = next(filter(None, depths), None)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} is no JSON: {_reason(error)}") from error
    if found:
        return found[0], f"the list {found[1]!r} in JSON", False
    if records is not None:
        raise SourceError(f"{file} has no list {records[:60]!r}: see `records` in the mapping")
    return at, "objects in JSON", False


def _has_lines(file: str, text: str) -> bool:
    lines = [line for line in text[:10_000_000].split("\n") if line.strip()]
    by_name = file.lower().endswith(LINES)
    if len(lines) < 2 and not by_name:  # noqa: PLR2004 - one line may hold the whole file
        return False
    return any(map(_is_object, lines[: _FIRST_LINES if by_name else 1]))


def _is_object(line: str) -> bool:
    try:
        return isinstance(_DECODER.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _list_of_objects(text: str, at: int, records: str | None, depth: int) -> tuple[int, str] | None:
    """Where the first object of a list within an object stands, and the list's name.

    A list of no given name is looked for in objects within `depth` other ones.
    """
    while (at := _after(text, at)) < len(text) and text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _after(text, at)
        if not isinstance(name, str) or text[at : at + 1] != ":":
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1} has no name and value")
        at = _after(text, at + 1)
        begins = text[at : at + 1]
        if begins == "[" and records in (None, name):
            first = _after(text, at + 1)
            if records or text[first : first + 1] == "{":
                return at + 1, name
        if begins == "{" and (records.startswith(f"{name}.") if records else depth):
            below = records.removeprefix(f"{name}.") if records else None
            if inner := _list_of_objects(text, at + 1, below, depth - 1):
                return inner[0], f"{name}.{inner[1]}"
        _, at = _DECODER.raw_decode(text, at)
    return None


def _elements(text: str, at: int, *, lines: bool) -> Iterator[_Element]:
    """The objects from a place on; what is none carries the reason."""
    line, counted = 1, 0
    in_list = not lines and "[" in text[:at]
    while (at := _after(text, at)) < len(text) and not (in_list and text[at] == "]"):
        line, counted = line + text.count("\n", counted, at), at
        value: Any = None
        try:
            if lines:
                end = _end_of_line(text, at)
                value = _DECODER.decode(text[at:end])
            else:
                value, end = _DECODER.raw_decode(text, at)
            problem = None if isinstance(value, dict) else "it is no object of JSON"
        except (ValueError, RecursionError) as error:
            problem = f"it is no JSON: {_reason(error)}"
            end = _end_of_line(text, at) if lines else _end_of_broken(text, at)
        yield _Element(line, text[at:end], value if isinstance(value, dict) else {}, problem)
        at = end
    if in_list and at >= len(text):
        line += text.count("\n", counted)
        yield _Element(line, "", {}, "the file ends before its list does: it was cut off")


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end_of_broken(text: str, at: int) -> int:
    """Where an object ends in which something else is wrong than its brackets."""
    if text[at] not in "{[":
        end = _END_OF_BARE.search(text, at + 1)
        return end.start() if end else len(text)
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if not depth:
                return token.end()
    return len(text)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
