"""The `.duckdb` file that analysts open: views over the published Parquet, macros, vectors.

Plain DuckDB reads it, without our code and without the Delta extension. It contains no secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa

import sql
from catalog.base.errors import StoreError
from catalog.base.files import packaged_toml
from catalog.base.hashing import key_of
from catalog.storage import duck
from catalog.storage.access import quote, secret_statement
from catalog.storage.schemas import TABLES
from catalog.storage.sql_sandbox import quoted_file
from catalog.storage.store import Store, check_outside, put_whole
from catalog.vocabulary import styles

PUBLISHED = (
    *("enriched", "artworks", "images", "predictions", "descriptions", "reviews", "work_changes"),
    *("acceptance", "audits"),
    *("splits", "models", "promotions", "evaluations", "trials", "quarantine", "runs"),
)
"""Tables that are published as Parquet, each with a view by its name."""
DATABASE = "published/artcat.duckdb"
"""Key of the file in its home."""
SEEN_BY = ("artworks", "images", "embeddings", "promotions", "serving")
"""Tables that the vectors are derived from."""
MACROS: Mapping[str, str] = {
    "nearest": "query, n := 10",
    "similar": "work, n := 10",
    "style_history": "work := NULL",
    "disagreements": "least_confidence := 0",
    "changed_since": "since",
}
"""The table macros with their parameters."""
_OWN_TABLES = {
    "vectors": "One row per artwork whose image is embedded.",
    "style_terms": "One row per style of the vocabulary.",
    "about": "One row: origin of this file, and how to read it.",
}
_TERMS: dict[str, pa.DataType] = {
    "name": pa.string(),
    "year_from": pa.int64(),
    "year_to": pa.int64(),
    "synonyms": pa.list_(pa.string()),
    "aat": pa.int64(),
    "aat_verified_by": pa.string(),
    "aat_verified_on": pa.date32(),
}


def parquet_key(table: str) -> str:
    """Return the key of a published table."""
    return f"published/{table}.parquet"


def describe_column(relation: str, column: str) -> str | None:
    """Return the description of a column of a table or view, None if it has none."""
    texts = _descriptions()
    return texts.get(relation, {}).get(column) or texts["shared"].get(column)


@cache
def _descriptions() -> dict[str, dict[str, str]]:
    return packaged_toml("catalog.publishing", "columns.toml")


def definitions(home: Store) -> str:
    """Return a digest of the file's views, macros and terms, and of its home's address."""
    statements = [*_views().values(), *map(_macro, MACROS)]
    columns = {name: TABLES[name].schema.names for name in PUBLISHED}
    terms = str(_terms().to_pylist())
    return key_of("database", 1, home.uri, statements, dict(MACROS), columns, terms)


def basis_of(home: Store) -> str:
    """Return a digest of the file's own contents, without the Parquet that its views read."""
    champion = _embedder(home)
    if champion is None:
        return key_of(definitions(home), None)
    connection = duck.connect(home, SEEN_BY)
    vectors = connection.execute(sql.text("analysts/vector_basis"), _seen_by(champion)).fetchone()
    return key_of(definitions(home), champion, list(vectors or ()))


def build(home: Store, file: Path) -> None:
    """Create the file, whose views read what the home has published.

    Raises:
        TransientError: if the tables cannot be read.
    """
    champion = _embedder(home)
    with duck.translate_errors(), duck.open_database(home, SEEN_BY) as connection:
        # Vectors hardly compress, and are read several times as fast uncompressed.
        connection.execute("SET force_compression = 'uncompressed'")
        connection.execute(f"ATTACH {quote(str(file))} AS file")
        dimensions: int | None = None
        vectors, given = sql.text("analysts/vectors"), _seen_by(champion) if champion else {}
        if champion:
            found = connection.execute(f"SELECT any_value(len(vector)) FROM ({vectors})", given)  # noqa: S608
            dimensions = found.fetchall()[0][0]
        kind = f"FLOAT[{dimensions or 1}]"
        connection.execute(f"CREATE TABLE file.vectors (artwork_id VARCHAR, vector {kind})")
        if dimensions:
            connection.execute(f"INSERT INTO file.vectors {vectors}", given)
        connection.execute("CHECKPOINT file")
        connection.execute("SET force_compression = 'auto'")
        connection.execute("USE file")
        for name in PUBLISHED:
            # By name: a column that a later version adds does not change the view.
            columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
            source = f"read_parquet({quoted_file(home, parquet_key(name))})"
            connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM {source}")  # noqa: S608
        for name, text in _views().items():
            connection.execute(f"CREATE VIEW {name} AS {text}")
        connection.from_arrow(_terms()).create("style_terms")
        connection.execute(
            "CREATE TABLE about AS SELECT $home::VARCHAR AS home, now() AS published_at, "
            "$embedder::VARCHAR AS embedder, $precision::VARCHAR AS embedder_precision, "
            "$dimensions::INTEGER AS dimensions, $secret::VARCHAR AS s3_secret, "
            "$macros::VARCHAR[] AS macros",
            {
                "home": home.uri,
                "embedder": champion and champion["model_version"],
                "precision": champion and champion["precision"],
                "dimensions": dimensions,
                "secret": secret_statement(home),
                "macros": [f"{name}({parameters})" for name, parameters in MACROS.items()],
            },
        )
        connection.execute(f"CREATE MACRO as_vector(numbers) AS numbers::{kind}")
        for name, parameters in MACROS.items():
            text = _macro(name)
            connection.execute(f'CREATE MACRO "{name}"({parameters}) AS TABLE {text}')
            connection.execute(f'COMMENT ON MACRO TABLE "{name}" IS {quote(_heading(text))}')
        _comment(connection)
        connection.execute("USE memory")
        connection.execute("DETACH file")


