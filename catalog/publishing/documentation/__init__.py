"""Descriptions of the columns of tables and published views."""

from __future__ import annotations

from functools import cache

from catalog.base.files import packaged_toml

_SHARED = "shared"


def describe_column(relation: str, column: str) -> str | None:
    """Return the description of a column of a table or view, None if it has none."""
    texts = _texts()
    return texts.get(relation, {}).get(column) or texts[_SHARED].get(column)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return packaged_toml("catalog.publishing.documentation", "columns.toml")
