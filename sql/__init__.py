"""The SQL of artcat, one folder per table or source, run by DuckDB."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """Read the statement in a file, such as `text("artworks/changes")`."""
    return files("sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """List the statements in a folder, in order of name; none if there is no such folder."""
    root = files("sql").joinpath(folder)
    if not root.is_dir():
        return []
    found = (entry.name for entry in root.iterdir() if entry.name.endswith(".sql"))
    return [f"{folder}/{name.removesuffix('.sql')}" for name in sorted(found)]
