"""Arrow tables as plain Python."""

from __future__ import annotations

from typing import Any

import pyarrow as pa


def values(table: pa.Table, column: str) -> list[Any]:
    """Return a column's values, of the type that the table's schema promises."""
    return table[column].to_pylist()
