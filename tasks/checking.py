"""The step that checks a written table."""

from __future__ import annotations

from typing import Any

from catalog.ingestion import checks
from catalog.storage.store import open_store
from tasks.task import task


@task
def check_table(home: str, table: str, name: str | None) -> list[dict[str, Any]]:
    """Run the checks of a table; return their results. A failed check stops the run."""
    return checks.check_table(open_store(home), table, name)
