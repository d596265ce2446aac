"""The SQL of artcat, one folder per table or source, run by DuckDB."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """The statement in a file, such as `text("artworks/changes")`."""
    folder, _, file = name.rpartition("/")
    root = files("sql")
    return (root / folder / f"{file}.sql").read_text(encoding="utf-8")
