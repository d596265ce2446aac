"""Reading and writing of Delta tables; all access to them goes through here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, ParamSpec, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from catalog.base.arrow import values
from catalog.base.errors import StoreError, TransientError
from catalog.base.secrets import scrubbed
from catalog.storage.access import delta_options, quote
from catalog.storage.schemas import PROPERTY, SCHEMA_VERSION, TABLES, TableSpec, require_current
from catalog.storage.store import Store

R = TypeVar("R")
P = ParamSpec("P")
_ANSI_AND_BOX = re.compile("\x1b\\[[0-9;]*m|[↳├╰─▶│]")
_MAX_MESSAGE = 300
SLICE_ROWS = 200_000
"""Rows merged at a time: delta-rs holds a merge in memory."""
FILE_BYTES = 64 * 1024 * 1024
"""Target size of a table's files in compaction: a merge rewrites each file that it touches."""
# A version without its log can neither be opened nor compared.
KEEP_THE_LOG = PostCommitHookProperties(cleanup_expired_logs=False)
# After a conflict `attempt` tries again, on the table as it then is.
_COMMIT: dict[str, Any] = {
    "commit_properties": CommitProperties(max_commit_retries=0),
    "post_commithook_properties": KEEP_THE_LOG,
}


def is_transient(message: str) -> bool:
    """Return whether a message of delta-rs describes a transient failure of S3.

    A refused key or a missing object is none; delta-rs retries refusals, not broken connections.
    """
    return "Generic S3 error" in message and "NoSuchBucket" not in message


