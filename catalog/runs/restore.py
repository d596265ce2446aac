"""Restoring a home's tables to the versions that a recorded run left, or found.

Each table gets a new version equal to the old one, so nothing is lost: the run that
restores is recorded with the versions that it found, and can be reverted as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog.base.errors import ArtcatError, StoreError, TransientError
from catalog.runs.history import row_of
from catalog.sources.parameters import RestoreParameters
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.storage.table_versions import all_there, restore_version, snapshot

HISTORY = ("runs", "work_changes")
"""Tables of history, which are never restored."""
LEFT_ALONE, RESTORED, EMPTIED = "left alone", "restored", "emptied"


@dataclass(frozen=True)
class RestoreStep:
    """The restore action for a table."""

    table: str
    action: str
    """`left alone`: unchanged since; `restored`; `emptied`: it did not exist then."""
    version: int
    """The present version."""
    wanted: int
    """The version to restore."""
    rows: int
    rows_then: int


@dataclass(frozen=True)
class Restoration:
    """The plan that restores a home to a run."""

    run: Mapping[str, Any]
    """Its row."""
    before: bool
    """Whether to the versions that it found instead of those that it left."""
    wanted: dict[str, int]
    """Versions by table; a missing table did not exist."""
    steps: list[RestoreStep]

    def summary(self) -> dict[str, Any]:
        """Return a summary for the row of the restoring run, and for output."""
        steps = [asdict(step) for step in self.steps]
        return {
            "run": self.run["run_id"],
            "flow": self.run["flow"],
            "status": self.run["status"],
            "as": "found" if self.before else "left",
            "tables": {step.pop("table"): step for step in steps},
        }


def restoration(home: Store, parameters: RestoreParameters) -> Restoration:
    """Plan the restoration of a run's versions.

    Raises:
        ArtcatError: if there is no such run or table.
        StoreError: if files of a wanted version are gone.
    """
    run, before = row_of(home, parameters.run), parameters.before
    wanted: dict[str, int] = run["versions_before" if before else "versions_after"]
    if not wanted:
        done = "found" if before else "left"
        raise ArtcatError(f"run {run['run_id']} {done} no tables: there is nothing to restore")
    return Restoration(run, before, wanted, plan(home, wanted, parameters.table))


def plan(home: Store, wanted: Mapping[str, int], table: str | None = None) -> list[RestoreStep]:
    """List the steps that restore tables to these versions, in order.

    Rows are restored before those derived from them, and removed after those. So a home in which
    only the first steps were done is like one whose last night was killed: the next run computes
    what is missing. A table without a wanted version did not exist, and is emptied.

    Raises:
        ArtcatError: if there is no such table, or it is a table of history.
        StoreError: if files of a wanted version are gone.
    """
    if table in HISTORY:
        raise ArtcatError(f"the table {table} is a table of history: it is never restored")
    names = [name for name in TABLES if name not in HISTORY]
    if table is not None and table not in names:
        raise ArtcatError(f"unknown table {table!r}: choose one of {', '.join(names)}")
    found = [_step(home, name, wanted.get(name)) for name in names if table in (None, name)]
    steps = [step for step in found if step is not None]
    growing = [step for step in steps if step.rows_then > step.rows]
    return growing + [step for step in reversed(steps) if step.rows_then <= step.rows]


def apply(home: Store, step: RestoreStep, run_id: str) -> None:
    """Carry out a step; it is idempotent.

    Raises:
        StoreError: if the table cannot be written, or files of the wanted version are gone.
    """
    now, then = snapshot(home, step.table), snapshot(home, step.table, step.wanted)
    if now is not None and then is not None and now.files != then.files:
        restore_version(home, step.table, step.wanted, run_id)


def to_do(steps: list[RestoreStep]) -> list[RestoreStep]:
    """Return the steps that change a table."""
    return [step for step in steps if step.action != LEFT_ALONE]


def _step(home: Store, name: str, wanted: int | None) -> RestoreStep | None:
    now = snapshot(home, name)
    if now is None:
        if wanted is None:
            return None
        raise StoreError(f"the table {name} is missing: version {wanted} of it cannot be restored")
    # A table's first version has no rows
    version = 0 if wanted is None else wanted
    gone = (
        f"version {version} of the table {name} is missing, so nothing was restored: `artcat "
        "maintain` keeps versions for ARTCAT_KEEP_RUNS_DAYS days; choose a later run"
    )
    try:
        then = snapshot(home, name, version)
    except TransientError:
        raise
    except StoreError as error:
        raise StoreError(f"{gone} ({error})") from error
    if then is None or not all_there(home, name, then.files.keys() - now.files.keys()):
        raise StoreError(gone)
    action = EMPTIED if wanted is None else RESTORED
    if now.files == then.files:
        action = LEFT_ALONE
    return RestoreStep(name, action, now.version, then.version, now.rows, then.rows)
