"""DuckDB connections with the tables of a home as views; nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
import re
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import duckdb
import pyarrow as pa

import sql
from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import scrubbed
from catalog.base.wording import one_line
from catalog.storage import sql_sandbox
from catalog.storage.access import duckdb_secret, quote
from catalog.storage.schemas import TABLES
from catalog.storage.store import S3Store, Store
from catalog.storage.tables import TableVersion, latest, retry_if, table_uri

DuckDB = duckdb.DuckDBPyConnection
Error = duckdb.Error
VIEWS = "analysts/views"
"""Folder of the SQL of the views that people query beside the tables."""
MEMORY = "1GB"
"""Memory limit of a DuckDB; beyond it data spills to temporary files."""
_MAX_MESSAGE = 300
_DAMAGED = re.compile("parquet|snappy|thrift|tprotocol", re.IGNORECASE)
_checked: set[str] = set()
_sessions: WeakKeyDictionary[DuckDB, _Session] = WeakKeyDictionary()
"""The session of each cursor; it stays the same when credentials are renewed."""
"""Extensions whose signatures this process has checked."""


def connect(store: Store | None = None, tables: Iterable[str] | None = None) -> DuckDB:
    """Return a new cursor on the process's DuckDB, with the home's tables as views.

    Unqualified names mean the cursor's temporary schema: what it creates there with `CREATE TEMP`
    no other cursor sees, and is dropped with it; `CREATE` without TEMP fails.

    A table that does not exist yet is an empty view with the right columns. Each view is the
    table as of the time of this call; all tables are views by default.
    """
    session = _session(store)
    cursor = session.cursor()
    _sessions[cursor] = session
    if store is not None:
        view(cursor, store, TABLES if tables is None else tables)
    return cursor


def view(cursor: DuckDB, store: Store, tables: Iterable[str]) -> None:
    """Replace a cursor's views of some tables by views of them as of now."""
    session = _sessions[cursor]
    for name in tables:
        if (version := latest(store, name)) is None:
            cursor.register(name, TABLES[name].schema.empty_table())
        else:
            attached = session.attach(cursor, table_uri(store, name), version)
            cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM {attached}")


class _Session:
    """A DuckDB with the secret of a home; its cursors share the tables that it has attached."""

    def __init__(self, statement: str, values: Sequence[str]) -> None:
        self._database = _open(["httpfs", "delta"] if statement else ["delta"])
        _set_secret(self._database, statement, values)
        if not statement:  # the kernel caches the files of a folder, in memory that is free
            self._database.execute("SET enable_external_file_cache = false")
        self._lock = Lock()
        self._number = count()
        # The name of each attached version of a table, and the cursors that have a view of it
        self._attached: dict[str, dict[TableVersion, tuple[str, WeakSet[DuckDB]]]] = {}

    def cursor(self) -> DuckDB:
        """Return a connection of its own, without relations."""
        cursor = self._database.cursor()
        cursor.execute("SET search_path = 'temp.main'; SET TimeZone = 'UTC'")
        return cursor

    def attach(self, cursor: DuckDB, uri: str, version: TableVersion) -> str:
        """Attach a version of a table unless it is; return its name, valid while the cursor is.

        Older versions are detached as soon as no cursor uses them.
        """
        with self._lock:
            known = self._attached.setdefault(uri, {})
            if version not in known:
                for old in [old for old, (_, cursors) in known.items() if not cursors]:
                    self._database.execute(f"DETACH {known.pop(old)[0]}")
                name = f"delta_{next(self._number)}"
                _attach(self._database, uri, name, version)
                known[version] = name, WeakSet()
            name, cursors = known[version]
            cursors.add(cursor)
            return name


def _session(store: Store | None) -> _Session:
    """Return the session; another one after a fork, and for other or renewed credentials."""
    statement, values = (store and duckdb_secret(store)) or ("", ())
    return _process_session(os.getpid(), statement, tuple(values))


@lru_cache(maxsize=2)
def _process_session(_process: int, statement: str, values: tuple[str, ...]) -> _Session:
    return _Session(statement, values)


