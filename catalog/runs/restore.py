"""Taking the tables of a home back to what a recorded run left, or found.

Each table gets a new version that is equal to the one of then, so nothing is lost: the run that
restores is recorded with the versions that it found, and can be taken back as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from typing import Any

from catalog.base.errors import ArtcatError, StoreError, TransientError
from catalog.runs.history import row_of
from catalog.sources.parameters import RestoreParameters
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.storage.table_versions import Snapshot, all_there, restore_version, snapshot

HISTORY = ("runs", "work_changes")
"""Tables that say what happened: it did happen, whatever is restored."""
LEFT_ALONE, RESTORED, EMPTIED = "left alone", "restored", "emptied"
_CREATED = 0
"""The version that made a table, in which it has no rows."""


@dataclass(frozen=True)
class RestoreStep:
    """What is done to a table."""

    table: str
    action: str
    """`left alone`, as it has the rows of then; `restored`; `emptied`, as it did not exist then."""
    version: int
    """As it is now."""
    wanted: int
    """The version that it is made equal to."""
    rows: int
    rows_then: int


@dataclass(frozen=True)
class Restoration:
    """What takes a home back to a run."""

    run: Mapping[str, Any]
    """Its row."""
    before: bool
    """Whether to what it found, instead of to what it left."""
    wanted: dict[str, int]
    """Versions by table; a table that is not there did not exist."""
    steps: list[RestoreStep]

    def summary(self) -> dict[str, Any]:
        """For the row of the run that restores, and for people."""
        return {
            "run": self.run["run_id"],
            "flow": self.run["flow"],
            "status": self.run["status"],
            "as": "found" if self.before else "left",
            "tables": {step.table: _summary_of(step) for step in self.steps},
        }


def restoration(home: Store, parameters: RestoreParameters) -> Restoration:
    """What is to be done.

    Raises:
        ArtcatError: if there is no such run or table.
        StoreError: if files of a wanted version are gone.
    """
    run = row_of(home, parameters.run)
    before = parameters.before
    wanted: dict[str, int] = run["versions_before" if before else "versions_after"]
    if not wanted:
        raise ArtcatError(
            f"run {run['run_id']} {'found' if before else 'left'} no tables: there is nothing to "
            "take the home back to"
        )
    return Restoration(run, before, wanted, plan(home, wanted, parameters.table))


def _summary_of(step: RestoreStep) -> dict[str, Any]:
    return {name: value for name, value in asdict(step).items() if name != "table"}


def plan(home: Store, wanted: Mapping[str, int], table: str | None = None) -> list[RestoreStep]:
    """What is to be done so that tables are as at these versions, in the order of doing it.

    Rows come back before those that are made of them, and go after those. So a home in which only
    the first steps were done is like one whose last night was killed: the next run makes what is
    missing.

    Args:
        home: where the tables are.
        wanted: versions by table; a table that is not there did not exist, and is emptied.
        table: only this one.

    Raises:
        ArtcatError: if there is no such table, or it tells what happened.
        StoreError: if files of a wanted version are gone.
    """
    _check_name(table)
    names = [name for name in TABLES if name not in HISTORY and table in (None, name)]
    found = (_step(home, name, wanted.get(name)) for name in names)
    steps = [step for step in found if step is not None]
    growing = [step for step in steps if step.rows_then > step.rows]
    return growing + [step for step in reversed(steps) if step.rows_then <= step.rows]


def apply(home: Store, step: RestoreStep, run_id: str) -> None:
    """Do a step. To do it again does nothing.

    Raises:
        StoreError: if the table cannot be written, or files of the wanted version are gone.
    """
    now, then = snapshot(home, step.table), snapshot(home, step.table, step.wanted)
    if now is not None and then is not None and now.files != then.files:
        restore_version(home, step.table, step.wanted, run_id)


def to_do(steps: list[RestoreStep]) -> list[RestoreStep]:
    """The steps that change a table."""
    return [step for step in steps if step.action != LEFT_ALONE]


def _check_name(table: str | None) -> None:
    if table in HISTORY:
        raise ArtcatError(f"the table {table} tells what happened: it is never taken back")
    if table is not None and table not in TABLES:
        known = ", ".join(name for name in TABLES if name not in HISTORY)
        raise ArtcatError(f"there is no table {table!r}: the tables are {known}")


def _step(home: Store, name: str, wanted: int | None) -> RestoreStep | None:
    now = snapshot(home, name)
    if now is None:
        if wanted is None:
            return None
        raise StoreError(f"the table {name} is gone: version {wanted} of it cannot be restored")
    then = _then(home, name, _CREATED if wanted is None else wanted, now.files.keys())
    if now.files == then.files:
        action = LEFT_ALONE
    elif wanted is None:
        action = EMPTIED
    else:
        action = RESTORED
    return RestoreStep(name, action, now.version, then.version, now.rows, then.rows)


def _then(home: Store, name: str, version: int, there: Set[str]) -> Snapshot:
    """A table as it was, if it can still be opened: `there` are files of which that is known.

    Raises:
        StoreError: if it cannot.
    """
    gone = (
        f"version {version} of the table {name} is gone, so nothing was restored: `artcat "
        "maintain` keeps what runs of the last ARTCAT_KEEP_RUNS_DAYS name; choose a later run"
    )
    try:
        then = snapshot(home, name, version)
    except TransientError:
        raise
    except StoreError as error:
        raise StoreError(f"{gone} ({error})") from error
    if then is None or not all_there(home, name, then.files.keys() - there):
        raise StoreError(gone)
    return then
