"""Checks of data before it is written, and a guard against artworks that are missing.

A check is a SQL file that selects invalid rows. Its first line states the problem if rows are
found, and whether that stops the run (`-- fail: ...`) or is a warning (`-- warn: ...`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sql
from catalog.base.errors import CheckError, SourceError
from catalog.base.wording import counted
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
    """The problem that a row of the result indicates."""
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
    found = []
    for name in sql.names(f"{table}/checks"):
        statement = sql.text(name)
        level, _, meaning = statement.splitlines()[0].removeprefix("-- ").partition(": ")
        parameters: dict[str, object] = {"catalog": catalog} if "$catalog" in statement else {}
        rows = duck.arrow(connection, statement, parameters)
        outcome = {"fail": "failed", "warn": "warned"}[level] if rows.num_rows else "passed"
        examples = [str(value) for value in rows.column(0).slice(0, SHOWN).to_pylist()]
        check = name.replace("/checks/", "/")
        found.append(CheckResult(check, outcome, meaning, rows.num_rows, examples))
    results = [asdict(result) for result in found]
    for result in found:
        if result.outcome == "failed":
            raise CheckError(
                f"check {result.check} failed: {result.message}; nothing more was written", results
            )
    return results


def by_outcome(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Group check results by outcome: how many passed, and what the others found."""
    warned, failed = (
        [result for result in results if result["outcome"] == outcome]
        for outcome in ("warned", "failed")
    )
    passed = len(results) - len(warned) - len(failed)
    return {"passed": passed, "warned": warned, "failed": failed}


def check_table(home: Store, table: str, catalog: str | None) -> list[dict[str, Any]]:
    """Run the checks of a home's table; return their results.

    Raises:
        CheckError: naming the first check that fails.
    """
    return run(duck.connect(home, ("artworks", table)), table, catalog)


SHRINK = 0.1
"""Share of artworks that may be missing, or have other ids, without being refused."""
REPLACED = 0.5
"""Share of artworks that may be gone if as many others have come."""
_ADVICE = "if this is intended, run again with --allow-shrink; nothing was written"


def refuse_vanished(connection: duck.DuckDB, name: str) -> None:
    """Refuse rows that lack too many of the catalog's known artworks.

    Args:
        connection: with `artworks`, and the rows that were read as `ingested_rows`.
        name: of the catalog.

    Raises:
        SourceError: if over a tenth fewer artworks are there, if most of the known ids are gone, or
            if over a tenth of the artworks seem to have other ids.
    """
    before, after, gone = connection.execute(
        "WITH now_there AS (SELECT artwork_id FROM ingested_rows WHERE outcome = 'artwork'), "
        "known AS (SELECT artwork_id FROM artworks WHERE catalog = $catalog AND removed_at IS NULL)"
        " SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM now_there), "
        "(SELECT count(*) FROM known ANTI JOIN now_there USING (artwork_id))",
        {"catalog": name},
    ).fetchall()[0]
    if after < (1 - SHRINK) * before:
        raise SourceError(
            f"the catalog {name} has {counted(after, 'artwork')}, down from {before:,}: {_ADVICE}"
        )
    if gone <= SHRINK * before:
        return
    pairs = connection.execute(sql.text("artworks/vanished"), {"catalog": name}).fetchall()
    renamed = sum(None not in pair for pair in pairs)
    if gone > REPLACED * before or renamed > SHRINK * before:
        was, now = (
            ", ".join([repr(pair[side]) for pair in pairs if pair[side] is not None][:SHOWN])
            for side in (0, 1)
        )
        same = f", of which {renamed:,} seem to be there under another id" if renamed else ""
        raise SourceError(
            f"{gone:,} of the {before:,} artworks of the catalog {name} are missing{same}: ids "
            f"looked like {was} and look like {now} now; {_ADVICE}"
        )
