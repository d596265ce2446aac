"""Recording of runs: results, table versions and the seconds of each step."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from catalog.base.errors import CheckError, StoreError
from catalog.base.log_lines import current_run, fields
from catalog.base.results import RunResult
from catalog.enrichment.work_changes import ReportedChanges, all_reported
from catalog.runs.damage import DERIVED, Damage, find_damage
from catalog.runs.repair import Repaired, repair
from catalog.storage import digests, tables
from catalog.storage.duck import translate_errors
from catalog.storage.homes import settings
from catalog.storage.lease import Lease, held
from catalog.storage.store import Store

_LOG = logging.getLogger("artcat.steps")
ARTWORKS, MODELS = "works", "models"
"""The leases of a home. Nightly runs and long training runs do not wait for each other."""
_WRITTEN_BY = {
    **dict.fromkeys(("train", "tune", "compare", "evaluate"), (MODELS,)),
    **dict.fromkeys(("restore", "repair", "promote", "rollback", "import"), (ARTWORKS, MODELS)),
}
"""The leases that a flow holds, unless it needs that of the artworks alone."""


R = TypeVar("R", bound=RunResult)
R_co = TypeVar("R_co", bound=RunResult, covariant=True)


@dataclass
class RepairResult(ReportedChanges, RunResult):
    """What was repaired before a run, or by `artcat repair`."""

    repaired: dict[str, str] = field(default_factory=dict)
    """What was damaged and what is lost, by table."""


@dataclass
class Run(Generic[R_co]):
    """The current run. `result` is filled by its steps, `seconds` by `step`."""

    flow: str
    result: R_co
    catalog: str | None
    run_id: str
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict)
    versions_before: dict[str, int] = field(default_factory=dict)
    versions_after: dict[str, int] = field(default_factory=dict)
    leases: list[Lease] = field(default_factory=list)
    """Leases that exclude other writers."""

    def check_leases(self) -> None:
        """Raise StoreError if another run has taken over the home."""
        for lease in self.leases:
            lease.check()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time and log a step of the run; repeated steps are added up."""
        self.check_leases()
        start, known = time.monotonic(), dict(vars(self.result))
        _LOG.info("step %s begins", name, extra=fields(step=name))
        how = "failed"
        try:
            yield
            how = "ended"
        finally:
            spent = time.monotonic() - start
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)
            counted = {  # what the step added to the result, as far as it fits on a line
                count: value
                for count, value in vars(self.result).items()
                if isinstance(value, int | float | str) and known.get(count) != value
            }
            shown = ", ".join(f"{count} {value}" for count, value in counted.items())
            about = fields(step=name, seconds=round(spent, 3), counts=counted)
            details = f": {shown}" if shown else ""
            _LOG.info("step %s %s after %.1f s%s", name, how, spent, details, extra=about)

    def summary(self) -> dict[str, Any]:
        """Return what a command prints with `--json`."""
        return {
            "run_id": self.run_id,
            **self.result.as_dict(),
            "table_versions": self.versions_after,
            "seconds": self.seconds,
        }


@contextmanager
def recorded(
    home: Store, flow: str, result: R, catalog: str | None = None, run_id: str | None = None
) -> Iterator[Run[R]]:
    """Record a run as one row of `runs`, whether it fails or not, while no other run writes.

    Raises:
        StoreError: if another run is still writing to the home after `writer_wait` seconds.
    """
    run_id = run_id or uuid.uuid4().hex
    with writing(home, flow, run_id) as leases:
        found = find_damage(home)
        for damage in found:
            if damage.table not in DERIVED:  # the current run recomputes derived ones
                raise StoreError(
                    f"the table {damage.table} of {home.uri} {damage}: run `artcat repair --home "
                    f"{home.uri}`, which restores the published copy and reports what is lost"
                )
        for repaired in repair_tables(home, leases, found):
            _LOG.warning("the table %s %s", repaired.damage.table, repaired)
        with record_run(home, Run(flow, result, catalog, run_id, leases=leases)) as run:
            yield run
        leases.clear()  # Prefect may pickle what a flow returns


