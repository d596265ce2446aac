"""The flow `maintain`: compact tables, remove unreferenced files.

Run: artcat maintain --home artcat-home --dry-run
"""

from __future__ import annotations

from typing import Any

from catalog.runs.record import Run, recorded
from catalog.sources.parameters import MaintainParameters
from catalog.storage.homes import open_existing_home, settings
from catalog.storage.store import Store
from flows.quiet import run_id
from tasks.housekeeping import compact_tables, remove_leftovers, vacuum_tables


def maintain(parameters: MaintainParameters) -> dict[str, Any]:
    """Maintain the home; returns what was or would be done. A dry run writes nothing."""
    home = open_existing_home(parameters.home)
    if parameters.dry_run:
        run = Run("maintain", None, run_id())
        _steps(run, home, dry_run=True)
        return run.summary()
    with recorded(home, "maintain", None, run_id()) as run:
        _steps(run, home, dry_run=False)
    return run.summary()


def _steps(run: Run, home: Store, *, dry_run: bool) -> None:
    keep = settings()
    run.counts["dry_run"] = dry_run
    with run.step("compact"):
        run.counts["compacted"] = compact_tables(home.uri, dry_run)
    with run.step("vacuum"):
        run.counts["vacuumed"] = vacuum_tables(
            home.uri, keep.keep_runs_days, keep.keep_files_hours, dry_run
        )
    with run.step("leftovers"):
        run.counts["leftovers"] = remove_leftovers(home.uri, keep.keep_training_days, dry_run)
