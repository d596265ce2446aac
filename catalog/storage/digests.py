"""Digests of a table's files, stored in the table's folder, to detect changed bytes.

Delta stores no checksum of a file, and neither do the folders of most machines. Every file of a
table is written once under a unique name: its digest is taken when the run that wrote it ends.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import PurePosixPath

from catalog.base.hashing import sha256_of, sha256_of_file
from catalog.storage.store import FolderStore, Store

LOG = "_delta_log/"


def digests_key(table: str) -> str:
    """Return the key of a table's digests; Delta's vacuum leaves hidden files alone."""
    return f"tables/{table}/_digests.json"


def read(home: Store, table: str) -> dict[str, str]:
    """Read the digests of a table's files by path; none if there are none or they are damaged."""
    try:
        found = json.loads(home.read(digests_key(table)))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def record(home: Store) -> None:
    """Record the digests of new files; drop those of files that are gone."""
    for table, there in files_by_table(home).items():
        known = read(home, table)
        now = {path: known.get(path) or sha256(home, f"tables/{table}/{path}") for path in there}
        if now != known:
            home.write(digests_key(table), json.dumps(now).encode())


def sha256(home: Store, key: str) -> str:
    """Return the hexadecimal SHA-256 of an object; raises FileNotFoundError, StoreError."""
    if isinstance(home, FolderStore):
        return sha256_of_file(home.path(key))
    return sha256_of(home.read(key))


def files_by_table(home: Store) -> dict[str, dict[str, int]]:
    """Return the sizes of every table's files in bytes, by path; without hidden ones."""
    found: dict[str, dict[str, int]] = {}
    for info in home.list("tables"):
        _, table, path = info.key.split("/", 2)
        # Hints, unfinished files and the digests themselves are replaced
        if not PurePosixPath(path).name.startswith((".", "_")):
            found.setdefault(table, {})[path] = info.size
    return found


def log_versions(paths: Collection[str], suffix: str = ".json") -> dict[int, str]:
    """Pick log entries, or checkpoints, out of a table's files: paths by version."""
    entries = (path for path in paths if path.startswith(LOG) and path.endswith(suffix))
    numbers = {path.removeprefix(LOG).partition(".")[0]: path for path in entries}
    return {int(number): path for number, path in numbers.items() if number.isdecimal()}