def open_database(store: Store | None = None, tables: Iterable[str] = ()) -> DuckDB:
    """Open an in-memory DuckDB of its own, for files to attach and for settings to change.

    It may read the home, and has some of its tables as views, as of the time of this call.
    """
    s3 = isinstance(store, S3Store)
    connection = _open([name for name, wanted in (("httpfs", s3), ("delta", tables)) if wanted])
    if store is not None:
        _set_secret(connection, *(duckdb_secret(store) or ("", ())))
        for name in tables:
            if (version := latest(store, name)) is None:
                connection.register(name, TABLES[name].schema.empty_table())
            else:
                _attach(connection, table_uri(store, name), f"{name}_delta", version)
                connection.execute(f"CREATE VIEW {name} AS FROM {name}_delta")
    return connection


def _open(extensions: Sequence[str]) -> DuckDB:
    """Open an in-memory DuckDB that spills to disk beyond `MEMORY` until it is closed."""
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
        connection.execute(f"LOAD {quote(str(extension_file(extension)))}")
        _checked.add(extension)
    return connection


def extension_file(name: str) -> Path:
    """Return the path of a packaged DuckDB extension; raises StoreError."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        raise StoreError(f"the package duckdb-extension-{name} is not installed: run `make setup`")
    folder = Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}"
    return folder / f"{name}.duckdb_extension"


def _set_secret(connection: DuckDB, statement: str, values: Sequence[str]) -> None:
    """Let a connection read S3 by the statement of `duckdb_secret`, if there is one."""
    if statement:
        for setting in ("s3_access_key_id", "s3_secret_access_key", "s3_session_token"):
            # httpfs takes them from the environment, and queries could read them
            connection.execute(f"SET {setting} = ''")
        connection.execute(statement, values)


@retry_if(lambda error: isinstance(error, duckdb.IOException))
def _attach(connection: DuckDB, uri: str, name: str, version: TableVersion) -> None:
    connection.execute(
        f"ATTACH IF NOT EXISTS {quote(uri)} AS {name} "
        f"(TYPE delta, PIN_SNAPSHOT, READ_ONLY, VERSION {version.version})"
    )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Translate DuckDB's read errors into one line that names what could not be read.

    Raises:
        TransientError: instead of DuckDB's I/O error.
        StoreError: instead of its error for a file that is not valid Parquet.
    """
    try:
        yield
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.HTTPException) as error:
        message = one_line(scrubbed(str(error)), _MAX_MESSAGE)
        if isinstance(error, duckdb.InvalidInputException):
            if not _DAMAGED.search(str(error)):
                raise
            advice = "run `artcat doctor` for advice"
            raise StoreError(f"a table is damaged: {message}; {advice}") from error
        raise TransientError(
            f"the tables cannot be read: {message}; run the same command again, and "
            "`artcat doctor` if it fails again"
        ) from error


def arrow(connection: DuckDB, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
    """Run one of our own statements and fetch its rows."""
    return connection.execute(sql, dict(parameters or {})).to_arrow_table()


def rows(
    connection: DuckDB, sql: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Run one of our own statements and fetch its rows as dicts."""
    return arrow(connection, sql, parameters).to_pylist()


@contextmanager
def locked(store: Store, *, allow_files: bool = False) -> Iterator[DuckDB]:
    """Open a DuckDB with the home's tables, restricted to reading the home, or files too.

    Raises:
        TransientError: if the tables cannot be read.
    """
    with translate_errors():
        connection = open_database(store, TABLES)
    with connection:
        for name in sql.names(VIEWS):
            connection.execute(f"CREATE VIEW {name.rpartition('/')[2]} AS {sql.text(name)}")
        sql_sandbox.lock(connection, store, allow_files=allow_files)
        yield connection


def run_query(store: Store, sql: str) -> pa.Table:
    """Answer a user's query of the tables.

    Raises:
        QueryError: with DuckDB's message, if the SQL is invalid or does more than read.
    """
    with locked(store) as connection, sql_sandbox.translate_query_errors():
        return sql_sandbox.last_answer(connection, sql).to_arrow_table()
