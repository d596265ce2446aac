"""The flow `restore`: restore a home's tables to a recorded run, and publish.

Run: artcat restore --run 3f2a --home artcat-home
"""

from __future__ import annotations

from catalog.base.errors import StoreError
from catalog.runs.record import Run, record_start, recorded
from catalog.runs.restore import plan, restoration, to_do
from catalog.sources.parameters import RestoreParameters
from catalog.storage.homes import open_existing_home
from flows.results import RestoreResult
from tasks.housekeeping import publish, restore_table
from tasks.prefect_run import run_id
from tasks.reporting import report_changes

REASON = "restored"
"""The reason for changes in `work_changes`."""


def restore(parameters: RestoreParameters) -> Run[RestoreResult]:
    """Restore tables; returns what was done to each, and which artworks changed.

    It can be killed at any moment and run again to finish.
    """
    home = open_existing_home(parameters.home)
    result = RestoreResult(dry_run=parameters.dry_run)
    if parameters.dry_run:
        result.restored = restoration(home, parameters).summary()
        return Run("restore", result, None, run_id())
    with recorded(home, "restore", result, None, run_id()) as run:
        wanted = restoration(home, parameters)
        result.restored = wanted.summary()
        aim = {step.table: step.wanted for step in wanted.steps}
        record_start(home, run, {**run.versions_before, **aim})
        with run.step("restore"):
            for step in to_do(wanted.steps):
                restore_table(home.uri, step, run.run_id)
            if written := to_do(plan(home, wanted.wanted, parameters.table)):
                raise StoreError(
                    f"another run wrote to {', '.join(step.table for step in written)} meanwhile: "
                    "wait until it has ended, then run the same command again"
                )
        with run.step("report"):
            result.update_from(report_changes(home.uri, run.run_id, None, REASON))
        with run.step("publish"):
            result.published = publish(home.uri)
    return run
