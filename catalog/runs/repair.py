"""Repair of damaged tables from readable files and the published copy, as a new version.

No undamaged file is removed. A table whose log is damaged continues with a checkpoint as its next
version, which Delta reads without any earlier entry, so no version ever means two states.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from catalog.publishing import publish
from catalog.runs.damage import CHECKPOINT, DERIVED, Damage, inspect
from catalog.storage import digests, duck, tables
from catalog.storage.access import quote
from catalog.storage.digests import LOG, files_of
from catalog.storage.schemas import TABLES, TableSpec
from catalog.storage.sql_sandbox import no_glob
from catalog.storage.store import FolderStore, Store
from catalog.storage.table_versions import overwrite, snapshot
from catalog.storage.tables import KEEP_THE_LOG, translate_errors

_HINT = f"{LOG}_last_checkpoint"


@dataclass(frozen=True)
class Repaired:
    """The result of repairing a table."""

    table: str
    damage: str
    """What was damaged."""
    rows: int
    """Present number of rows."""
    copied: int | None
    """The version whose published copy gave the rows that were lost; None if there was none."""
    last: int
    """The latest version before."""

    old: bool = False
    """Whether only earlier versions were damaged."""

    def __str__(self) -> str:
        """Summarise what was damaged, what the table has now, and what is lost."""
        if self.copied == self.last or self.old:
            lost = "nothing is lost"
        elif self.copied is not None:
            lost = f"rows written after the published version {self.copied} are lost"
        elif self.table in DERIVED:
            lost = "the next night computes the rest"
        else:
            lost = "nothing of it was published: rows of the damaged files are lost"
        return f"{self.damage}; repaired, {self.rows:,} rows: {lost}"


def repair(home: Store, damage: Damage) -> Repaired:
    """Make a table readable again with all remaining rows; it can be killed and repeated.

    Raises:
        StoreError: if the table cannot be written.
    """
    name, seen = damage.table, damage
    folder = f"tables/{name}"
    if any(path.endswith(CHECKPOINT) for path in damage.broken) or not damage.log:
        home.delete(f"{folder}/{_HINT}")  # Delta lists the checkpoints that are there
    if damage.broken and not damage.files and not damage.log:
        _remove(home, damage)
        again = inspect(home, name, files_of(home, name), published=damage.last)
        if again is None:
            return _done(home, seen, None)
        damage = again
    copy = publish.copy_of(home, name)
    if damage.log:
        _begin_again(home, damage, copy[0] if copy else None)
    elif copy:
        _overwrite(home, damage, copy[0])
    _remove(home, damage)
    if not damage.log and not copy:
        with translate_errors(f"repair the table {name}"):
            tables.open_table(home, name).repair(post_commithook_properties=KEEP_THE_LOG)
    return _done(home, seen, copy[1] if copy else None)


def _done(home: Store, damage: Damage, copied: int | None) -> Repaired:
    home.delete(digests.digests_key(damage.table))
    now = snapshot(home, damage.table)
    rows = now.rows if now else 0
    return Repaired(damage.table, str(damage), rows, copied, damage.last, damage.old)


def _remove(home: Store, damage: Damage) -> None:
    for path in damage.broken:
        home.delete(f"tables/{damage.table}/{path}")


def _overwrite(home: Store, damage: Damage, copy: str) -> None:
    """Write the remaining rows of a table as its next version."""
    name = damage.table
    with translate_errors(f"repair the table {name}"), _left(home, damage, copy) as rows:
        overwrite(home, name, pa.RecordBatchReader.from_batches(TABLES[name].schema, rows))


def _begin_again(home: Store, damage: Damage, copy: str | None) -> None:
    """Write the remaining rows of a table as a version that needs no earlier one.

    It is independent of earlier versions, so that without its checkpoint there is no table
    rather than a mixture of both. The checkpoint is written last.
    """
    name = damage.table
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        made = FolderStore(folder)
        with _left(home, damage, copy) as rows:
            for batch in rows:
                tables.merge(made, name, pa.Table.from_batches([batch]))
        with translate_errors(f"repair the table {name}"):
            table = tables.open_or_create(made, TABLES[name])
            table.create_checkpoint()
        here, there = f"{table.version():020}", f"{damage.last + 2:020}"
        data = (info.key for info in made.list() if LOG not in info.key)
        log = (f"tables/{name}/{LOG}{here}{kind}" for kind in (".json", CHECKPOINT))
        for key in (*data, *log):
            home.write_file(key.replace(here, there), made.path(key))


@contextmanager
def _left(home: Store, damage: Damage, copy: str | None) -> Iterator[Iterator[pa.RecordBatch]]:
    """Read the remaining rows: from undamaged files or the last good version, and from a copy."""
    spec = TABLES[damage.table]
    files = _whole_files(home, damage) if copy is None or not damage.log else []
    with duck.open_database(home) as connection:
        connection.from_arrow(spec.schema.empty_table()).create("rows")
        for relation, keys in (("whole", files), ("copied", [copy] if copy else [])):
            text = ", ".join(_quoted(home, key) for key in keys)
            source = f"UNION ALL BY NAME FROM read_parquet([{text}], union_by_name = true)"
            connection.execute(f"CREATE VIEW {relation} AS FROM rows {source if keys else ''}")
        named = ", ".join(f'"{key}"' for key in spec.key)
        columns = ", ".join(f'"{column}"' for column in spec.schema.names)
        found = connection.execute(
            f"SELECT {columns} FROM whole UNION ALL BY NAME SELECT {columns} FROM copied "  # noqa: S608
            f"ANTI JOIN whole USING ({named})"
        )
        yield (_conform(batch, spec) for batch in found.to_arrow_reader(tables.SLICE_ROWS))


def _conform(batch: pa.RecordBatch, spec: TableSpec) -> pa.RecordBatch:
    columns = [batch[field.name].cast(field.type) for field in spec.schema]
    return pa.RecordBatch.from_arrays(columns, schema=spec.schema)


def _whole_files(home: Store, damage: Damage) -> list[str]:
    """Return the keys of a table's undamaged files, as far as its log lists them."""
    if damage.log and damage.whole is None:
        return []
    then = snapshot(home, damage.table, damage.whole if damage.log else None)
    there = files_of(home, damage.table)
    files = then.files if then else {}
    return [
        f"tables/{damage.table}/{path}"
        for path, size in files.items()
        if path not in damage.files and there.get(path) == size
    ]


def _quoted(home: Store, key: str) -> str:
    uri = home.uri_of(key)
    return quote(no_glob(uri) if isinstance(home, FolderStore) else uri)
