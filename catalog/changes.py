"""What changed in `artworks` between two of its versions, from Delta's change feed."""

from __future__ import annotations

import json
from typing import Any

import sql
from catalog import duck, tables
from catalog.errors import ArtcatError
from catalog.schemas import TABLES
from catalog.store import Store


def changed_in_run(home: Store, run_id: str | None = None) -> list[dict[str, Any]]:
    """The works that a run added, changed, marked as removed or found again.

    Args:
        home: where the tables are.
        run_id: of the run, or its beginning; the last run that changed a work by default.

    Raises:
        ArtcatError: if there is no such run.
    """
    connection = duck.connect(home, ("runs",))
    row = connection.execute(sql.text("runs/versions"), {"run_id": run_id}).fetchone()
    if row is None:
        if run_id is None:
            return []
        raise ArtcatError(f"there is no run {run_id}: `artcat status` shows the last ones")
    before = json.loads(row[0]).get("artworks", 0)
    after = json.loads(row[1]).get("artworks", 0)
    return changed_between(home, before, after)


def changed_between(home: Store, before: int, after: int) -> list[dict[str, Any]]:
    """The works that differ between two versions of `artworks`, and how."""
    if after <= before:
        return []
    connection = duck.connect()
    feed = tables.change_feed(home, "artworks", before + 1, after)
    connection.register("feed", feed)
    connection.register("now", TABLES["artworks"].schema.empty_table())
    # The feed of a table that was restored to an earlier version's columns lacks those of now.
    connection.execute("CREATE TABLE artworks_feed AS FROM now UNION ALL BY NAME FROM feed")
    return duck.arrow(connection, sql.text("artworks/changed")).to_pylist()
