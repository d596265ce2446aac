"""Run history: the last runs of a home, everything recorded of one, and what it changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sql
from catalog.base.errors import ArtcatError
from catalog.base.wording import listed
from catalog.enrichment import work_changes
from catalog.storage import duck, tables
from catalog.storage.store import Store

_NO_CHANGE = "'' AS _change_type, 0 AS _commit_version, now() AS _commit_timestamp"
_JSON = ("result", "seconds", "versions_before", "versions_after")


def recent(
    home: Store, last: int, flow: str | None = None, status: str | None = None
) -> list[dict[str, Any]]:
    """List the last runs, the latest first: ids, times, status, counts of changed artworks."""
    wanted = {"last": last, "flow": flow, "status": status}
    rows = duck.rows(duck.connect(home, ("runs",)), sql.text("runs/recent"), wanted)
    return [{**row, "changes": json.loads(row["changes"] or "{}")} for row in rows]


def last_splits_basis(home: Store) -> str | None:
    """Return what splits were last made from, as a fingerprint; None if none were made."""
    row = duck.connect(home, ("runs",)).execute(sql.text("runs/last_splits_basis")).fetchone()
    return None if row is None else str(row[0])


def find(home: Store, beginning: str) -> dict[str, Any]:
    """Return everything recorded of the one run whose id begins as given, and its changes.

    Raises:
        ArtcatError: if there is none, or more than one.
    """
    found = row_of(home, beginning)
    parts = {name: found.pop(name) for name in _JSON}
    checked = parts["result"].pop("checks", [])
    return {
        "run": found,
        "counts": parts.pop("result"),
        **parts,
        "checks": checked,
        "changes": asdict(work_changes.report_of(home, found["run_id"])),
    }


def row_of(home: Store, beginning: str) -> dict[str, Any]:
    """Return the row of the one run whose id begins as given, with its JSON parsed.

    Raises:
        ArtcatError: if there is none, or more than one.
    """
    connection = duck.connect(home, ("runs",))
    rows = duck.rows(connection, sql.text("runs/beginning"), {"beginning": beginning})
    if not rows or not beginning:
        raise ArtcatError(f"there is no run {beginning[:64]!r}: `artcat runs list` shows them")
    if len(rows) > 1:
        ids = listed([row["run_id"] for row in rows])
        raise ArtcatError(f"{beginning!r} matches {ids}: give more digits")
    (row,) = rows
    return {**row, **{name: json.loads(row[name] or "{}") for name in _JSON}}


def changed_in_run(home: Store, run_id: str | None = None) -> list[dict[str, Any]]:
    """Return the artworks that a run added, changed, removed or restored.

    Each is a dict of `artwork_id`, `kind`, `reasons`, `artist` and `title`. The run is given by
    its id or its beginning; by default it is the last that changed an artwork. A run that enriches
    reports each artwork in `work_changes`, so this agrees with what it counted.

    Raises:
        ArtcatError: if there is no such run.
    """
    if run_id is None:
        last = duck.connect(home, ("runs",)).execute(sql.text("runs/last_changing")).fetchone()
        if last is None:
            return []
        (run_id,) = last
    run = row_of(home, run_id)
    if run["status"] == "completed" and "reported" in run["result"]:
        names = ("artwork_id", "kind", "reasons", "artist", "title")
        rows = work_changes.report_of(home, run["run_id"], examples=None).examples
        return [{name: row[name] for name in names} for row in rows]
    connection = duck.connect(home, ("artworks", "images"))
    for name in ("artworks", "images"):
        first, last = run["versions_before"].get(name, 0) + 1, run["versions_after"].get(name, 0)
        changed = f"SELECT *, {_NO_CHANGE} FROM {name} LIMIT 0"  # noqa: S608
        if first <= last:
            connection.register("feed", tables.change_feed(home, name, first, last))
            changed = "FROM feed"
        connection.execute(f"CREATE TEMP TABLE {name}_feed AS {changed}")
    connection.execute(f"CREATE TEMP TABLE facts AS {sql.text('artworks/changed')}")
    return duck.rows(connection, sql.text("artworks/ingested"))
