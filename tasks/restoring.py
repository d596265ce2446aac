"""The step that restores a table."""

from __future__ import annotations

from catalog.runs import restore
from catalog.runs.restore import RestoreStep
from catalog.storage.store import open_store
from tasks.task import task


@task
def restore_table(home: str, step: RestoreStep, run_id: str) -> None:
    """Restore a table to one of its versions, unless it is equal to it."""
    restore.apply(open_store(home), step, run_id)
