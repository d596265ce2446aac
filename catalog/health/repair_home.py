"""Repair of everything in a home that needs neither the catalogs' files nor a network."""

from __future__ import annotations

from typing import Any

from catalog.base.errors import StoreError
from catalog.health.storage import check_permissions
from catalog.images import shards
from catalog.publishing import publish
from catalog.runs.damage import find_damage
from catalog.runs.record import repair_tables, writing
from catalog.storage import duck
from catalog.storage.store import Store


def repair_home(home: Store) -> dict[str, Any]:
    """Repair the tables, remove damaged shards, publish again; return what was done.

    It can be killed at any moment and run again to finish.

    Raises:
        StoreError: if files cannot be read, for example for lack of permission.
    """
    for finding in check_permissions(home):
        if finding.advice:
            raise StoreError(f"{finding.found}. {finding.advice}")
    with writing(home, "repair") as leases:
        repaired = repair_tables(home, leases, find_damage(home, thorough=True))
        catalogs = _remove_shards(home)
        wrong = publish.damaged(home)
        for key in wrong:
            home.delete(key)
        publish.publish(home)
    return {
        "tables": {each.table: str(each) for each in repaired},
        "to_prepare": sorted(catalogs),
        "published": sorted(wrong),
    }


def _remove_shards(home: Store) -> set[str]:
    """Remove damaged shards; return the catalogs whose images must be prepared again."""
    with duck.connect(home, ("images",)) as connection:
        named = connection.execute(
            "SELECT DISTINCT shard, catalog FROM images WHERE shard IS NOT NULL"
        ).fetchall()
    catalogs = set()
    for key, catalog in named:
        if shards.problem_of(home, key):
            home.delete(key)
            catalogs.add(catalog)
    return catalogs
