"""Detection of damage to tables: missing, truncated or changed files, and lost versions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from catalog.base.errors import SchemaError, StoreError, TransientError
from catalog.base.wording import listed
from catalog.publishing.publish import published_versions
from catalog.storage import digests
from catalog.storage.digests import files_by_table, log_versions, sha256
from catalog.storage.maintenance import recorded_versions
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.storage.table_versions import snapshot

DERIVED = frozenset(("embeddings", "predictions", "descriptions", "closest", "serving", "enriched"))
"""Tables whose rows the next nightly run computes again from the others."""
CHECKPOINT = ".checkpoint.parquet"


@dataclass(frozen=True)
class Damage:
    """Damage to a table."""

    table: str
    last: int
    """The latest version that is known to have existed."""
    files: tuple[str, ...] = ()
    """Damaged or lost files of the current table, by path."""
    broken: tuple[str, ...] = ()
    """Damaged files to remove: data, log entries, checkpoints."""
    log: str = ""
    """What is wrong with its log, if the latest version cannot be reconstructed from it."""
    whole: int | None = None
    """The latest version that can be reconstructed from the log."""
    old: bool = False
    """Whether only earlier versions or the change feed are damaged."""

    def __str__(self) -> str:
        """Summarise what is damaged and what is lost."""
        if not self.log:
            wrong = self.broken if self.old else self.files or self.broken
            what = "files of earlier versions are" if self.old else "of its files are missing or"
            return f"{len(wrong)} {what} damaged: {listed(wrong)}"
        first = 0 if self.whole is None else self.whole + 1
        lost = f"versions {first} to {self.last}" if first < self.last else f"version {self.last}"
        return f"{self.log}: {lost} can no longer be read"


def inspect(
    home: Store,
    name: str,
    there: Mapping[str, int],
    *,
    thorough: bool = False,
    published: int = -1,
) -> Damage | None:
    """Find damage to a table; None if there is none, or no such table.

    `there` are the bytes of its files by path, `published` is a version that is known to have
    existed. If thorough, all files are read and compared with their digests.

    Raises:
        StoreError: if the table cannot be examined: permissions, storage, a later schema.
    """
    known = digests.read(home, name)
    checked = there.keys() & known.keys() if thorough else set()
    changed = {path for path in checked if sha256(home, f"tables/{name}/{path}") != known[path]}
    entries = log_versions(there.keys() | known.keys())
    last = max((published, *entries))
    if last < 0:
        return None
    points = log_versions(there.keys() | known.keys(), CHECKPOINT)
    if broken := [path for path in points.values() if path in changed or path not in there]:
        return Damage(name, last, broken=tuple(broken))
    whole = max(points, default=-1)
    while entries.get(whole + 1, "") in there.keys() - changed:
        whole += 1
    bad = tuple(path for path in entries.values() if path in changed and path in there)
    if whole < last:
        lost = [f"{v:020}.json" for v in range(whole + 1, last + 1) if entries.get(v) not in there]
        log = f"has lost entries of its log ({listed(lost)})"
        if bad:
            log = "has damaged entries in its log"
        elif whole < 0 and len(lost) > last:
            log = "has lost all of its log"
        return Damage(name, last, (), bad, log, whole if whole >= 0 else None)
    return _of_snapshot(home, name, there, changed, last)


def _of_snapshot(
    home: Store, name: str, there: Mapping[str, int], changed: set[str], last: int
) -> Damage | None:
    """Find damage to the current files of a table."""
    try:
        now = snapshot(home, name, of_any_schema=True)
    except TransientError:
        raise
    except StoreError as error:
        for path in log_versions(there).values():  # not readable is not damaged
            home.read(f"tables/{name}/{path}")
        return Damage(name, last, log=f"has a log that cannot be read ({error})", whole=None)
    if now is None:
        return Damage(name, last, log="has a log that cannot be read", whole=None)
    files = now.files.items()
    wrong = sorted(path for path, size in files if there.get(path) != size or path in changed)
    if not wrong:
        old = tuple(sorted(changed))
        return Damage(name, last, broken=old, old=True) if old else None
    return Damage(name, last, tuple(wrong), tuple(path for path in wrong if path in there))


def find_damage(home: Store, *, thorough: bool = False) -> list[Damage]:
    """Find damage to every table; raises StoreError as `inspect` does.

    If thorough, the recorded runs determine which tables must exist.
    """
    known, there = published_versions(home), files_by_table(home)
    found: list[Damage] = []
    for name in sorted(TABLES, key=lambda name: name != "runs"):
        files, published = there.get(name, {}), known.get(name, -1)
        damage = inspect(home, name, files, thorough=thorough, published=published)
        found += [damage] if damage else []
        if name == "runs" and thorough and not damage:
            with suppress(SchemaError):
                for table, versions in recorded_versions(home).items():
                    known[table] = max(versions | {known.get(table, -1)})
    return found
