"""Reading and writing of Delta tables; all access to them goes through here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from tenacity import (
    retry,
    retry_if_exception,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from catalog.base.arrow import values
from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import scrubbed
from catalog.storage.access import delta_options, quote
from catalog.storage.schemas import PROPERTY, SCHEMA_VERSION, TABLES, TableSpec, require_current
from catalog.storage.store import Store

R = TypeVar("R")
_TRANSIENT = "Generic S3 error"
"""Text in delta-rs's errors if S3 failed, rather than refused a key or missed an object."""
_ANSI_AND_BOX = re.compile("\x1b\\[[0-9;]*m|[↳├╰─▶│]")
_MAX_MESSAGE = 300

SLICE_ROWS = 200_000
"""Rows merged at a time: delta-rs holds a merge in memory."""


FILE_BYTES = 64 * 1024 * 1024
"""Target size of a table's files in compaction: a merge rewrites each file that it touches."""

_FEED = "_change_data/"
# A version without its log can neither be opened nor compared.
KEEP_THE_LOG = PostCommitHookProperties(cleanup_expired_logs=False)
retry_on_conflict = retry(
    retry=retry_if_exception_type(CommitFailedError),
    wait=wait_random_exponential(multiplier=0.1, max=5),
    stop=stop_after_attempt(20),
    reraise=True,
)


def _is_retryable(error: BaseException) -> bool:
    """Return whether to retry: delta-rs itself retries refusals, not broken connections."""
    return isinstance(error, DeltaError | OSError) and is_transient(str(error))


def is_transient(message: str) -> bool:
    """Return whether a message of delta-rs describes a transient failure of S3."""
    return _TRANSIENT in message and "NoSuchBucket" not in message


retry_transient = retry(
    retry=retry_if_exception(_is_retryable),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    stop=stop_after_attempt(6),
    reraise=True,
)


@dataclass(frozen=True)
class Written:
    """Rows that a merge changed."""

    inserted: int = 0
    updated: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.inserted + other.inserted, self.updated + other.updated)

    @property
    def changed(self) -> int:
        """Rows inserted or updated."""
        return self.inserted + self.updated


class TableVersion(NamedTuple):
    """A version of a table; a table that is created again has another id."""

    table_id: str
    version: int


def table_uri(store: Store, name: str) -> str:
    """Return the address of a table."""
    return store.uri_of(f"tables/{name}")


def table_exists(store: Store, name: str) -> bool:
    """Return whether the table has been created. Raises StoreError."""
    uri, options = table_uri(store, name), delta_options(store)
    return attempt(f"find the table {name}", lambda: DeltaTable.is_deltatable(uri, options))


def open_table(
    store: Store, name: str, version: int | None = None, *, of_any_schema: bool = False
) -> DeltaTable:
    """Open a table at its latest version, or at an earlier one.

    Raises:
        SchemaError: if it has another schema version, unless any is accepted.
        TableNotFoundError: if there is none.
        DeltaError: if it cannot be read.
    """
    table = DeltaTable(table_uri(store, name), version, storage_options=delta_options(store))
    if not of_any_schema:
        require_current(name, table.metadata().configuration)
    return table


def version_of(store: Store, name: str) -> int | None:
    """Return the table's latest version, None if it does not exist; raises as `latest`."""
    found = latest(store, name)
    return None if found is None else found.version


def latest(store: Store, name: str) -> TableVersion | None:
    """Look up a table's latest version; None if it does not exist.

    Raises:
        SchemaError: if it is of another version of the schema.
        StoreError: if it cannot be read.
    """
    with translate_errors(f"open the table {name}"):
        return _latest(store, name)


@retry_transient
def _latest(store: Store, name: str) -> TableVersion | None:
    try:
        table = open_table(store, name)
    except TableNotFoundError:
        return None
    return TableVersion(str(table.metadata().id), table.version())


def versions(store: Store) -> dict[str, int]:
    """Return the latest version of every existing table."""
    found = {name: version_of(store, name) for name in TABLES}
    return {name: version for name, version in found.items() if version is not None}


def change_feed(store: Store, name: str, first: int, last: int) -> pa.Table:
    """Read the rows that versions of a table inserted, updated or deleted: Delta's change feed.

    Beside the table's columns: `_change_type`, `_commit_version`, `_commit_timestamp`.
    """
    return change_reader(store, name, first, last).read_all()


def change_reader(store: Store, name: str, first: int, last: int) -> pa.RecordBatchReader:
    """Read the same rows in batches.

    Raises:
        StoreError: if files of those versions are gone.
    """
    with translate_errors(f"read what versions {first} to {last} of the table {name} changed"):
        table = open_table(store, name)
        feed = table.load_cdf(starting_version=first, ending_version=last)
        return pa.RecordBatchReader.from_stream(feed)


def merge(store: Store, name: str, rows: pa.Table) -> Written:
    """Insert or update rows by the table's key; equal rows are left alone.

    Repeated keys among the rows are reduced to the last one. If nothing differs, no version is
    committed. Safe against other writers: a conflict is tried again on the table as it then is.

    Args:
        store: the home.
        name: a table in `catalog.storage.schemas.TABLES`.
        rows: columns of the table; missing ones become null, an unknown one is a KeyError.

    Raises:
        ValueError: if a row lacks a part of its key.
        StoreError: if the table cannot be written.
    """
    spec = TABLES[name]
    rows = _last_per_key(_conform(rows, spec), spec)
    total = Written()
    for start in range(0, rows.num_rows, SLICE_ROWS):
        with translate_errors(f"write the table {name}"):
            total += _merge_slice(store, spec, rows.slice(start, SLICE_ROWS))
    return total


