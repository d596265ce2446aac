"""The one place that opens DuckDB: the tables of a home as views, nothing downloaded."""

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
"""Where the SQL of the views lies that people query beside the tables."""
_DAMAGED = re.compile("parquet|snappy|thrift|tprotocol", re.IGNORECASE)
MEMORY = "1GB"
"""What one DuckDB holds in memory; what is more goes to a folder for temporary files."""


def connect(store: Store | None = None, tables: Iterable[str] | None = None) -> DuckDB:
    """An in-memory DuckDB in which the home's tables stand as views.

    What its own relations hold beyond `MEMORY` goes to disk until it is closed.

    A table that does not exist yet is an empty view with the right columns. Each view is the
    table as it was when it was opened.

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
        # A person's own secrets may name another endpoint for the same addresses.
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
    """Where a packaged extension of DuckDB lies, as SQL takes it; raises StoreError."""
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
            # httpfs takes them from the environment, and questions could read them
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
    """A text as it stands between single quotes in SQL, where no parameter can be."""
    return text.replace("'", "''")


@contextmanager
def translate_errors() -> Iterator[None]:
    """Say in one line what DuckDB could not read, which may well be read on the next try.

    Raises:
        TransientError: instead of DuckDB's own error of input and output.
        StoreError: instead of its error of a file that is no Parquet, or no longer.
    """
    try:
        yield
    except duckdb.InvalidInputException as error:
        if not _DAMAGED.search(str(error)):
            raise
        said = " ".join(scrubbed(str(error)).split())[:_LONGEST]
        raise StoreError(f"a table is damaged: {said}; `artcat doctor` says what to do") from error
    except (duckdb.IOException, duckdb.HTTPException) as error:
        said = " ".join(scrubbed(str(error)).split())[:_LONGEST]
        raise TransientError(
            f"the tables cannot be read: {said}; run the same command again, and `artcat doctor` "
            "if it fails again"
        ) from error


def arrow(connection: DuckDB, sql: str, parameters: dict[str, object] | None = None) -> pa.Table:
    """Run one of our own statements and fetch its rows."""
    return connection.execute(sql, parameters).to_arrow_table()


@contextmanager
def locked(store: Store, *, allow_files: bool = False) -> Iterator[DuckDB]:
    """Open a DuckDB with the home's tables, in which people's SQL can read the home and no more.

    Args:
        store: the home.
        allow_files: whether questions may also read files of this machine.

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
    """Answer a person's question to the tables.

    Raises:
        QueryError: with DuckDB's words, if the SQL is wrong or does more than to read.
    """
    with locked(store) as connection, questions.translate_query_errors():
        return questions.last_answer(connection, sql).to_arrow_table()
