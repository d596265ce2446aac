"""Versions of a table: their commits and files, and restoring one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from catalog.base.arrow import values
from catalog.base.errors import StoreError
from catalog.storage.access import delta_options
from catalog.storage.schemas import stated_in
from catalog.storage.store import Store
from catalog.storage.tables import (
    KEEP_THE_LOG,
    attempt,
    open_table,
    retry_on_conflict,
    retry_transient,
    table_uri,
    translate_errors,
)

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
    bytes: int
    files: dict[str, int] = field(repr=False)
    """Bytes of its files by their paths, relative to the table."""


@dataclass(frozen=True)
class Commit:
    """The commit of a version."""

    version: int
    at: datetime
    operation: str
    inserted: int | None
    """Rows; None where the operation does not report them."""
    updated: int | None
    deleted: int | None


def snapshot(
    store: Store, name: str, version: int | None = None, *, of_any_schema: bool = False
) -> Snapshot | None:
    """Describe a table at a version, by default the latest; None if it does not exist.

    Raises:
        SchemaError: if it has another schema version, unless any is accepted.
        StoreError: if the version cannot be opened.
    """
    what = f"the table {name}" if version is None else f"version {version} of the table {name}"
    with translate_errors(f"open {what}"):
        try:
            return _snapshot(store, name, version, of_any_schema)
        except TableNotFoundError:
            return None


@retry_transient
def _snapshot(store: Store, name: str, version: int | None, of_any_schema: bool) -> Snapshot:
    table = open_table(store, name, version, of_any_schema=of_any_schema)
    files = pa.table(table.get_add_actions(flatten=True))
    return Snapshot(
        table.version(),
        stated_in(table.metadata().configuration),
        table.count(),
        sum(values(files, "size_bytes")),
        dict(zip(values(files, "path"), values(files, "size_bytes"), strict=True)),
    )


def all_there(store: Store, name: str, files: Iterable[str]) -> bool:
    """Return whether all these files of a table still exist."""
    return all(store.exists(f"tables/{name}/{path}") for path in files)


def commits(store: Store, name: str, last: int | None = None) -> list[Commit]:
    """List the commits of the last versions of a table, the latest first.

    Raises:
        StoreError: if there is no such table, or it cannot be read.
    """
    with translate_errors(f"read the versions of the table {name}"):
        try:
            table = retry_transient(open_table)(store, name, of_any_schema=True)
            return [_commit(entry) for entry in retry_transient(table.history)(last)]
        except TableNotFoundError as error:
            raise StoreError(f"there is no table {name} in {store.uri} yet") from error


def restore_version(store: Store, name: str, version: int, run_id: str) -> None:
    """Restore a table to one of its versions by a new version: none is lost.

    If other writers change the table meanwhile, it is retried on their result.

    Args:
        store: the home.
        name: of the table.
        version: the one to restore.
        run_id: of the run that restores, recorded in the table's log.

    Raises:
        StoreError: if a file of that version is gone, or the table cannot be written.
    """
    commit = CommitProperties(custom_metadata={"artcat.run": run_id}, max_commit_retries=0)
    attempt(
        f"restore version {version} of the table {name}",
        retry_on_conflict(
            lambda: open_table(store, name).restore(
                version, commit_properties=commit, post_commithook_properties=KEEP_THE_LOG
            )
        ),
    )


def _commit(entry: dict[str, Any]) -> Commit:
    metrics = entry.get("operationMetrics") or {}
    return Commit(
        version=entry["version"],
        at=datetime.fromtimestamp(entry["timestamp"] / 1000, UTC),
        operation=entry.get("operation", "unknown").lower(),
        **{
            kind: next((int(metrics[name]) for name in names if name in metrics), None)
            for kind, names in _ROWS.items()
        },
    )


def overwrite(store: Store, name: str, rows: pa.RecordBatchReader) -> None:
    """Replace all rows of a table by others, as its next version."""
    write_deltalake(
        *(table_uri(store, name), rows),
        mode="overwrite",
        storage_options=delta_options(store),
        post_commithook_properties=KEEP_THE_LOG,
    )
