"""Overview of a home's tables, and the history of their versions by run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import sql
from catalog.base.errors import ArtcatError
from catalog.storage import duck
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.storage.table_versions import Commit, commits, snapshot


def overview(home: Store) -> list[dict[str, Any]]:
    """List the existing tables: rows, version, bytes and number of files, last change, schema.

    The bytes are those of the current version; earlier versions take more. A table of
    another schema version is included.

    Raises:
        StoreError: if a table cannot be read.
    """
    return [row for name in TABLES if (row := _overview(home, name)) is not None]


def _overview(home: Store, name: str) -> dict[str, Any] | None:
    now = snapshot(home, name, of_any_schema=True)
    if now is None:
        return None
    return {
        "table": name,
        "rows": now.rows,
        "version": now.version,
        "bytes": now.bytes,
        "files": len(now.files),
        "changed_at": commits(home, name, 1)[0].at,
        "schema_version": now.schema_version,
    }


def history(home: Store, name: str, last: int | None = None) -> list[dict[str, Any]]:
    """List the last versions of a table, the latest first: time, operation, run.

    A version has the ids of the runs during which it was committed: of one, unless runs went side
    by side, and of none if the run was killed or the writing command is not a run.

    Raises:
        ArtcatError: if there is no such table.
    """
    if name not in TABLES:
        raise ArtcatError(f"unknown table {name!r}: choose one of {', '.join(TABLES)}")
    made = commits(home, name, last)
    runs = _runs_of(home, name, [commit.version for commit in made])
    return [_version(commit, runs.get(commit.version, [])) for commit in made]


def _version(commit: Commit, runs: list[dict[str, str]]) -> dict[str, Any]:
    return {**asdict(commit), "runs": runs}


def _runs_of(home: Store, name: str, versions: Collection[int]) -> dict[int, list[dict[str, str]]]:
    """Return runs (`run_id`, `flow`) by the versions of a table that they committed."""
    if not versions:
        return {}
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = duck.connect(home, ("runs",)).execute(sql.text("runs/of_table"), {"table_name": name})
    for run_id, flow, before, after in rows.fetchall():
        for version in versions:
            if before < version <= after:
                found[version].append({"run_id": run_id, "flow": flow})
    return found
