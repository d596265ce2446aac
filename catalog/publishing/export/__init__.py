"""Tables as files for other programs: Parquet, CSV, JSON lines, Linked Art."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Literal

import pyarrow as pa

import sql
from catalog.base.errors import ArtcatError
from catalog.publishing.export.linked_art import BASE, document
from catalog.storage import duck
from catalog.storage.access import quote
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store, check_outside, file_errors
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
_TOGETHER = 2_000
"""Artworks whose documents are in memory at a time."""


def export(
    home: Store, format: Format, output: Path, *, table: str = "enriched", base: str = BASE
) -> int:
    """Write a table, or all artworks as Linked Art, to a file; return how many rows.

    The file is written wholly or not at all, and replaces an existing one. Rows are in order
    of their key and streamed. Linked Art, exported from `enriched` alone, is one JSON-LD document
    per artwork and line, with identifiers that begin with the base.

    Raises:
        ArtcatError: if there is no such table, or it does not go with the format.
        StoreError: if the file cannot be written or would be in the home, or the tables cannot be
            read.
    """
    check_outside(home, output)
    if table not in TABLES:
        raise ArtcatError(f"unknown table {table[:64]!r}: choose one of {', '.join(TABLES)}")
    if format == "linked-art" and table != "enriched":
        raise ArtcatError("Linked Art is exported for all artworks: leave out --table")
    if not table_exists(home, table):
        raise ArtcatError(f"{home.uri} has no table {table} yet: run `artcat enrich`")
    with (
        file_errors("write", output),
        tempfile.TemporaryDirectory(dir=output.absolute().parent, prefix=".artcat-") as folder,
    ):
        made = Path(folder) / "export"
        if format == "linked-art":
            written = _write_linked_art(home, made, base)
        else:
            written = _write_table(home, format, made, table)
        made.replace(output)
    return written


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
    with (
        file.open("w", encoding="utf-8") as lines,
        duck.translate_errors(),
        duck.connect(home, ("enriched", "artworks", "work_changes", "runs")) as connection,
    ):
        for batch in connection.execute(sql.text("export/linked_art")).to_arrow_reader(_TOGETHER):
            for work in batch.to_pylist():
                lines.write(json.dumps(document(work, terms, base), ensure_ascii=False) + "\n")
                written += 1
    return written
