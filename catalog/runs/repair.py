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
from catalog.storage.digests import LOG, files_by_table
from catalog.storage.schemas import TABLES
from catalog.storage.sql_sandbox import quoted_file
from catalog.storage.store import FolderStore, Store
from catalog.storage.table_versions import overwrite, snapshot
from catalog.storage.tables import KEEP_THE_LOG, translate_errors


@dataclass(frozen=True)
class Repaired:
    """The result of repairing a table."""

    damage: Damage
    rows: int
    """Present number of rows."""
    copied: int | None
    """The version whose published copy gave the rows that were lost; None if there was none."""

    def __str__(self) -> str:
        """Summarise what was damaged, what the table has now, and what is lost."""
        if self.copied == self.damage.last or self.damage.old:
            lost = "nothing is lost"
        elif self.copied is not None:
            lost = f"rows written after the published version {self.copied} are lost"
        elif self.damage.table in DERIVED:
            lost = "the next night computes the rest"
        else:
            lost = "nothing of it was published: rows of the damaged files are lost"
        return f"{self.damage}; repaired, {self.rows:,} rows: {lost}"


def repair(home: Store, damage: Damage) -> Repaired:
    """Make a table readable again with all remaining rows; it can be killed and repeated.

    Raises:
        StoreError: if the table cannot be written.
    """
    name, left = damage.table, damage
    if any(path.endswith(CHECKPOINT) for path in damage.broken) or not damage.log:
        # Delta lists the checkpoints that are there
        home.delete(f"tables/{name}/{LOG}_last_checkpoint")
    if damage.broken and not damage.files and not damage.log:
        _remove_broken(home, damage)
        again = inspect(home, name, files_by_table(home).get(name, {}), published=damage.last)
        if again is None:
            return _done(home, damage, None)
        left = again
    copy, copied = publish.copy_of(home, name) or (None, None)
    if left.log:
        _begin_again(home, left, copy)
    elif copy:
        with translate_errors(f"repair the table {name}"), _remaining(home, left, copy) as rows:
            overwrite(home, name, pa.RecordBatchReader.from_batches(TABLES[name].schema, rows))
    _remove_broken(home, left)
    if not left.log and not copy:
        with translate_errors(f"repair the table {name}"):
            tables.open_table(home, name).repair(post_commithook_properties=KEEP_THE_LOG)
    return _done(home, damage, copied)


def _done(home: Store, damage: Damage, copied: int | None) -> Repaired:
    home.delete(digests.digests_key(damage.table))
    now = snapshot(home, damage.table)
    return Repaired(damage, now.rows if now else 0, copied)


def _remove_broken(home: Store, damage: Damage) -> None:
    for path in damage.broken:
        home.delete(f"tables/{damage.table}/{path}")


def _begin_again(home: Store, damage: Damage, copy: str | None) -> None:
    """Write the remaining rows of a table as a version that needs no earlier one.

    It is independent of earlier versions, so that without its checkpoint there is no table
    rather than a mixture of both. The checkpoint is written last.
    """
    name = damage.table
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        made = FolderStore(folder)
        with _remaining(home, damage, copy) as rows:
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
def _remaining(home: Store, damage: Damage, copy: str | None) -> Iterator[Iterator[pa.RecordBatch]]:
    """Read the remaining rows: from undamaged files or the last good version, and from a copy."""
    name, spec = damage.table, TABLES[damage.table]
    whole: list[str] = []
    if not damage.log or (copy is None and damage.whole is not None):
        then = snapshot(home, name, damage.whole if damage.log else None)
        there = files_by_table(home).get(name, {})
        whole = [
            f"tables/{name}/{path}"
            for path, size in (then.files if then else {}).items()
            if path not in damage.files and there.get(path) == size
        ]
    with duck.open_database(home) as connection:
        connection.from_arrow(spec.schema.empty_table()).create("rows")
        for relation, keys in (("whole", whole), ("copied", [copy] if copy else [])):
            files = ", ".join(quoted_file(home, key) for key in keys)
            source = f"UNION ALL BY NAME FROM read_parquet([{files}], union_by_name = true)"
            connection.execute(f"CREATE VIEW {relation} AS FROM rows {source if keys else ''}")
        named = ", ".join(f'"{key}"' for key in spec.key)
        columns = ", ".join(f'"{column}"' for column in spec.schema.names)
        found = connection.execute(
            f"SELECT {columns} FROM whole UNION ALL BY NAME SELECT {columns} FROM copied "  # noqa: S608
            f"ANTI JOIN whole USING ({named})"
        )
        yield (batch.cast(spec.schema) for batch in found.to_arrow_reader(tables.SLICE_ROWS))
