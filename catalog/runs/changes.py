"""Artworks that a run changed, from its report or from the tables' change feeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sql
from catalog.enrichment import work_changes
from catalog.runs import history
from catalog.storage import duck, tables
from catalog.storage.store import Store

_FEEDS = ("artworks", "images")
_NO_CHANGE = "'' AS _change_type, 0 AS _commit_version, now() AS _commit_timestamp"


def changed_in_run(home: Store, run_id: str | None = None) -> list[dict[str, Any]]:
    """Return the artworks that a run added, changed, removed or restored.

    A run that enriches reports each of them in `work_changes`, so this agrees with what it counted.

    Args:
        home: where the tables are.
        run_id: of the run, or its beginning; by default the last run that changed an artwork.

    Returns:
        Dicts of `artwork_id`, `kind`, `reasons`, `artist` and `title`.

    Raises:
        ArtcatError: if there is no such run.
    """
    if run_id is None:
        connection = duck.connect(home, ("runs",))
        last = connection.execute(sql.text("runs/last_changing")).fetchone()
        if last is None:
            return []
        (run_id,) = last
    run = history.row_of(home, run_id)
    if run["status"] == "completed" and "reported" in run["result"]:
        names = ("artwork_id", "kind", "reasons", "artist", "title")
        rows = work_changes.report_of(home, run["run_id"], examples=None).examples
        return [{name: row[name] for name in names} for row in rows]
    return _changed_between(home, run["versions_before"], run["versions_after"])


def _changed_between(
    home: Store, before: Mapping[str, int], after: Mapping[str, int]
) -> list[dict[str, Any]]:
    connection = duck.connect(home, _FEEDS)
    for name in _FEEDS:
        first, last = before.get(name, 0) + 1, after.get(name, 0)
        changed = f"SELECT *, {_NO_CHANGE} FROM {name} LIMIT 0"  # noqa: S608
        if first <= last:
            connection.register("feed", tables.change_feed(home, name, first, last))
            changed = "FROM feed"
        connection.execute(f"CREATE TEMP TABLE {name}_feed AS {changed}")
    connection.execute(f"CREATE TEMP TABLE facts AS {sql.text('artworks/changed')}")
    return duck.arrow(connection, sql.text("artworks/ingested")).to_pylist()
