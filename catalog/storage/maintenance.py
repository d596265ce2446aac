"""Table maintenance: compaction, and removal of unreferenced files.

Every step can run beside a nightly run and be killed at any moment. What a concurrent run may be
about to reference is younger than a day, and is left alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain

import sql
from catalog.storage import duck, tables
from catalog.storage.store import ObjectInfo, Store

MANY_FILES = 8
"""Small files of a table from which on compaction is worth a new version."""
DAY = timedelta(days=1)
_EXAMPLES = 3


@dataclass(frozen=True)
class Removed:
    """Objects that were removed, or would be in a dry run."""

    objects: int = 0
    bytes: int = 0
    examples: list[str] = field(default_factory=list)


def compact_tables(home: Store, *, dry_run: bool = False) -> dict[str, dict[str, int]]:
    """Compact the small files of each table; return small files before, and all files after.

    Only tables that have many. A dry run does not know the number after.
    """
    done = {}
    for name in tables.versions(home):
        small = tables.small_files(home, name)
        if small < MANY_FILES:
            continue
        done[name] = {"small_files": small}
        if not dry_run:
            done[name]["after"] = tables.compact(home, name)
    return done


def recorded_versions(home: Store, since: datetime | None = None) -> dict[str, set[int]]:
    """Read the versions that runs since then, or all runs, found or left, by table."""
    named: dict[str, set[int]] = defaultdict(set)
    given = {"since": since or datetime(1, 1, 1, tzinfo=UTC)}
    rows = duck.connect(home, ("runs",)).execute(sql.text("runs/named"), given)
    for versions in chain.from_iterable(rows.fetchall()):
        for name, version in json.loads(versions).items():
            named[name].add(version)
    return named


def named_versions(home: Store, since: datetime) -> dict[str, set[int]]:
    """Return the table versions to keep, by table.

    Those that a run since then found or left, and those at which the next change report of each
    catalog starts.
    """
    named = recorded_versions(home, since)
    connection = duck.connect(home, ("artworks", "runs"))
    for row in duck.rows(connection, sql.text("runs/reported"), {"catalog": None}):
        for name in ("enriched", "artworks"):
            named[name].add(row[name])
    return dict(named)


def vacuum_tables(
    home: Store, since: datetime, hours: int, *, dry_run: bool = False
) -> dict[str, Removed]:
    """Remove files of tables needed by no version to keep; return them by table.

    Runs since then name the versions to keep; an unneeded file stays for some hours.
    """
    keep = named_versions(home, since)
    done = {}
    for name in tables.versions(home):
        if keys := set(tables.unreferenced(home, name, keep.get(name, ()), hours)):
            listed = [info for info in home.list(f"tables/{name}") if info.key in keys]
            done[name] = _remove(home, listed, dry_run=dry_run)
    return done


def remove_shards(home: Store, *, dry_run: bool = False) -> Removed:
    """Remove shards that no artwork references."""
    # Listed first: what a run references in the meantime is in the table then.
    listed = _older(home, "shards", datetime.now(UTC) - DAY)
    rows = duck.connect(home, ("images",)).execute("SELECT DISTINCT shard FROM images")
    named = {shard for (shard,) in rows.fetchall()}
    unnamed = [info for info in listed if info.key not in named]
    if unnamed and not dry_run:
        # One that was rewritten since is about to be referenced.
        now = {info.key: info.etag for info in home.list("shards")}
        unnamed = [info for info in unnamed if now.get(info.key) == info.etag]
    return _remove(home, unnamed, dry_run=dry_run)


def remove_trainings(home: Store, before: datetime, *, dry_run: bool = False) -> Removed:
    """Remove the states of interrupted training runs that were never resumed."""
    return _remove(home, _older(home, "training", before), dry_run=dry_run)


def remove_unfinished(home: Store, *, dry_run: bool = False) -> Removed:
    """Remove leftovers of killed writers: temporary files of a folder, uploads to S3."""
    before = datetime.now(UTC) - DAY
    left = [found for found in home.unfinished() if found.started < before]
    if not dry_run:
        for unfinished in left:
            home.discard(unfinished)
    # S3 does not report the size of an upload.
    return Removed(len(left), 0, [found.key for found in left[:_EXAMPLES]])


def _older(home: Store, folder: str, before: datetime) -> list[ObjectInfo]:
    found = home.list(folder)
    return [info for info in found if info.modified is not None and info.modified < before]


def _remove(home: Store, removed: list[ObjectInfo], *, dry_run: bool) -> Removed:
    if not dry_run:
        for info in removed:
            home.delete(info.key)
    examples = [info.key for info in removed[:_EXAMPLES]]
    return Removed(len(removed), sum(info.size for info in removed), examples)