def _embedder(home: Store) -> dict[str, str] | None:
    """Return the champion embedder, None if there is none or it has not been used yet.

    It has `model_version`, `precision`, `encoder` and `preprocessing`.
    """
    connection = duck.connect(home, ("promotions", "serving"))
    rows = duck.rows(connection, sql.text("analysts/embedder"))
    return rows[0] if rows else None


def _seen_by(champion: dict[str, str]) -> dict[str, str]:
    return {name: champion[name] for name in ("encoder", "preprocessing")}


def _terms() -> pa.Table:
    """Return the vocabulary: one row per style."""
    rows = [
        style.model_dump(exclude={"years"})
        | dict(zip(("year_from", "year_to"), style.years, strict=True))
        for style in styles()
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(_TERMS))


def _views() -> dict[str, str]:
    return {name.rpartition("/")[2]: sql.text(name) for name in sql.names(duck.VIEWS)}


def _macro(name: str) -> str:
    return sql.text(f"analysts/macros/{name}")


def _comment(connection: duck.DuckDB) -> None:
    """Comment every table, view and column."""
    views = {name: f"One row per {TABLES[name].grain}." for name in PUBLISHED}
    views |= {name: _heading(text) for name, text in _views().items()}
    for kind, texts in (("VIEW", views), ("TABLE", _OWN_TABLES)):
        for relation, text in texts.items():
            connection.execute(f"COMMENT ON {kind} {relation} IS {quote(text)}")
            for column, *_ in connection.execute(f"DESCRIBE {relation}").fetchall():
                if note := describe_column(relation, column) or describe_column("artworks", column):
                    connection.execute(f'COMMENT ON COLUMN {relation}."{column}" IS {quote(note)}')


def _heading(statement: str) -> str:
    """Return the comment at the head of a statement, as one line."""
    lines = takewhile(lambda line: line.startswith("--"), statement.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in lines)


@contextmanager
def opened(home: Store) -> Iterator[duck.DuckDB]:
    """Open a DuckDB with the published file's views and macros.

    Raises:
        StoreError: if nothing is published.
        TransientError: if it cannot be read.
    """
    require_published(home)
    with duck.translate_errors(), duck.open_database(home) as connection:
        _use(connection, home.uri_of(DATABASE))
        yield connection


def _use(connection: duck.DuckDB, file: str) -> None:
    connection.execute(f"ATTACH {quote(file)} AS artcat (READ_ONLY); USE artcat")


def require_published(home: Store) -> None:
    """Raise StoreError, with advice, unless the file is published."""
    if not home.exists(DATABASE):
        raise StoreError(
            f"{home.uri} has no published tables yet: run `artcat enrich`, or choose another home"
        )


def about(connection: duck.DuckDB) -> dict[str, Any]:
    """Return the row of the file's table `about`."""
    (row,) = duck.rows(connection, "FROM about")
    return row


def write_to(home: Store, file: Path) -> dict[str, Any]:
    """Copy the published file to an analyst's path; return its row of `about`.

    Its views read the published files, its vectors stay as they are. It replaces a file that
    artcat made, and no other.

    Raises:
        StoreError: if nothing is published, if there is another file, or if it cannot be written.
    """
    require_published(home)
    check_outside(home, file)
    if file.exists() and not _is_ours(file):
        raise StoreError(
            f"{file} already exists and was not made by `artcat duckdb`: choose another name"
        )
    put_whole(file, lambda target: home.read_into(DATABASE, target))
    with duck.open_database() as connection:
        _use(connection, str(file))
        return about(connection)


def _is_ours(file: Path) -> bool:
    """Return whether artcat created a file and no other table was added to it."""
    with duck.open_database() as connection:
        try:
            _use(connection, str(file))
            found = connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'artcat'"
            ).fetchall()
        except duck.Error:
            return False
    return {name for (name,) in found} == set(_OWN_TABLES)
