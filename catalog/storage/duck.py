"""DuckDB connections with the tables of a home as views; nothing is downloaded."""

from __future__ import annotations

import importlib.util
import re
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

import sql
from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import scrubbed
from catalog.storage import questions
from catalog.storage.access import duckdb_secret
from catalog.storage.schemas import TABLES
from catalog.storage.store import S3Store, Store
from catalog.storage.tables import can_be_read, table_uri

_LONGEST = 300
VIEWS = "analysts/views"
"""Folder of the SQL of the views that people query beside the tables."""
_DAMAGED = re.compile("parquet|snappy|thrift|tprotocol", re.IGNORECASE)
MEMORY = "1GB"
"""Memory limit of a DuckDB; beyond it data spills to temporary files."""


def connect(store: Store | None = None, tables: Iterable[str] | None = None) -> DuckDB:
    """Open an in-memory DuckDB with the home's tables as views.

    Its own relations spill to disk beyond `MEMORY` until it is closed.

    A table that does not exist yet is an empty view with the right columns. Each view is the
    table as of the time of opening.

    Args:
        store: the home; None for a DuckDB without tables.
        tables: which tables; all of them by default.
    """
    wanted = () if store is None else tuple(TABLES if tables is None else tables)
    extensions = [
        *(["httpfs"] if isinstance(store, S3Store) else []),
        *(["delta"] if wanted else []),
    ]
    checked = bool(extensions) and _checked.issuperset(extensions)
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        # The packaged extensions are 100 MB: their signatures are checked once per process.
        "allow_unsigned_extensions": "true" if checked else "false",
        "memory_limit": MEMORY,
        # A user's own secrets may name another endpoint for the same addresses.
        "allow_persistent_secrets": "false",
        "temp_directory": str(Path(tempfile.gettempdir()) / f"artcat-duckdb-{uuid.uuid4().hex}"),
    }
    connection = duckdb.connect(config=config)
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET TimeZone = 'UTC'")
    for extension in extensions:
        connection.execute(f"LOAD '{extension_file(extension)}'")
        _checked.add(extension)
    if store is not None:
        _allow(connection, store)
        for name in wanted:
            _attach(connection, store, name)
    return connection


DuckDB = duckdb.DuckDBPyConnection
Error = duckdb.Error
_checked: set[str] = set()


def extension_file(name: str) -> str:
    """Return the path of a packaged DuckDB extension, quoted for SQL; raises StoreError."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        raise StoreError(f"the package duckdb-extension-{name} is not installed: run `make setup`")
    file = (
        Path(spec.origin).parent
        / "extensions"
        / f"v{duckdb.__version__}"
        / f"{name}.duckdb_extension"
    )
    return str(file).replace("'", "''")


def _allow(connection: DuckDB, store: Store) -> None:
    secret = duckdb_secret(store)
    if secret is not None:
        for setting in ("s3_access_key_id", "s3_secret_access_key", "s3_session_token"):
            # httpfs takes them from the environment, and queries could read them
            connection.execute(f"SET {setting} = ''")
        connection.execute(*secret)


@retry(
    retry=retry_if_exception_type(duckdb.IOException),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    stop=stop_after_attempt(6),
    reraise=True,
)
def _attach(connection: DuckDB, store: Store, name: str) -> None:
    if can_be_read(store, name):
        uri = table_uri(store, name).replace("'", "''")
        connection.execute(
            f"ATTACH IF NOT EXISTS '{uri}' AS {name}_delta (TYPE delta, PIN_SNAPSHOT, READ_ONLY)"
        )
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM {name}_delta")
    else:
        connection.register(name, TABLES[name].schema.empty_table())


def quoted(text: str) -> str:
    """Escape a text for single quotes in SQL, where no parameter is possible."""
    return text.replace("'", "''")


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate DuckDB's read errors into one line that names what could not be read.

    Raises:
        TransientError: instead of DuckDB's I/O error.
        StoreError: instead of its error for a file that is not valid Parquet.
    """
    try:
        yield
    except duckdb.InvalidInputException as error:
        if not _DAMAGED.search(str(error)):
            raise
        message = " ".join(scrubbed(str(error)).split())[:_LONGEST]
        raise StoreError(
            f"a table is damaged: {message}; `artcat doctor` says what to do"
        ) from error
    except (duckdb.IOException, duckdb.HTTPException) as error:
        message = " ".join(scrubbed(str(error)).split())[:_LONGEST]
        raise TransientError(
            f"the tables cannot be read: {message}; run the same command again, and "
            "`artcat doctor` if it fails again"
        ) from error


def arrow(connection: DuckDB, sql: str, parameters: dict[str, object] | None = None) -> pa.Table:
    """Run one of our own statements and fetch its rows."""
    return connection.execute(sql, parameters).to_arrow_table()


@contextmanager
def locked(store: Store, *, allow_files: bool = False) -> Iterator[DuckDB]:
    """Open a DuckDB with the home's tables, restricted to reading the home.

    Args:
        store: the home.
        allow_files: whether queries may also read files of this machine.

    Raises:
        TransientError: if the tables cannot be read.
    """
    with translate_errors():
        connection = connect(store)
    with connection:
        for name in sql.names(VIEWS):
            connection.execute(f"CREATE VIEW {name.rpartition('/')[2]} AS {sql.text(name)}")
        questions.lock(connection, store, allow_files=allow_files)
        yield connection


def ask(store: Store, sql: str) -> pa.Table:
    """Answer a user's query of the tables.

    Raises:
        QueryError: with DuckDB's message, if the SQL is invalid or does more than read.
    """
    with locked(store) as connection, questions.translate_query_errors():
        return questions.last_answer(connection, sql).to_arrow_table()
