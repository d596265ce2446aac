"""The runs that a home remembers: the last ones, and all that is known of one."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sql
from catalog.base.errors import ArtcatError
from catalog.enrichment import work_changes
from catalog.storage import duck
from catalog.storage.store import Store

_JSON = ("counts", "seconds", "versions_before", "versions_after")


def recent(
    home: Store, last: int, flow: str | None = None, status: str | None = None
) -> list[dict[str, Any]]:
    """The last runs, the latest first: ids, times, how they ended, how many works changed."""
    wanted = {"last": last, "flow": flow, "status": status}
    rows = duck.arrow(duck.connect(home, ("runs",)), sql.text("runs/recent"), dict(wanted))
    return [
        {**row, "changes": json.loads(row["changes"]) if row["changes"] else {}}
        for row in rows.to_pylist()
    ]


def last_count(home: Store, name: str) -> str | None:
    """Return what the last completed run that counted it has under a name; None if none has."""
    connection = duck.connect(home, ("runs",))
    row = connection.execute(sql.text("runs/last_count"), {"path": f"$.{name}"}).fetchone()
    return None if row is None else str(row[0])


def find(home: Store, beginning: str) -> dict[str, Any]:
    """All that is recorded of the one run whose id begins as given, and what it changed.

    Raises:
        ArtcatError: if there is none, or more than one.
    """
    found = row_of(home, beginning)
    parts = {name: found.pop(name) for name in _JSON}
    checked = parts["counts"].pop("checks", [])
    return {
        "run": found,
        **parts,
        "checks": checked,
        "changes": asdict(work_changes.report_of(home, found["run_id"])),
    }


def row_of(home: Store, beginning: str) -> dict[str, Any]:
    """The row of the one run whose id begins as given, with its JSON as values.

    Raises:
        ArtcatError: if there is none, or more than one.
    """
    connection = duck.connect(home, ("runs",))
    rows = duck.arrow(connection, sql.text("runs/beginning"), {"beginning": beginning}).to_pylist()
    if not rows or not beginning:
        raise ArtcatError(f"there is no run {beginning[:64]!r}: `artcat runs list` shows them")
    if len(rows) > 1:
        ids = ", ".join(row["run_id"] for row in rows[:3])
        more = ", ..." if len(rows) > 3 else ""  # noqa: PLR2004
        raise ArtcatError(f"{beginning!r} could be any of {ids}{more}: give more of it")
    (row,) = rows
    return {**row, **{name: json.loads(row[name] or "{}") for name in _JSON}}
