"""The step that takes a table back."""

from __future__ import annotations

from catalog.runs import restore
from catalog.runs.restore import RestoreStep
from catalog.storage.store import open_store
from tasks.task import task


@task
def restore_table(home: str, step: RestoreStep, run_id: str) -> None:
    """Make a table equal to one of its versions; nothing happens if it is."""
    restore.apply(open_store(home), step, run_id)
