"""Tables as files for other programs: Parquet, CSV, JSON lines, Linked Art."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

import sql
from catalog.base.errors import ArtcatError, StoreError
from catalog.publishing.export.linked_art import BASE, document
from catalog.storage import duck
from catalog.storage.access import quote
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store, check_outside
from catalog.storage.tables import table_exists
from catalog.vocabulary import styles

Format = Literal["parquet", "csv", "jsonl", "linked-art"]

_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json",
}
_RUNS = "^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\\t\\r\\n]"
"""The beginnings of formulas in spreadsheets, also after blanks and in full width."""
_LINKED = ("enriched", "artworks", "work_changes", "runs")
_TOGETHER = 2_000
"""Artworks whose documents are in memory at a time."""


def export(
    home: Store, format: Format, output: Path, *, table: str = "enriched", base: str = BASE
) -> int:
    """Write a table, or all artworks as Linked Art, to a file; return how many rows.

    The file is written wholly or not at all, and replaces an existing one. Rows are in order
    of their key and streamed.

    Args:
        home: whose tables.
        format: of the file; Linked Art is one JSON-LD document per artwork and line.
        output: the file.
        table: its name; Linked Art is exported from `enriched` alone.
        base: prefix of the identifiers in Linked Art.

    Raises:
        ArtcatError: if there is no such table, or it does not go with the format.
        StoreError: if the file cannot be written or would be in the home, or the tables cannot be
            read.
    """
    check_outside(home, output)
    _check(home, format, table)
    with _in_place(output) as made:
        if format == "linked-art":
            return _write_linked_art(home, made, base)
        return _write_table(home, format, made, table)


def _check(home: Store, format: Format, table: str) -> None:
    if table not in TABLES:
        raise ArtcatError(f"unknown table {table[:64]!r}: choose one of {', '.join(TABLES)}")
    if format == "linked-art" and table != "enriched":
        raise ArtcatError("Linked Art is exported for all artworks: leave out --table")
    if not table_exists(home, table):
        raise ArtcatError(f"{home.uri} has no table {table} yet: run `artcat enrich`")


@contextmanager
def _in_place(output: Path) -> Iterator[Path]:
    """Yield a temporary path that is renamed to the file at the end."""
    try:
        with tempfile.TemporaryDirectory(dir=output.absolute().parent, prefix=".artcat-") as folder:
            made = Path(folder) / "export"
            yield made
            made.replace(output)
    except OSError as error:
        raise StoreError(f"cannot write {output}: {error.strerror or error}") from error


def _write_table(home: Store, format: str, file: Path, table: str) -> int:
    spec = TABLES[table]
    columns = [
        _safe_in_spreadsheets(field) if format == "csv" else f'"{field.name}"'
        for field in spec.schema
    ]
    with duck.translate_errors(), duck.connect(home, (table,)) as connection:
        (written,) = connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(spec.key)}) "  # noqa: S608
            f"TO {quote(str(file))} ({_OPTIONS[format]})"
        ).fetchall()[0]
    return int(written)


def _safe_in_spreadsheets(field: pa.Field[pa.DataType]) -> str:
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


def _write_linked_art(home: Store, file: Path, base: str) -> int:
    terms = {style.name: style.aat for style in styles() if style.aat is not None}
    written = 0
    with file.open("w", encoding="utf-8") as lines:
        for work in _works(home):
            lines.write(json.dumps(document(work, terms, base), ensure_ascii=False) + "\n")
            written += 1
    return written


def _works(home: Store) -> Iterator[dict[str, Any]]:
    with duck.translate_errors(), duck.connect(home, _LINKED) as connection:
        rows = connection.execute(sql.text("export/linked_art"))
        for batch in rows.to_arrow_reader(_TOGETHER):
            yield from pa.Table.from_batches([batch]).to_pylist()
