"""Steps on tables: check, publish, maintain, restore."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.ingestion import checks
from catalog.publishing import publish as published
from catalog.runs import restore
from catalog.runs.restore import RestoreStep
from catalog.storage import maintenance
from catalog.storage.store import open_store
from tasks.task import task


@task
def check_table(home: str, table: str, name: str | None) -> list[dict[str, Any]]:
    """Run the checks of a table; return their results. A failed check stops the run."""
    return checks.check_table(open_store(home), table, name)


@task
def publish(home: str) -> bool:
    """Replace the published files if `enriched` has changed; return whether it had."""
    return published.publish(open_store(home))


@task
def compact_tables(home: str, dry_run: bool) -> dict[str, dict[str, int]]:
    """Compact the small files of each table; return the number of files before and after."""
    return maintenance.compact_tables(open_store(home), dry_run=dry_run)


@task
def vacuum_tables(home: str, runs_days: int, hours: int, dry_run: bool) -> dict[str, Any]:
    """Remove files of tables needed by no version to keep; return what was removed, by table."""
    since = datetime.now(UTC) - timedelta(days=runs_days)
    done = maintenance.vacuum_tables(open_store(home), since, hours, dry_run=dry_run)
    return {name: asdict(removed) for name, removed in done.items()}


@task
def remove_leftovers(home: str, training_days: int, dry_run: bool) -> dict[str, Any]:
    """Remove unreferenced objects; return what was removed, by kind."""
    store = open_store(home)
    before = datetime.now(UTC) - timedelta(days=training_days)
    done = {
        "shards": maintenance.remove_shards(store, dry_run=dry_run),
        "trainings": maintenance.remove_trainings(store, before, dry_run=dry_run),
        "unfinished": maintenance.remove_unfinished(store, dry_run=dry_run),
    }
    return {name: asdict(removed) for name, removed in done.items() if removed.objects}


@task
def restore_table(home: str, step: RestoreStep, run_id: str) -> None:
    """Restore a table to one of its versions, unless it is equal to it."""
    restore.apply(open_store(home), step, run_id)
