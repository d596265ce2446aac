"""The one place that opens and writes a Delta table."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from tenacity import (
    retry,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from catalog.access import delta_options
from catalog.errors import PassingError, StoreError
from catalog.schemas import SCHEMA_VERSION, TABLES, TableSpec
from catalog.store import Store

_PASSING = "Generic S3 error"
"""What delta-rs begins with where S3 failed, and neither refused a key nor misses an object."""
_DRAWN = re.compile("\x1b\\[[0-9;]*m|[↳├╰─▶│]")
_LONGEST = 300

SLICE_ROWS = 200_000
"""Rows merged at a time: delta-rs holds a merge in memory."""


def _passes(error: BaseException) -> bool:
    """Whether S3 failed for the moment: delta-rs repeats what was refused, not what was cut."""
    told = str(error)
    return (
        isinstance(error, DeltaError | OSError) and _PASSING in told and "NoSuchBucket" not in told
    )


_again = retry(
    retry=retry_if_exception(_passes),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    stop=stop_after_attempt(6),
    reraise=True,
)


@dataclass(frozen=True)
class Written:
    """What a merge did to a table."""

    inserted: int = 0
    updated: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.inserted + other.inserted, self.updated + other.updated)

    @property
    def changed(self) -> int:
        """Rows inserted or updated."""
        return self.inserted + self.updated


def table_uri(store: Store, name: str) -> str:
    """Where a table lies."""
    return store.uri_of(f"tables/{name}")


@_again
def table_exists(store: Store, name: str) -> bool:
    """Whether the table has been created."""
    return DeltaTable.is_deltatable(table_uri(store, name), storage_options=delta_options(store))


@_again
def version_of(store: Store, name: str) -> int | None:
    """The table's latest version, None if it does not exist."""
    try:
        return DeltaTable(table_uri(store, name), storage_options=delta_options(store)).version()
    except TableNotFoundError:
        return None


def versions(store: Store) -> dict[str, int]:
    """The latest version of every table that exists."""
    found = {name: version_of(store, name) for name in TABLES}
    return {name: version for name, version in found.items() if version is not None}


def change_feed(store: Store, name: str, first: int, last: int) -> pa.Table:
    """The rows that versions of a table inserted, updated or deleted: Delta's change feed.

    Beside the table's columns: `_change_type`, `_commit_version`, `_commit_timestamp`.
    """
    table = DeltaTable(table_uri(store, name), storage_options=delta_options(store))
    return pa.table(table.load_cdf(starting_version=first, ending_version=last))


def merge(store: Store, name: str, rows: pa.Table) -> Written:
    """Insert or update rows by the table's key; equal rows are left alone.

    Repeated keys among the rows are reduced to the last one. If nothing differs, no version is
    committed. Safe against other writers: a conflict is tried again on the table as it then is.

    Args:
        store: the home.
        name: a table in `catalog.schemas.TABLES`.
        rows: columns of the table; missing ones become null, an unknown one is a KeyError.

    Raises:
        ValueError: if a row lacks a part of its key.
        StoreError: if the table cannot be written.
    """
    spec = TABLES[name]
    rows = _last_per_key(_conform(rows, spec), spec)
    total = Written()
    for start in range(0, rows.num_rows, SLICE_ROWS):
        try:
            total += _merge_slice(store, spec, rows.slice(start, SLICE_ROWS))
        except (DeltaError, OSError) as error:
            kind = PassingError if _passes(error) else StoreError
            raise kind(f"cannot write the table {name}: {_one_line(error)}") from error
    return total


def _conform(rows: pa.Table, spec: TableSpec) -> pa.Table:
    unknown = set(rows.column_names) - set(spec.schema.names)
    if unknown:
        raise KeyError(f"{spec.name} has no column {sorted(unknown)}")
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in spec.schema
    ]
    conformed = pa.table(columns, schema=spec.schema)
    if nameless := [key for key in spec.key if conformed[key].null_count]:
        raise ValueError(f"rows of {spec.name} lack {', '.join(nameless)}, which is in their key")
    return conformed


def _last_per_key(rows: pa.Table, spec: TableSpec) -> pa.Table:
    keys = rows.select(list(spec.key)).append_column("row", pa.array(range(rows.num_rows)))
    last = keys.group_by(list(spec.key)).aggregate([("row", "max")])["row_max"]
    return rows if len(last) == rows.num_rows else rows.take(last.take(pc.sort_indices(last)))


@_again
@retry(
    retry=retry_if_exception_type(CommitFailedError),
    wait=wait_random_exponential(multiplier=0.1, max=5),
    stop=stop_after_attempt(20),
    reraise=True,
)
def _merge_slice(store: Store, spec: TableSpec, rows: pa.Table) -> Written:
    table = _open_or_create(store, spec)
    others = [n for n in spec.schema.names if n not in spec.key]
    same_key = " AND ".join(f't."{n}" = s."{n}"' for n in spec.key)
    differs = " OR ".join(f'(t."{n}" IS DISTINCT FROM s."{n}")' for n in others)
    done = (
        table.merge(
            rows,
            predicate=same_key,
            source_alias="s",
            target_alias="t",
            # Only files whose keys the rows may match are read: a stream of rows has no such range.
            streamed_exec=False,
            commit_properties=CommitProperties(max_commit_retries=0),
            post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
        )
        .when_matched_update_all(predicate=differs)
        .when_not_matched_insert_all()
        .execute()
    )
    return Written(done["num_target_rows_inserted"], done["num_target_rows_updated"])


def _open_or_create(store: Store, spec: TableSpec) -> DeltaTable:
    uri, options = table_uri(store, spec.name), delta_options(store)
    try:
        return _with_all_columns(DeltaTable(uri, storage_options=options), spec)
    except TableNotFoundError:
        return DeltaTable.create(
            uri,
            schema=spec.schema,
            mode="ignore",
            name=spec.name,
            description=f"one row per {spec.grain}",
            configuration={
                "artcat.schema_version": str(SCHEMA_VERSION),
                "delta.enableChangeDataFeed": str(spec.change_feed).lower(),
            },
            storage_options=options,
            raise_if_key_not_exists=False,
        )


def _with_all_columns(table: DeltaTable, spec: TableSpec) -> DeltaTable:
    """The table with the columns that it did not have when an earlier version of artcat made it."""
    known = {field.name for field in table.schema().fields}
    # A column of the key too may be null in rows of before: there it had no meaning.
    missing = [field.with_nullable(True) for field in spec.schema if field.name not in known]
    if missing:
        table.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)
    return table


def _one_line(error: Exception) -> str:
    """What delta-rs says, without the colours and branches that it draws."""
    words = _DRAWN.sub(" ", str(error)).split()
    return " ".join(words)[:_LONGEST] or type(error).__name__