def attempt(what: str, action: Callable[[], R]) -> R:
    """Return what an action on a table returns, tried again after transient failures.

    Raises:
        StoreError: saying what could not be done.
    """
    with translate_errors(what):
        return retry_transient(action)()


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Translate errors of delta-rs into one line; raises StoreError, or TransientError."""
    try:
        yield
    except (DeltaError, OSError) as error:
        kind = TransientError if _is_retryable(error) else StoreError
        raise kind(f"cannot {what}: {_one_line(error)}") from error


def delete(store: Store, name: str, column: str, wanted: Collection[str], where: str = "") -> None:
    """Delete the rows that have one of some values in a column.

    Args:
        store: the home.
        name: of a table that exists.
        column: its values are strings.
        wanted: the values; without any nothing is deleted.
        where: a further condition in SQL.

    Raises:
        StoreError: if the table cannot be written.
    """
    if not wanted:
        return
    predicate = f'"{column}" IN ({", ".join(map(quote, sorted(wanted)))})'
    predicate += f" AND {where}" if where else ""
    attempt(
        f"write the table {name}",
        retry_on_conflict(
            lambda: open_table(store, name).delete(
                predicate,
                commit_properties=CommitProperties(max_commit_retries=0),
                post_commithook_properties=KEEP_THE_LOG,
            )
        ),
    )


def small_files(store: Store, name: str) -> int:
    """Count a table's files that are smaller than half of the target size."""
    actions = attempt(
        f"read the table {name}",
        lambda: open_table(store, name).get_add_actions(flatten=True),
    )
    files = pa.table(actions)
    return sum(size < FILE_BYTES // 2 for size in values(files, "size_bytes"))


def compact(store: Store, name: str) -> int:
    """Compact a table's small files; return the number of files afterwards.

    Rows and change feed stay as they are. Safe against other writers: whoever commits second has a
    conflict and tries again.

    Raises:
        StoreError: if the table cannot be written.
    """
    with translate_errors(f"write the table {name}"):
        return _compact(store, name)


@retry_on_conflict
def _compact(store: Store, name: str) -> int:
    table = open_table(store, name)
    table.optimize.compact(
        target_size=FILE_BYTES,
        commit_properties=CommitProperties(max_commit_retries=0),
        post_commithook_properties=KEEP_THE_LOG,
    )
    return len(table.file_uris())


def unreferenced(store: Store, name: str, keep: Collection[int], hours: int) -> list[str]:
    """List the keys of files that neither the current version nor one to keep needs.

    The files of the change feed are kept from the lowest of those versions on. delta-rs finds the
    files; its own vacuum would remove the change feed too, and commit two versions.

    Args:
        store: the home.
        name: of a table that exists.
        keep: versions that must stay readable.
        hours: for which a file stays that is no longer needed, or not in the log yet.

    Raises:
        StoreError: if the table cannot be read.
    """
    with translate_errors(f"read the table {name}"):
        table = open_table(store, name)
        last = table.version()
        kept = sorted(version for version in keep if version <= last)
        found = table.vacuum(
            retention_hours=hours,
            enforce_retention_duration=False,
            dry_run=True,
            full=True,
            keep_versions=kept,
        )
    feed: set[str] = set()
    if any(path.startswith(_FEED) for path in found):
        feed = _feed_files(store, name, min(kept, default=last) + 1, last)
    return [f"tables/{name}/{path}" for path in found if path not in feed]


def _feed_files(store: Store, name: str, first: int, last: int) -> set[str]:
    """Return the paths of a table's change feed files."""
    found = set()
    for version in range(first, last + 1):
        try:
            log = store.read(f"tables/{name}/_delta_log/{version:020}.json")
        except FileNotFoundError:  # without it the version's feed cannot be read in any case
            continue
        actions = (json.loads(line) for line in log.splitlines() if line.strip())
        found |= {action["cdc"]["path"] for action in actions if "cdc" in action}
    return found


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


@retry_transient
@retry_on_conflict
def _merge_slice(store: Store, spec: TableSpec, rows: pa.Table) -> Written:
    table = open_or_create(store, spec)
    others = [n for n in spec.schema.names if n not in spec.key]
    same_key = " AND ".join(f't."{n}" = s."{n}"' for n in spec.key)
    differs = " OR ".join(f'(t."{n}" IS DISTINCT FROM s."{n}")' for n in others)
    merger = table.merge(
        rows,
        predicate=same_key,
        source_alias="s",
        target_alias="t",
        # Only files whose keys the rows may match are read: a stream of rows has no such range.
        streamed_exec=False,
        commit_properties=CommitProperties(max_commit_retries=0),
        post_commithook_properties=KEEP_THE_LOG,
    )
    if not spec.immutable:
        merger = merger.when_matched_update_all(predicate=differs)
    done = merger.when_not_matched_insert_all().execute()
    return Written(done["num_target_rows_inserted"], done["num_target_rows_updated"])


def open_or_create(store: Store, spec: TableSpec) -> DeltaTable:
    """Open a table for writing; create it if it does not exist."""
    try:
        return open_table(store, spec.name)
    except TableNotFoundError:
        return DeltaTable.create(
            table_uri(store, spec.name),
            schema=spec.schema,
            mode="ignore",
            name=spec.name,
            description=f"one row per {spec.grain}",
            configuration={
                PROPERTY: str(SCHEMA_VERSION),
                "delta.enableChangeDataFeed": str(spec.change_feed).lower(),
            },
            storage_options=delta_options(store),
            raise_if_key_not_exists=False,
        )


def _one_line(error: Exception) -> str:
    """Return delta-rs's message without its colours and drawing characters."""
    words = _ANSI_AND_BOX.sub(" ", scrubbed(str(error))).split()
    return " ".join(words)[:_MAX_MESSAGE] or type(error).__name__
