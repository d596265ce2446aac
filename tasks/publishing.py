"""The step that publishes tables for analysts."""

from __future__ import annotations

from catalog.publishing import publish as published
from catalog.storage.store import open_store
from tasks.task import task


@task
def publish(home: str) -> bool:
    """Replace the published files if `enriched` has changed; return whether it had."""
    return published.publish(open_store(home))
