"""Data checks of the tables: each is a SQL file that selects invalid rows.

The first line of a file says what is wrong if rows are found, and whether that stops the run
(`-- fail: ...`) or is a warning (`-- warn: ...`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sql
from catalog.base.errors import CheckError
from catalog.storage import duck
from catalog.storage.store import Store
from catalog.vocabulary import style_years

SHOWN = 3


@dataclass(frozen=True)
class CheckResult:
    """The result of a check: how many rows it found, and the beginning of the first of them."""

    check: str
    outcome: str
    """`passed`, `warned` or `failed`."""
    meaning: str
    """What is wrong if rows are found."""
    rows: int
    examples: list[str]

    @property
    def message(self) -> str:
        """The result in one line."""
        more = ", ..." if self.rows > len(self.examples) else ""
        return f"{self.meaning} ({self.rows:,}: {', '.join(self.examples)}{more})"


def run(connection: duck.DuckDB, table: str, catalog: str | None) -> list[dict[str, Any]]:
    """Run the checks of a table; return their results, as `runs` stores them.

    Raises:
        CheckError: naming the first check that fails, with some of the rows that it found.
    """
    connection.register("style_years", style_years())
    found = [_result(connection, name, catalog) for name in sql.names(f"{table}/checks")]
    results = [asdict(result) for result in found]
    for result in found:
        if result.outcome == "failed":
            raise CheckError(
                f"check {result.check} failed: {result.message}; nothing more was written", results
            )
    return results


def _result(connection: duck.DuckDB, name: str, catalog: str | None) -> CheckResult:
    statement = sql.text(name)
    level, _, meaning = statement.splitlines()[0].removeprefix("-- ").partition(": ")
    parameters: dict[str, object] = {"catalog": catalog} if "$catalog" in statement else {}
    rows = duck.arrow(connection, statement, parameters)
    outcome = {"fail": "failed", "warn": "warned"}[level] if rows.num_rows else "passed"
    examples = [str(value) for value in rows.column(0).slice(0, SHOWN).to_pylist()]
    return CheckResult(name.replace("/checks/", "/"), outcome, meaning, rows.num_rows, examples)


def by_outcome(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Group check results by outcome: how many passed, and what the others found."""
    outcomes = {
        outcome: [result for result in results if result["outcome"] == outcome]
        for outcome in ("warned", "failed")
    }
    return {"passed": len(results) - sum(map(len, outcomes.values())), **outcomes}


def check_table(home: Store, table: str, catalog: str | None) -> list[dict[str, Any]]:
    """Run the checks of a home's table; return their results.

    Raises:
        CheckError: naming the first check that fails.
    """
    return run(duck.connect(home, ("artworks", table)), table, catalog)
