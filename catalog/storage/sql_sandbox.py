"""Sandbox for users' SQL: it can read the tables of a home and nothing else.

DuckDB itself keeps queries away from other files (`allowed_directories`) and from its settings
(`lock_configuration`). It lets SQL write where it may read, so only statements that read are run,
and of their functions only those that neither write, nor run SQL given as text, nor open files in
ways that DuckDB does not control.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from catalog.base.errors import QueryError
from catalog.base.secrets import scrubbed
from catalog.storage.access import quote
from catalog.storage.store import FolderStore, Store

Relation = duckdb.DuckDBPyRelation
DuckDB = duckdb.DuckDBPyConnection
Parameters = Sequence[Any] | Mapping[str, Any] | None

_REFUSED = frozenset(
    {
        # They write files, or stop the connection
        *("write_blob", "copy_dir", "enable_logging", "disable_logging", "truncate_duckdb_logs"),
        *("enable_profiling", "disable_profiling", "checkpoint", "force_checkpoint"),
        # They run SQL that is given as text, which is not checked
        *("query", "json_execute_serialized_sql"),
        # They reveal credentials
        *("duckdb_secrets", "which_secret", "getenv"),
        # They take addresses in memory
        *("arrow_scan", "arrow_scan_dumb", "pandas_scan", "python_map_function"),
        # Tests of the Delta extension
        *("get_delta_test_expression", "parse_delta_filter_logline"),
    }
)
_OF_PIVOT = frozenset({duckdb.StatementType.CREATE, duckdb.StatementType.SELECT})
_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_EXPLAIN = re.compile(
    r"\s*EXPLAIN\s+(ANALYZE\s+)?(\(\s*(ANALYZE|FORMAT\s+\w+)(\s*,\s*(ANALYZE|FORMAT\s+\w+))*\s*\))?",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_FUNCTION = re.compile(r'"function_name":"([^"\\]*)"')
_GLOB = re.compile(r"[*?\[]")


def lock(connection: DuckDB, home: Store, *, allow_files: bool = False) -> None:
    """Let a connection read the files of a home and no others, for good."""
    folders = [f"{home.uri}/"]
    if isinstance(home, FolderStore):  # with the targets of links, and as patterns
        inside = (home.folder / "published", home.folder / "tables", *home.folder.glob("tables/*"))
        named = {str(folder) for folder in (home.folder, *(path.resolve() for path in inside))}
        folders = sorted({f"{path}/" for path in {*named, *map(_no_glob, named)}})
    folders += ["/"] if allow_files else []
    connection.execute(f"SET allowed_directories = [{', '.join(map(quote, folders))}]")
    ((proxy,),) = connection.execute("SELECT current_setting('http_proxy')").fetchall()
    if "@" in proxy:  # from the environment, with a password; DuckDB cannot use such a proxy anyway
        connection.execute("SET http_proxy = ''")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def last_answer(connection: DuckDB, sql: str, parameters: Parameters = None) -> Relation:
    """Return the answer to the last of some statements; parameters apply to it.

    Raises:
        QueryError: if there is none, or one does more than read.
    """
    found: Relation | None = None
    for found in answers(connection, sql, parameters):  # noqa: B007 - the last one counts
        pass
    if found is None:
        raise QueryError("the query is empty: write SQL, such as SELECT * FROM enriched")
    return found


def answers(connection: DuckDB, sql: str, parameters: Parameters = None) -> Iterator[Relation]:
    """Answer statements one after the other, once all have been checked.

    Parameters are those of the last one.

    Raises:
        QueryError: if one of them is not SQL, or does more than read.
    """
    if any("\ud800" <= character <= "\udfff" for character in sql):  # bytes of another encoding
        raise QueryError("the query is not UTF-8")
    with translate_query_errors():
        statements = connection.extract_statements(sql)
        _check(connection, sql, statements)
    for number, statement in enumerate(statements, 1):
        given = parameters if number == len(statements) else None
        with translate_query_errors():
            if statement.type == duckdb.StatementType.CREATE:  # the first half of a PIVOT
                connection.execute(statement)
                continue
            answer = connection.sql(statement, params=given)
        if answer is not None:
            yield answer


def _check(connection: DuckDB, sql: str, statements: list[duckdb.Statement]) -> None:
    """Raise QueryError unless the statements only read."""
    for statement in statements:
        text, kind = statement.query, statement.type
        if kind not in (_READING if text else _OF_PIVOT):
            raise QueryError(
                f"queries are read-only, and this is {str(kind).rpartition('.')[2]}: `artcat query "
                "--output FILE` and `artcat export` write files, `artcat duckdb FILE` makes a "
                "database of your own"
            )
        if text:
            if kind == duckdb.StatementType.EXPLAIN:
                text = _EXPLAIN.sub("", text, count=1)
            # No parameter: to pass one DuckDB would import pandas, which takes long
            ((tree,),) = connection.execute(f"SELECT json_serialize_sql({quote(text)})").fetchall()
            if tree.startswith('{"error":true'):  # EXPLAIN of something other than SELECT
                raise QueryError(f"queries are read-only: {json.loads(tree)['error_message']}")
            # Not parsed: thousands of nested expressions are too deep. Texts escape their quotes
            names = _FUNCTION.findall(tree)
        else:  # DuckDB turns a PIVOT into two statements that have no text
            names = _WORD.findall(sql)
        for name in sorted(map(str.lower, names)):
            # Functions of the Delta extension bypass DuckDB's own rules for files
            if name in _REFUSED or name.startswith("delta_") or (not text and name == "create"):
                raise QueryError(f"{name} is not allowed in a query, which only reads tables")


def _no_glob(path: str) -> str:
    """Escape a path where DuckDB accepts patterns, so that it means one file."""
    return _GLOB.sub(lambda found: f"[{found[0]}]", path)


def quoted_file(home: Store, key: str) -> str:
    """Return the address of a file as SQL where DuckDB accepts patterns."""
    uri = home.uri_of(key)
    return quote(_no_glob(uri) if isinstance(home, FolderStore) else uri)


@contextmanager
def translate_query_errors() -> Iterator[None]:
    """Raise QueryError, with DuckDB's message, instead of DuckDB's own errors."""
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(scrubbed(str(error)).strip()) from error
