"""Integrity of a home's tables, shards, published files and recorded versions; their repair."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from catalog.base.errors import StoreError, TransientError
from catalog.base.wording import counted
from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.health.storage import check_permissions
from catalog.images import shards
from catalog.publishing import publish
from catalog.runs.damage import DERIVED, Damage, find_damage
from catalog.runs.record import repair_tables, writing
from catalog.runs.restore import HISTORY
from catalog.storage import digests, duck
from catalog.storage.homes import settings
from catalog.storage.maintenance import recorded_versions
from catalog.storage.schemas import ADVICE, SCHEMA_VERSION, is_current
from catalog.storage.store import Store
from catalog.storage.table_versions import all_there, overview, snapshot

_SHOWN = 3
_SHARDS = """
SELECT shard, any_value(catalog), count(*) FROM images WHERE shard IS NOT NULL
GROUP BY shard ORDER BY shard
"""


def check_tables(home: Store) -> list[Finding]:
    """Check that every table opens and its files are present and unchanged."""
    if damages := find_damage(home, thorough=True):
        command = f"Run `artcat repair --home {home.uri}`"
        return [
            Finding(f"table {each.table}", FAILED, str(each), command + _outcome(home, each))
            for each in damages
        ]
    found = overview(home)
    if other := [row["table"] for row in found if not is_current(row["schema_version"])]:
        version = f"by a different artcat version, with a schema other than {SCHEMA_VERSION}"
        return [Finding("tables", FAILED, f"written {version}: {', '.join(other)}", ADVICE)]
    if not found:
        return [Finding("tables", OK, "there are no tables yet")]
    files = digests.files_by_table(home)
    known = sum(len(there.keys() & digests.read(home, table)) for table, there in files.items())
    compared = f"{known} of {sum(map(len, files.values()))} files compared with their digests"
    detail = f"{counted(len(found), 'table')} of schema {SCHEMA_VERSION}, {compared}"
    return [Finding("tables", OK, detail)]


def _outcome(home: Store, damage: Damage) -> str:
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


def check_versions(home: Store) -> list[Finding]:
    """Check that the table versions recorded by recent runs can still be read."""
    since = datetime.now(UTC) - timedelta(days=settings().keep_runs_days)
    recorded = sorted(recorded_versions(home, since).items())
    found = [(name, version) for name, them in recorded if name not in HISTORY for version in them]
    lost = [f"version {v} of {name}" for name, v in sorted(found) if not _readable(home, name, v)]
    number = f"{counted(len(found), 'version')} that runs recorded"
    if not lost:
        return [Finding("versions", OK, f"{number} can be read")]
    detail = f"of {number} {len(lost)} cannot be read: {_listed(lost)}"
    advice = (
        "They cannot be recovered, but no current table needs them; `artcat restore` can still "
        "restore other runs."
    )
    return [Finding("versions", WARNING, detail, advice)]


def _readable(home: Store, name: str, version: int) -> bool:
    try:
        then = snapshot(home, name, version)
    except TransientError:
        raise
    except StoreError:
        return False
    return then is not None and all_there(home, name, then.files)


def check_shards(home: Store) -> list[Finding]:
    """Check that the shards named in the table `images` are present and undamaged."""
    named = duck.connect(home, ("images",)).execute(_SHARDS).fetchall()
    return [
        Finding(
            "shards",
            FAILED,
            f"{key} {problem}: {counted(images, 'prepared image')} of the catalog {catalog}",
            f"Run `artcat repair --home {home.uri}`, then `artcat ingest` or `artcat nightly` with "
            f"`--home {home.uri} --name {catalog}` and the `--catalog` and `--source` that it came "
            "from, which prepares its images again.",
        )
        for key, catalog, images in named
        if (problem := shards.problem_of(home, key))
    ] or [Finding("shards", OK, f"{counted(len(named), 'shard')} of prepared images undamaged")]


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


def repair_home(home: Store) -> dict[str, Any]:
    """Repair the tables, remove damaged shards, publish again; return what was done.

    It needs neither the catalogs' files nor a network, and can be killed at any moment and run
    again to finish.

    Raises:
        StoreError: if files cannot be read, for example for lack of permission.
    """
    for finding in check_permissions(home):
        if finding.advice:
            raise StoreError(f"{finding.found}. {finding.advice}")
    with writing(home, "repair") as leases:
        repaired = repair_tables(home, leases, find_damage(home, thorough=True))
        catalogs = set()  # whose images must be prepared again
        for key, catalog, _ in duck.connect(home, ("images",)).execute(_SHARDS).fetchall():
            if shards.problem_of(home, key):
                home.delete(key)
                catalogs.add(catalog)
        wrong = publish.damaged(home)
        for key in wrong:
            home.delete(key)
        publish.publish(home)
    return {
        "tables": {each.damage.table: str(each) for each in repaired},
        "to_prepare": sorted(catalogs),
        "published": sorted(wrong),
    }
