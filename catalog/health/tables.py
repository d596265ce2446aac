"""Integrity checks of a home's tables, shards, published files and recorded versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalog.base.errors import StoreError, TransientError
from catalog.base.wording import counted
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.images import shards
from catalog.publishing import publish
from catalog.runs.damage import DERIVED, Damage, find_damage
from catalog.runs.restore import HISTORY
from catalog.storage import digests, duck
from catalog.storage.homes import settings
from catalog.storage.maintenance import recorded_versions
from catalog.storage.schemas import ADVICE, SCHEMA_VERSION, is_current
from catalog.storage.store import Store
from catalog.storage.table_history import overview
from catalog.storage.table_versions import all_there, snapshot

_SHOWN = 3


def check_tables(home: Store) -> list[Finding]:
    """Check that every table opens and its files are present and unchanged."""
    if damages := find_damage(home, thorough=True):
        return [
            Finding(
                f"table {damage.table}",
                FAILED,
                str(damage),
                f"Run `artcat repair --home {home.uri}`{_then(home, damage)}",
            )
            for damage in damages
        ]
    found = overview(home)
    if other := [row["table"] for row in found if not is_current(row["schema_version"])]:
        version = f"by a different artcat version, with a schema other than {SCHEMA_VERSION}"
        return [Finding("tables", FAILED, f"written {version}: {', '.join(other)}", ADVICE)]
    if not found:
        return [Finding("tables", OK, "there are no tables yet")]
    detail = f"{counted(len(found), 'table')} of schema {SCHEMA_VERSION}, {_verified(home)}"
    return [Finding("tables", OK, detail)]


def _then(home: Store, damage: Damage) -> str:
    """Describe what the repair of a table would bring back."""
    copy = publish.copy_of(home, damage.table)
    backup = f"unless you first put back the files of tables/{damage.table} from a backup."
    if damage.old:
        return ": it removes them, and `artcat restore` cannot go back to those versions."
    if copy and copy[1] == damage.last:
        return ": it restores all rows from the published copy."
    if damage.table in DERIVED:
        return "; the next `artcat nightly` or `artcat enrich` computes what is lost."
    if copy:
        return (
            f": it brings back the rows of version {copy[1]}, which was published last; what "
            f"versions up to {damage.last} added is lost, {backup}"
        )
    return f": nothing of it was published, so rows of its damaged files are lost, {backup}"


def _verified(home: Store) -> str:
    """Describe how many of the tables' files were compared with a digest."""
    files = digests.files_by_table(home)
    known = sum(len(there.keys() & digests.read(home, table)) for table, there in files.items())
    return f"{known} of {sum(map(len, files.values()))} files compared with their digests"


def check_versions(home: Store) -> list[Finding]:
    """Check that the table versions recorded by recent runs can still be read."""
    since = datetime.now(UTC) - timedelta(days=settings().keep_runs_days)
    lost, found = [], 0
    for name, versions in sorted(recorded_versions(home, since).items()):
        for version in sorted(versions) if name not in HISTORY else ():
            found += 1
            if not _is_readable(home, name, version):
                lost.append(f"version {version} of {name}")
    if not lost:
        return [
            Finding("versions", OK, f"{counted(found, 'version')} that runs recorded can be read")
        ]
    recorded = f"{counted(found, 'version')} that runs recorded"
    detail = f"of {recorded} {len(lost)} cannot be read: {_listed(lost)}"
    advice = (
        "They cannot be recovered, but no current table needs them; `artcat restore` can still "
        "restore other runs."
    )
    return [Finding("versions", WARNING, detail, advice)]


def _is_readable(home: Store, name: str, version: int) -> bool:
    try:
        then = snapshot(home, name, version)
    except TransientError:
        raise
    except StoreError:
        return False
    return then is not None and all_there(home, name, then.files)


def check_shards(home: Store) -> list[Finding]:
    """Check that the shards named in the table `images` are present and undamaged."""
    rows = duck.connect(home, ("images",)).execute(
        "SELECT shard, any_value(catalog), count(*) FROM images WHERE shard IS NOT NULL "
        "GROUP BY shard ORDER BY shard"
    )
    named = rows.fetchall()
    wrong = [(*row, problem) for row in named if (problem := shards.problem_of(home, row[0]))]
    if not wrong:
        return [
            Finding("shards", OK, f"{counted(len(named), 'shard')} of prepared images undamaged")
        ]
    return [
        Finding(
            "shards",
            FAILED,
            f"{key} {problem}: {counted(images, 'prepared image')} of the catalog {catalog}",
            f"Run `artcat repair --home {home.uri}`, then `artcat ingest` or `artcat nightly` with "
            f"`--home {home.uri} --name {catalog}` and the `--catalog` and `--source` that it came "
            "from, which prepares its images again.",
        )
        for key, catalog, images, problem in wrong
    ]


def check_published(home: Store) -> list[Finding]:
    """Check that the published files are present and unchanged."""
    wrong = publish.damaged(home)
    if not wrong:
        return [Finding("published", OK, "the published files are undamaged")]
    detail = _listed([f"{key} {problem}" for key, problem in wrong.items()])
    advice = f"Run `artcat repair --home {home.uri}`, which publishes them again."
    return [Finding("published", FAILED, detail, advice)]


def _listed(names: list[str]) -> str:
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
