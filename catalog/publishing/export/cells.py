"""Cells of a CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import pyarrow as pa

_RUNS = "^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\\t\\r\\n]"
"""What a spreadsheet takes for a formula, also behind blanks and in full width."""


def safe_in_spreadsheets(field: pa.Field[pa.DataType]) -> str:
    """The SQL for a column as text: nested values as JSON, an apostrophe before what would run.

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
