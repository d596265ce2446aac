"""Read JSON or JSON lines to rows: one per object, its nested values as columns named by paths.

`{"artist": {"name": "X"}}` has the column `artist.name`. A list gives its column several values,
with `SEVERAL` between them; columns of a list of objects have a value for each object, so that the
first name belongs to the first role. Objects are parsed one by one, so that an invalid one is the
problem of its row alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

from catalog.base.errors import SourceError
from catalog.sources.encodings import SURROGATES, read_text
from catalog.sources.row_table import Record, RowTable, build_table, lacks_column

SEVERAL = "\x1f"
"""Between several values of a column."""
LINES = (".jsonl", ".ndjson")
_FIRST_LINES = 5
_INNER_LISTS = 3
"""Objects in which a list of objects is looked for, one within the other."""
_DEEPEST = 20
_MAX_CELLS = 1_000_000
"""Names times objects of a list."""
_KNOWN_OBJECTS = 1_000
"""Objects from which the columns of a file are known."""
_BETWEEN = re.compile(r"[\s,\x1e]*")
_END_OF_BARE = re.compile(r"[,\]\n]")
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')
# Numbers stay as they are written: 1984.10 is an id.
_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda _: None, strict=False
)


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
    """Read columns of the objects in a file, whose names are their paths.

    `records` is the path of the list of objects; None for the file itself, or the first list of
    objects in it. The other arguments are those of `read_csv`.

    Raises:
        SourceError: if the file is not JSON, has no list of objects, or lacks a needed column.
    """
    text, found = read_text(file, data, encoding, "set it with --encoding")
    at, words, lines = _find_beginning(file, text, records)
    known: dict[str, None] = {}
    problem = None
    for line, _, fields, reason in islice(_objects(text, at, None, lines=lines), _KNOWN_OBJECTS):
        known |= dict.fromkeys(fields)
        problem = problem or (reason and f"line {line}: {reason}")
    if not known:
        raise SourceError(f"{file} has no object that can be read; {problem or 'it is empty'}")
    names = tuple(known) if needed is None else (*needed, *optional)
    # Only what leads to a column is looked into.
    wanted = {f"{name}."[: dot.start()] for name in names for dot in re.finditer(r"\.", f"{name}.")}
    seen: set[str] = set()
    objects = islice(_objects(text, at, wanted, lines=lines), most)
    rows = build_table(_records(objects, names, seen), names, dict(zip(names, count())))
    absent = [name for name in needed or () if name not in seen and name not in known]
    if absent and most is None:
        raise lacks_column(file, absent[0], tuple(known))
    settings = {} if found.name.startswith("utf-8") else {"encoding": found.name}
    settings |= {"records": records} if records else {}
    return RowTable(tuple(known), rows, f"{file}: {words}, encoding {found.words}", settings)


def _find_beginning(file: str, text: str, records: str | None) -> tuple[int, str, bool]:
    """Return the first object's position, the layout in words, whether each has its own line."""
    at = _after(text, 0)
    if at == len(text):
        raise SourceError(f"{file} is empty: expected objects of JSON")
    if text[at] == "[":
        return at + 1, "a list in JSON", False
    if text[at] != "{":
        raise SourceError(f"{file} is not JSON: it begins with neither {{ nor [")
    if records is None:
        lines = [line for line in text[at : at + 10_000_000].split("\n") if line.strip()]
        by_name = file.lower().endswith(LINES)
        first = lines[: _FIRST_LINES if by_name else 1]
        one_per_line = by_name or len(lines) > 1  # one line may hold the whole file
        if one_per_line and any(_parsed(line, 0, line=True)[2] is None for line in first):
            return at, "JSON lines", True
    try:
        depths = (_list_of_objects(text, at + 1, records, depth) for depth in range(_INNER_LISTS))
        found = next(filter(None, depths), None)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} is not JSON: {_reason(error)}") from error
    if found:
        return found[0], f"the list {found[1]!r} in JSON", False
    if records is not None:
        raise SourceError(f"{file} has no list {records[:60]!r}: see `records` in the mapping")
    return at, "objects in JSON", False


def _list_of_objects(text: str, at: int, records: str | None, depth: int) -> tuple[int, str] | None:
    """Return the position of the first object of a list within an object, and the list's name.

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


def _objects(
    text: str, at: int, wanted: set[str] | None, *, lines: bool
) -> Iterator[tuple[int, str, dict[str, str], str | None]]:
    """Yield the objects from a position on: line, text, values by path, what is wrong.

    `wanted` are the paths of the objects within each that are looked into; all if None.
    """
    line, counted = 1, 0
    in_list = not lines and "[" in text[:at]
    while (at := _after(text, at)) < len(text) and not (in_list and text[at] == "]"):
        line, counted = line + text.count("\n", counted, at), at
        value, end, problem = _parsed(text, at, line=lines)
        fields: dict[str, str] = {}
        try:
            _flatten(value, "", wanted, _DEEPEST, fields)
        except ValueError as error:
            problem = str(error)
        yield line, text[at:end], fields, problem
        at = end
    if in_list and at >= len(text):
        line += text.count("\n", counted)
        yield line, "", {}, "the file ends before its list does: it was cut off"


def _parsed(text: str, at: int, *, line: bool) -> tuple[dict[str, Any], int, str | None]:
    """Return the object at a position, where it ends, and the problem if it is not an object."""
    end = text.find("\n", at) if line else -1
    end = len(text) if end < 0 else end
    try:
        if line:
            value = _DECODER.decode(text[at:end])
        else:
            value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        end = end if line else _end_of_broken(text, at)
        return {}, end, f"it is not JSON: {_reason(error)}"
    if isinstance(value, dict):
        return value, end, None
    return {}, end, "it is not a JSON object"


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _end_of_broken(text: str, at: int) -> int:
    """Return where an object ends in which something else is wrong than its brackets."""
    if text[at] not in "{[":
        end = _END_OF_BARE.search(text, at + 1)
        return end.start() if end else len(text)
    depth = 0
    for token in _TOKEN.finditer(text, at):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if not depth:
            return token.end()
    return len(text)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _records(
    objects: Iterator[tuple[int, str, dict[str, str], str | None]],
    names: Sequence[str],
    seen: set[str],
) -> Iterator[Record]:
    for line, raw, found, problem in objects:
        seen |= found.keys()
        texts, reasons = [raw, *(found.get(name, "") for name in names)], [problem]
        if "\\u" in raw or "\0" in raw or not raw.isascii():
            whole = [SURROGATES.sub("\ufffd", text) for text in texts]
            if whole[1:] != texts[1:]:
                reasons.append("some bytes are not in the file's encoding")
            if any("\0" in text for text in whole[1:]):
                reasons.append("the row contains a NUL byte")
            texts = whole
        yield Record(line, texts[0], texts[1:], problem=next(filter(None, reasons), None))


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
    elif isinstance(value, bool):
        into[path] = str(value).lower()
    else:
        into[path] = value or ""
