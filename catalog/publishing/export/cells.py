"""CSV cells that a spreadsheet does not execute as formulas."""

from __future__ import annotations

import pyarrow as pa

_RUNS = "^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\\t\\r\\n]"
"""The beginnings of formulas in spreadsheets, also after blanks and in full width."""


def safe_in_spreadsheets(field: pa.Field[pa.DataType]) -> str:
    """Return the SQL of a column as text: nested values as JSON, formulas escaped by an apostrophe.

    Numbers, times and truth values are as they are: a minus begins a number there.
    """
    name = f'"{field.name}"'
    if pa.types.is_nested(field.type):
        return f"to_json({name})::VARCHAR AS {name}"
    if not pa.types.is_string(field.type):
        return name
    return (
        f"CASE WHEN regexp_matches({name}, '{_RUNS}') THEN '''' || {name} ELSE {name} END AS {name}"
    )
