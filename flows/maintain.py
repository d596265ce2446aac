"""The flow `maintain`: compact tables, remove unreferenced files.

Run: artcat maintain --home artcat-home --dry-run
"""

from __future__ import annotations

from contextlib import nullcontext

from catalog.runs.record import Run, recorded
from catalog.sources.parameters import MaintainParameters
from catalog.storage.homes import open_existing_home, settings
from flows.results import MaintainResult
from tasks.housekeeping import compact_tables, remove_leftovers, vacuum_tables
from tasks.prefect_run import run_id


def maintain(parameters: MaintainParameters) -> Run[MaintainResult]:
    """Maintain the home; returns what was or would be done. A dry run writes nothing."""
    home, dry_run = open_existing_home(parameters.home), parameters.dry_run
    keep, result = settings(), MaintainResult(dry_run=dry_run)
    with (
        nullcontext(Run("maintain", result, None, run_id()))
        if dry_run
        else recorded(home, "maintain", result, None, run_id())
    ) as run:
        with run.step("compact"):
            result.compacted = compact_tables(home.uri, dry_run)
        with run.step("vacuum"):
            result.vacuumed = vacuum_tables(
                home.uri, keep.keep_runs_days, keep.keep_files_hours, dry_run
            )
        with run.step("leftovers"):
            result.leftovers = remove_leftovers(home.uri, keep.keep_training_days, dry_run)
    return run
