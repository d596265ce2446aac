"""What each column of a table or published view holds, for whoever reads them without our code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

_SHARED = "shared"


def describe_column(relation: str, column: str) -> str | None:
    """What a column of a table or view holds, None if nothing is said of it."""
    texts = _texts()
    return texts.get(relation, {}).get(column) or texts[_SHARED].get(column)


def described() -> dict[str, frozenset[str]]:
    """The columns of which something is said, by table or view."""
    return {name: frozenset(texts) for name, texts in _texts().items() if name != _SHARED}


@cache
def _texts() -> dict[str, dict[str, str]]:
    text = (
        files("catalog.publishing.documentation")
        .joinpath("columns.toml")
        .read_text(encoding="utf-8")
    )
    return tomllib.loads(text)
