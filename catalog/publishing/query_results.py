"""Formatting of query answers as a table, CSV or JSON, with values as DuckDB prints them.

DuckDB itself converts every value to text, so every type can be printed: dates that Python
does not know, infinity, numbers of 128 bits, intervals, blobs.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from catalog.storage.sql_sandbox import Relation, translate_query_errors

Form = Literal["table", "csv", "json", "object"]
_AT_ONCE = 10_000
_TEXT = "COLUMNS(*)::VARCHAR"
_JSON = "to_json(COLUMNS(*))::VARCHAR"
_NUMBERS = frozenset(
    {
        *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM", "FLOAT", "DOUBLE"),
        *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    }
)


def format_of(asked: Form | None, file: Path | None = None) -> Form:
    """Return the output format: as requested, by the file's suffix, or a table."""
    endings: dict[str, Form] = {".csv": "csv", ".json": "json"}
    return asked or (endings.get(file.suffix.lower()) if file else None) or "table"


def written(answer: Relation, form: Form) -> Iterator[str]:
    """Yield an answer as pieces of text.

    Args:
        answer: of DuckDB.
        form: table; csv; json: an array of objects; object: one object, {"rows": [...]}.

    Raises:
        QueryError: if DuckDB fails before the first piece.
    """
    match form:
        case "table":
            yield from _table(answer)
        case "csv":
            yield from _csv(answer)
        case "json":
            yield from chain(_array(answer), "\n")
        case "object":
            yield from chain(['{"rows": '], _array(answer), ["}\n"])


def _rows(answer: Relation, cast: str) -> Iterator[tuple[str | None, ...]]:
    """Yield the rows with each value as text, once all have been fetched."""
    with translate_query_errors():
        texts = answer.project(cast).execute()
    while rows := texts.fetchmany(_AT_ONCE):
        yield from rows


def _csv(answer: Relation) -> Iterator[str]:
    rows = chain([answer.columns], _rows(answer, _TEXT))
    while some := list(islice(rows, _AT_ONCE)):
        piece = io.StringIO()
        csv.writer(piece, lineterminator="\n").writerows(some)
        yield piece.getvalue()


def _array(answer: Relation) -> Iterator[str]:
    names = [f"{json.dumps(name, ensure_ascii=False)}: " for name in answer.columns]
    before = "["
    for row in _rows(answer, _JSON):
        values = (value if value is not None else "null" for value in row)
        yield before + "{" + ", ".join(map("".join, zip(names, values, strict=True))) + "}"
        before = ", "
    yield "]" if before == ", " else "[]"


def _table(answer: Relation) -> Iterator[str]:
    rows = list(_rows(answer, _TEXT))
    if not rows:
        yield f"no rows ({', '.join(answer.columns)})\n"
        return
    if answer.columns == ["explain_key", "explain_value"]:  # a drawing of several lines
        yield from (f"{value}\n" for _, value in rows)
        return
    # Numbers are padded with a space, so that a minus does not touch the previous column
    signs = [
        " " if kind in _NUMBERS or kind.startswith("DECIMAL") else ""
        for kind in map(str, answer.types)
    ]
    cells = [[f"{s}{_cell(v)}" for s, v in zip(signs, row, strict=True)] for row in rows]
    cells.insert(0, [f"{s}{name}" for s, name in zip(signs, answer.columns, strict=True)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield " ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) + "\n"


def _cell(value: str | None) -> str:
    """Return a value on one line, without control characters that confuse a terminal."""
    if value is None:
        return "NULL"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in value)
