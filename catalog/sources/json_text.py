"""Parse the objects in a JSON text one by one, tolerating invalid ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from catalog.base.errors import SourceError

LINES = (".jsonl", ".ndjson")
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


class Element(NamedTuple):
    """An object, the line where it starts, its text, and why it is none if it is not."""

    line: int
    raw: str
    value: dict[str, Any]
    problem: str | None


def find_beginning(file: str, text: str, records: str | None) -> tuple[int, str, bool]:
    """Return the first object's position, the layout in words, and whether each has its own line.

    Raises:
        SourceError: if the text is not JSON, or has no such list.
    """
    at = _after(text, 0)
    if at == len(text):
        raise SourceError(f"{file} is empty: expected objects of JSON")
    if text[at] == "[":
        return at + 1, "a list in JSON", False
    if text[at] != "{":
        raise SourceError(f"{file} is not JSON: it begins with neither {{ nor [")
    if records is None and _has_lines(file, text[at:]):
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


def read_elements(text: str, at: int, *, lines: bool) -> Iterator[Element]:
    """Yield the objects from a position on; whatever is not an object carries the reason."""
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
            problem = None if isinstance(value, dict) else "it is not a JSON object"
        except (ValueError, RecursionError) as error:
            problem = f"it is not JSON: {_reason(error)}"
            end = _end_of_line(text, at) if lines else _end_of_broken(text, at)
        yield Element(line, text[at:end], value if isinstance(value, dict) else {}, problem)
        at = end
    if in_list and at >= len(text):
        line += text.count("\n", counted)
        yield Element(line, "", {}, "the file ends before its list does: it was cut off")


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end_of_broken(text: str, at: int) -> int:
    """Return where an object ends in which something else is wrong than its brackets."""
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
