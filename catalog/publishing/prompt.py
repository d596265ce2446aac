"""A prompt for SQL on the published file, with its views and macros loaded.

It is not DuckDB's own shell, which writes files (`COPY`, `.output`) and runs programs (`.shell`).
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator

from catalog.base.errors import QueryError
from catalog.publishing import analysts
from catalog.publishing.query_results import written
from catalog.storage import sql_sandbox
from catalog.storage.store import Store

_GREETING = (
    f"views: {', '.join(analysts.PUBLISHED[:4])}, ... (SHOW TABLES); "
    f"macros: {', '.join(analysts.MACROS)}; FROM about: more information; end statements with ;, "
    ".quit ends\n"
)
_QUIT = frozenset({".quit", ".exit", ".q", "quit", "exit"})


def ask_at_prompt(
    home: Store,
    statement: str | None = None,
    *,
    as_json: bool = False,
    allow_files: bool = False,
) -> None:
    """Open the prompt, or answer a given statement or standard input.

    Queries may also read files of this machine where that is allowed. As JSON, the rows of each
    answer are an array on a line.

    Raises:
        StoreError: if nothing is published.
        QueryError: if SQL is invalid or does more than read; at the prompt it is only printed.
    """
    with analysts.opened(home) as connection:
        sql_sandbox.lock(connection, home, allow_files=allow_files)

        def answer(sql: str) -> None:
            for relation in sql_sandbox.answers(connection, sql):
                if as_json:
                    sys.stdout.writelines(written(relation, "json"))
                else:
                    with sql_sandbox.translate_query_errors():
                        relation.show()

        if statement is None and sys.stdin.isatty():
            _converse(answer)
            return
        try:
            given = sys.stdin.read() if statement is None else statement
        except UnicodeDecodeError as error:
            raise QueryError(f"standard input is not in {error.encoding}") from error
        answer(given)


def _converse(answer: Callable[[str], None]) -> None:
    """Answer typed statements until `.quit` or the end of input."""
    import readline  # noqa: F401, PLC0415 - lines can be edited, earlier ones called back

    sys.stdout.write(_GREETING)
    for sql in _statements():
        try:
            answer(sql)
        except QueryError as error:
            sys.stdout.write(f"{error}\n")
        except KeyboardInterrupt:
            sys.stdout.write("interrupted\n")


def _statements() -> Iterator[str]:
    """Yield typed input, one complete statement at a time."""
    lines: list[str] = []
    while True:
        try:
            line = input("... " if lines else "artcat> ")
        except EOFError:
            return
        except KeyboardInterrupt:
            lines = []
            sys.stdout.write("\n")
            continue
        if not lines and line.strip().rstrip(";").lower() in _QUIT:
            return
        lines.append(line)
        if not "".join(lines).strip():
            lines = []
        elif line.startswith(".") or sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