@contextmanager
def writing(home: Store, flow: str, run_id: str = "") -> Iterator[list[Lease]]:
    """Exclude other writers from the home; at the end record digests of the tables' files.

    Raises:
        StoreError: if another run is still writing to the home after `writer_wait` seconds.
    """
    run_id = run_id or uuid.uuid4().hex
    with ExitStack() as stack:
        yield [
            stack.enter_context(held(home, kind, flow, run_id, settings().writer_wait))
            for kind in _WRITTEN_BY.get(flow, (ARTWORKS,))
        ]
        with suppress(StoreError):  # the next run records them
            digests.record(home)


def repair_tables(home: Store, leases: list[Lease], damages: list[Damage]) -> list[Repaired]:
    """Repair tables in a run of its own, so that the repair is not reported as changes.

    Raises:
        StoreError: if a table cannot be written.
    """
    if not damages:
        return []
    order = sorted(damages, key=lambda damage: damage.table != "runs")  # records need it
    done = [repair(home, damage) for damage in order]
    result = RepairResult(repaired={each.damage.table: str(each) for each in done})
    with record_run(home, Run("repair", result, None, uuid.uuid4().hex, leases=leases)):
        if {"enriched", "artworks"} & set(result.repaired):
            result.update_from(all_reported(home))
    return done


@contextmanager
def record_run(home: Store, run: Run[R]) -> Iterator[Run[R]]:
    """Record a run as one row of `runs`, whether it fails or not; its leases are held."""
    run.versions_before = tables.versions(home)
    current_run.update(run=run.run_id, flow=run.flow)
    _LOG.info("run of %s begins", run.flow, extra=fields(run=run.run_id, home=home.uri))
    try:
        with translate_errors():
            yield run
            run.check_leases()
    except BaseException as error:
        if isinstance(error, CheckError):
            run.result.checks += error.results
        try:
            _write(home, run, "failed", str(error) or type(error).__name__)
        except StoreError as second:  # the first error is the one to report
            error.add_note(f"the run could not be recorded either: {second}")
        raise
    else:
        _write(home, run, "completed", None)
        run.versions_after["runs"] = tables.version_of(home, "runs") or 0
    finally:
        current_run.clear()


def record_start(home: Store, run: Run[RunResult], versions: dict[str, int]) -> None:
    """Record a run as `started` before its end, so that a killed run is in the history.

    `maintain` keeps the versions that it found from now on, and those that it is about to write.
    """
    run.versions_after = versions
    _merge(home, run, "started", None, None)


def _write(home: Store, run: Run[RunResult], status: str, error: str | None) -> None:
    run.versions_after = tables.versions(home)
    ended_at = datetime.now(UTC)
    _merge(home, run, status, error, ended_at)
    spent = (ended_at - run.started_at).total_seconds()
    about = fields(run=run.run_id, status=status, seconds=round(spent, 3), reason=error)
    _LOG.info("run of %s %s after %.1f s", run.flow, status, spent, extra=about)


def _merge(
    home: Store, run: Run[RunResult], status: str, error: str | None, ended_at: datetime | None
) -> None:
    known = {name: value for name, value in run.result.as_dict().items() if value is not None}
    row = {
        "run_id": run.run_id,
        "flow": run.flow,
        "catalog": run.catalog,
        "status": status,
        "started_at": run.started_at,
        "ended_at": ended_at,
        "result": json.dumps(known, sort_keys=True),
        "seconds": json.dumps(run.seconds),
        "versions_before": json.dumps(run.versions_before, sort_keys=True),
        "versions_after": json.dumps(run.versions_after, sort_keys=True),
        "error": error,
    }
    tables.merge(home, "runs", [row])
