"""Checks of the tables, each a SQL file that selects what is wrong; none of its rows is good news.

The first line of a file says what it means that rows are found, and whether that stops the run
(`-- fail: ...`) or is only told (`-- warn: ...`).
"""

from __future__ import annotations

import pyarrow as pa

import sql
from catalog import duck
from catalog.errors import SourceError
from catalog.store import Store
from catalog.vocabulary import styles

SHOWN = 3


def run(connection: duck.DuckDB, table: str, catalog: str | None) -> list[str]:
    """Run the checks of a table; returns the warnings.

    Raises:
        SourceError: naming the first check that fails, with some of the rows that it found.
    """
    connection.register("style_years", _style_years())
    warnings = []
    for name in sql.names(f"{table}/checks"):
        statement = sql.text(name)
        level, _, meaning = statement.splitlines()[0].removeprefix("-- ").partition(": ")
        parameters: dict[str, object] = {"catalog": catalog} if "$catalog" in statement else {}
        found = duck.arrow(connection, statement, parameters)
        if found.num_rows == 0:
            continue
        examples = ", ".join(str(value) for value in found.column(0).slice(0, SHOWN).to_pylist())
        message = f"{meaning} ({found.num_rows:,}: {examples}{', ...' * (found.num_rows > SHOWN)})"
        if level == "fail":
            raise SourceError(f"check {name} failed: {message}; nothing more was written")
        warnings.append(message)
    return warnings


def check_table(home: Store, table: str, catalog: str | None) -> list[str]:
    """Run the checks of a table as it stands in the home; returns the warnings.

    Raises:
        SourceError: naming the first check that fails.
    """
    return run(duck.connect(home, ("artworks", table)), table, catalog)


def _style_years() -> pa.Table:
    return pa.table(
        {
            "style": pa.array([style.name for style in styles()], pa.string()),
            "earliest": pa.array([style.years[0] for style in styles()], pa.int64()),
            "latest": pa.array([style.years[1] for style in styles()], pa.int64()),
        }
    )
