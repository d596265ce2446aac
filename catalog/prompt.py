"""DuckDB's own prompt on the published file, with views and macros loaded."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from catalog import duck
from catalog.access import s3_access
from catalog.analysts import DATABASE, MACROS, PUBLISHED, require_published
from catalog.errors import QueryError, StoreError
from catalog.store import Store

_GREETING = (
    f"views: {', '.join(PUBLISHED[:4])}, ... (SHOW TABLES); macros: {', '.join(MACROS)}; "
    "FROM about tells more; .quit ends"
)


def ask_at_prompt(home: Store, statement: str | None = None, *, as_json: bool = False) -> None:
    """Open the prompt, or answer one statement, or what comes on standard input.

    Args:
        home: whose published file is asked.
        statement: to be answered instead of opening the prompt.
        as_json: whether the rows of each answer are a JSON array.

    Raises:
        StoreError: if nothing is published, or DuckDB's prompt is not installed.
        QueryError: if a statement failed; DuckDB has said why on standard error.
    """
    require_published(home, DATABASE)
    command = [_program(), *(["-json"] if as_json else [])]
    for line in _preparation(home):
        command += ["-cmd", line]
    if statement is not None:
        command += ["-c", statement]
    elif sys.stdin.isatty():
        command += ["-cmd", f".print {_GREETING}"]
    sys.stdout.flush()
    done = subprocess.run(command, env=_environment(home), check=False)  # noqa: S603 - our own
    if done.returncode:
        raise QueryError("DuckDB could not answer: it says above why")


def _program() -> str:
    spec = importlib.util.find_spec("duckdb_cli")
    if spec is None or spec.origin is None:
        raise StoreError("the package duckdb-cli is not installed: run `make setup`")
    return str(Path(spec.origin).parent / "duckdb")


def _preparation(home: Store) -> list[str]:
    """Statements before the first question. No key is in them: others see a process's arguments."""
    lines = ["SET autoinstall_known_extensions = false", "SET allow_persistent_secrets = false"]
    access = s3_access(home)
    if access:
        lines.append(f"LOAD '{duck.extension_file('httpfs')}'")
        fields = ", ".join(access.fields_from_environment())
        secret = f"CREATE SECRET artcat (TYPE s3, {fields})"
        # That it has been made is no answer.
        lines += [".output /dev/null", secret, ".output"]
    uri = duck.quoted(home.uri_of(DATABASE))
    return [*lines, f"ATTACH '{uri}' AS artcat (READ_ONLY)", "USE artcat"]


def _environment(home: Store) -> dict[str, str]:
    access = s3_access(home)
    return {**os.environ, **(access.environment() if access else {})}