def retry_if(
    fits: Callable[[BaseException], bool], tries: int = 6, first_wait: float = 0.2
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that calls a function again, after a random wait, if its error fits."""
    return retry(
        retry=retry_if_exception(fits),
        wait=wait_random_exponential(multiplier=first_wait, max=5),
        stop=stop_after_attempt(tries),
        reraise=True,
    )


_retry_transient = retry_if(
    lambda error: isinstance(error, DeltaError | OSError) and is_transient(str(error))
)
_retry_on_conflict = retry_if(lambda error: isinstance(error, CommitFailedError), 20, 0.1)


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """Translate errors of delta-rs into one line; raises StoreError, or TransientError."""
    try:
        yield
    except (DeltaError, OSError) as error:
        kind = TransientError if is_transient(str(error)) else StoreError
        # without delta-rs's colours and drawing characters
        words = " ".join(_ANSI_AND_BOX.sub(" ", scrubbed(str(error))).split())
        message = words[:_MAX_MESSAGE] or type(error).__name__
        raise kind(f"cannot {what}: {message}") from error


def attempt(what: str, action: Callable[[], R]) -> R:
    """Return what an action on a table returns, tried again after conflicts and transient failures.

    Raises:
        StoreError: saying what could not be done.
    """
    with translate_errors(what):
        return _retry_transient(_retry_on_conflict(action))()


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


def latest(store: Store, name: str) -> TableVersion | None:
    """Look up a table's latest version; None if it does not exist.

    Raises:
        SchemaError: if it is of another version of the schema.
        StoreError: if it cannot be read.
    """

    def look_up() -> TableVersion | None:
        try:
            table = open_table(store, name)
        except TableNotFoundError:
            return None
        return TableVersion(str(table.metadata().id), table.version())

    return attempt(f"open the table {name}", look_up)


def version_of(store: Store, name: str) -> int | None:
    """Return the table's latest version, None if it does not exist; raises as `latest`."""
    found = latest(store, name)
    return None if found is None else found.version


def versions(store: Store) -> dict[str, int]:
    """Return the latest version of every existing table."""
    return {name: found.version for name in TABLES if (found := latest(store, name)) is not None}


def change_feed(store: Store, name: str, first: int, last: int) -> pa.RecordBatchReader:
    """Read the rows that versions of a table inserted, updated or deleted: Delta's change feed.

    Beside the table's columns: `_change_type`, `_commit_version`, `_commit_timestamp`.

    Raises:
        StoreError: if files of those versions are gone.
    """
    with translate_errors(f"read what versions {first} to {last} of the table {name} changed"):
        table = open_table(store, name)
        feed = table.load_cdf(starting_version=first, ending_version=last)
        return pa.RecordBatchReader.from_stream(feed)


def merge(store: Store, name: str, rows: pa.Table | Sequence[Mapping[str, Any]]) -> Written:
    """Insert or update rows by the table's key; equal rows are left alone.

    Repeated keys among the rows are reduced to the last one, missing columns become null. If
    nothing differs, no version is committed. Safe against other writers: a conflict is tried again
    on the table as it then is.

    Raises:
        KeyError: if the table lacks a column of an Arrow table; unknown keys of dicts are ignored.
        ValueError: if a row lacks a part of its key.
        StoreError: if the table cannot be written.
    """
    spec = TABLES[name]
    if not isinstance(rows, pa.Table):
        rows = pa.Table.from_pylist(list(rows), schema=spec.schema)
    rows = _conform(rows, spec)
    keys = rows.select(list(spec.key)).append_column("row", pa.array(range(rows.num_rows)))
    last = keys.group_by(list(spec.key)).aggregate([("row", "max")])["row_max"]
    if len(last) < rows.num_rows:
        rows = rows.take(last.take(pc.sort_indices(last)))
    total = Written()
    for start in range(0, rows.num_rows, SLICE_ROWS):
        some = rows.slice(start, SLICE_ROWS)
        total += attempt(f"write the table {name}", partial(_merged, store, spec, some))
    return total


def _conform(rows: pa.Table, spec: TableSpec) -> pa.Table:
    if unknown := set(rows.column_names) - set(spec.schema.names):
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


def _merged(store: Store, spec: TableSpec, rows: pa.Table) -> Written:
    others = [n for n in spec.schema.names if n not in spec.key]
    merger = open_or_create(store, spec).merge(
        rows,
        predicate=" AND ".join(f't."{n}" = s."{n}"' for n in spec.key),
        source_alias="s",
        target_alias="t",
        # Only files whose keys the rows may match are read: a stream of rows has no such range.
        streamed_exec=False,
        **_COMMIT,
    )
    if not spec.immutable:
        differs = " OR ".join(f'(t."{n}" IS DISTINCT FROM s."{n}")' for n in others)
        merger = merger.when_matched_update_all(predicate=differs)
    done = merger.when_not_matched_insert_all().execute()
    return Written(done["num_target_rows_inserted"], done["num_target_rows_updated"])


def delete(store: Store, name: str, column: str, wanted: Collection[str], where: str = "") -> None:
    """Delete the rows of an existing table that have one of some strings in a column.

    `where` is a further condition in SQL.

    Raises:
        StoreError: if the table cannot be written.
    """
    if not wanted:
        return
    predicate = f'"{column}" IN ({", ".join(map(quote, sorted(wanted)))})'
    predicate += f" AND {where}" if where else ""
    attempt(f"write the table {name}", lambda: open_table(store, name).delete(predicate, **_COMMIT))


def small_files(store: Store, name: str) -> int:
    """Count a table's files that are smaller than half of the target size."""
    actions = attempt(
        f"read the table {name}", lambda: open_table(store, name).get_add_actions(flatten=True)
    )
    return sum(size < FILE_BYTES // 2 for size in values(pa.table(actions), "size_bytes"))


def compact(store: Store, name: str) -> int:
    """Compact a table's small files; return the number of files afterwards.

    Rows and change feed stay as they are. Safe against other writers: whoever commits second has a
    conflict and tries again.

    Raises:
        StoreError: if the table cannot be written.
    """

    def compacted() -> int:
        table = open_table(store, name)
        table.optimize.compact(target_size=FILE_BYTES, **_COMMIT)
        return len(table.file_uris())

    return attempt(f"write the table {name}", compacted)


def unreferenced(store: Store, name: str, keep: Collection[int], hours: int) -> list[str]:
    """List the keys of files that neither the current version nor one to keep needs.

    The files of the change feed are kept from the lowest of those versions on. delta-rs finds the
    files; its own vacuum would remove the change feed too, and commit two versions. A file that is
    no longer needed, or not in the log yet, stays for some hours.

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
    feed = set()
    if any(path.startswith("_change_data/") for path in found):
        for version in range(min(kept, default=last) + 1, last + 1):
            try:
                log = store.read(f"tables/{name}/_delta_log/{version:020}.json")
            except FileNotFoundError:  # without it the version's feed cannot be read in any case
                continue
            actions = (json.loads(line) for line in log.splitlines() if line.strip())
            feed |= {action["cdc"]["path"] for action in actions if "cdc" in action}
    return [f"tables/{name}/{path}" for path in found if path not in feed]
