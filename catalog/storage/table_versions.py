"""Versions of a table: their files, commits and runs; restoring one; overview of all tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

import sql
from catalog.base.arrow import values
from catalog.base.errors import ArtcatError, StoreError
from catalog.storage import duck
from catalog.storage.access import delta_options
from catalog.storage.schemas import TABLES, stated_in
from catalog.storage.store import Store
from catalog.storage.tables import KEEP_THE_LOG, attempt, open_table, table_uri

_ROWS = {
    "inserted": ("num_target_rows_inserted", "num_added_rows", "num_inserted_rows"),
    "updated": ("num_target_rows_updated", "num_updated_rows"),
    "deleted": ("num_target_rows_deleted", "num_deleted_rows"),
}
"""delta-rs's metrics of changed rows, by kind of change."""


@dataclass(frozen=True)
class Snapshot:
    """A table at one of its versions."""

    version: int
    schema_version: str
    rows: int
    files: dict[str, int] = field(repr=False)
    """Bytes of its files by their paths, relative to the table."""


def snapshot(
    store: Store, name: str, version: int | None = None, *, of_any_schema: bool = False
) -> Snapshot | None:
    """Describe a table at a version, by default the latest; None if it does not exist.

    Raises:
        SchemaError: if it has another schema version, unless any is accepted.
        StoreError: if the version cannot be opened.
    """

    def look_up() -> Snapshot | None:
        try:
            table = open_table(store, name, version, of_any_schema=of_any_schema)
        except TableNotFoundError:
            return None
        files = pa.table(table.get_add_actions(flatten=True))
        sizes = dict(zip(values(files, "path"), values(files, "size_bytes"), strict=True))
        stated = stated_in(table.metadata().configuration)
        return Snapshot(table.version(), stated, table.count(), sizes)

    at = "" if version is None else f"version {version} of "
    return attempt(f"open {at}the table {name}", look_up)


def all_there(store: Store, name: str, files: Iterable[str]) -> bool:
    """Return whether all these files of a table still exist."""
    return all(store.exists(f"tables/{name}/{path}") for path in files)


def commits(store: Store, name: str, last: int | None = None) -> list[dict[str, Any]]:
    """List the commits of the last versions of a table, the latest first.

    Each has `version`, `at`, `operation`, and the numbers of `inserted`, `updated` and `deleted`
    rows, None where the operation does not report them.

    Raises:
        StoreError: if there is no such table, or it cannot be read.
    """

    def look_up() -> list[dict[str, Any]]:
        try:
            return open_table(store, name, of_any_schema=True).history(last)
        except TableNotFoundError as error:
            raise StoreError(f"there is no table {name} in {store.uri} yet") from error

    found = []
    for entry in attempt(f"read the versions of the table {name}", look_up):
        metrics = entry.get("operationMetrics") or {}
        changed = {
            kind: next((int(metrics[n]) for n in names if n in metrics), None)
            for kind, names in _ROWS.items()
        }
        at = datetime.fromtimestamp(entry["timestamp"] / 1000, UTC)
        operation = entry.get("operation", "unknown").lower()
        found.append({"version": entry["version"], "at": at, "operation": operation, **changed})
    return found


def history(home: Store, name: str, last: int | None = None) -> list[dict[str, Any]]:
    """List the last versions of a table as `commits` does, each with its `runs`.

    Those are the runs (`run_id`, `flow`) during which it was committed: one, unless runs went side
    by side, and none if the run was killed or the writing command is not a run.

    Raises:
        ArtcatError: if there is no such table.
    """
    if name not in TABLES:
        raise ArtcatError(f"unknown table {name!r}: choose one of {', '.join(TABLES)}")
    made = commits(home, name, last)
    rows = duck.connect(home, ("runs",)).execute(sql.text("runs/of_table"), {"table_name": name})
    runs = rows.fetchall()
    for commit in made:
        commit["runs"] = [
            {"run_id": run_id, "flow": flow}
            for run_id, flow, before, after in runs
            if before < commit["version"] <= after
        ]
    return made


def overview(home: Store) -> list[dict[str, Any]]:
    """List the existing tables: rows, version, bytes and number of files, last change, schema.

    The bytes are those of the current version; earlier versions take more. A table of
    another schema version is included.

    Raises:
        StoreError: if a table cannot be read.
    """
    return [
        {
            "table": name,
            "rows": now.rows,
            "version": now.version,
            "bytes": sum(now.files.values()),
            "files": len(now.files),
            "changed_at": commits(home, name, 1)[0]["at"],
            "schema_version": now.schema_version,
        }
        for name in TABLES
        if (now := snapshot(home, name, of_any_schema=True)) is not None
    ]


def restore_version(store: Store, name: str, version: int, run_id: str) -> None:
    """Restore a table to one of its versions by a new version: none is lost.

    If other writers change the table meanwhile, it is retried on their result. The table's log
    names the run that restores.

    Raises:
        StoreError: if a file of that version is gone, or the table cannot be written.
    """
    commit = CommitProperties(custom_metadata={"artcat.run": run_id}, max_commit_retries=0)
    attempt(
        f"restore version {version} of the table {name}",
        lambda: open_table(store, name).restore(
            version, commit_properties=commit, post_commithook_properties=KEEP_THE_LOG
        ),
    )


def overwrite(store: Store, name: str, rows: pa.RecordBatchReader) -> None:
    """Replace all rows of a table by others, as its next version."""
    write_deltalake(
        *(table_uri(store, name), rows),
        mode="overwrite",
        storage_options=delta_options(store),
        post_commithook_properties=KEEP_THE_LOG,
    )
