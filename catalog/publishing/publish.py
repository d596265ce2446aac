"""Publishing: a Parquet file per table and a DuckDB file, readable without Delta."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.base.hashing import sha256_of_file
from catalog.publishing import analysts
from catalog.publishing.analysts import DATABASE, PUBLISHED, SEEN_BY, parquet_key
from catalog.storage import duck, tables
from catalog.storage.digests import sha256
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store

PARQUET = parquet_key("enriched")
STATE = "published/published.json"
_BESIDE = frozenset({"runs"})
"""Tables that every run changes, even without work to do."""


def publish(home: Store) -> bool:
    """Update the published files; return False if only the list of runs had changed.

    Each file is replaced as a whole, so a reader sees the last snapshot of a table or this one.

    Raises:
        StoreError: if a file cannot be written.
        TransientError: if a table cannot be read.
    """
    known = _state(home)
    there = {info.key: info.size for info in home.list("published")}
    files = {
        key: kept for key, kept in _part(known, "files").items() if _is_kept(kept, there.get(key))
    }
    versions = tables.versions(home)
    now: dict[str, Any] = {
        "tables": {name: _state_of(name, versions) for name in PUBLISHED},
        "seen_by": {name: versions.get(name) for name in SEEN_BY},
        "definitions": analysts.definitions(home),
        "versions": versions,
        "files": files,
    }
    changed = [
        name
        for name in PUBLISHED
        if parquet_key(name) not in files or _part(known, "tables").get(name) != now["tables"][name]
    ]
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        for name in changed:
            file = Path(folder) / f"{name}.parquet"
            _write_table(home, name, file)
            files[parquet_key(name)] = _put(home, parquet_key(name), file)
        same = all(known.get(name) == now[name] for name in ("seen_by", "definitions"))
        # Its inputs are read only if they may have changed.
        basis = (known.get("database") if same else None) or analysts.basis_of(home)
        rebuilt = DATABASE not in files or known.get("database") != basis
        if rebuilt:
            file = Path(folder) / "artcat.duckdb"
            analysts.build(home, file)
            files[DATABASE] = _put(home, DATABASE, file)
    now["database"] = basis
    if now != known:
        home.write(STATE, json.dumps(now).encode())
    return rebuilt or not _BESIDE.issuperset(changed)


def damaged(home: Store) -> dict[str, str]:
    """Find published files that were changed or lost: what is wrong, by key.

    Raises:
        StoreError: if the files cannot be read.
    """
    state = _state(home)
    there = {info.key: info.size for info in home.list("published")}
    if not state:
        was = bool(there) or tables.table_exists(home, "enriched")
        return {STATE: "is missing or damaged"} if was else {}
    files = _part(state, "files")
    wanted = [*map(parquet_key, PUBLISHED), DATABASE]
    wrong = {key: _compared(home, key, files.get(key), there.get(key)) for key in wanted}
    return {key: problem for key, problem in wrong.items() if problem}


def _compared(home: Store, key: str, kept: object, size: int | None) -> str:
    if size is None:
        return "is missing"
    if not isinstance(kept, list):
        return "was not published by artcat"
    if size != kept[0]:
        return f"has {size:,} bytes instead of {kept[0]:,}"
    return "" if sha256(home, key) == kept[1] else "was changed"


def copy_of(home: Store, name: str) -> tuple[str, int] | None:
    """Find a table's undamaged published copy: its key and the version; None if there is none."""
    key, state = parquet_key(name), _state(home)
    version = (_part(state, "tables").get(name) or [None])[0]
    size = next((info.size for info in home.list("published") if info.key == key), None)
    if version is None or _compared(home, key, _part(state, "files").get(key), size):
        return None
    return key, int(version)


def published_versions(home: Store) -> dict[str, int]:
    """Return the versions of all tables when they were last published."""
    versions = _part(_state(home), "versions").items()
    return {name: version for name, version in versions if isinstance(version, int)}


def _is_kept(kept: object, size: int | None) -> bool:
    return isinstance(kept, list) and kept[0] == size


def _state_of(name: str, versions: Mapping[str, int]) -> list[Any]:
    """Return what a table's published file depends on."""
    return [versions.get(name), TABLES[name].schema.names]


def _state(home: Store) -> dict[str, Any]:
    """Read what was published last."""
    try:
        found = json.loads(home.read(STATE))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(state: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = state.get(name)
    return found if isinstance(found, dict) else {}


def _write_table(home: Store, name: str, file: Path) -> None:
    spec = TABLES[name]
    columns = ", ".join(f'"{column}"' for column in spec.schema.names)
    with duck.translate_errors(), duck.connect(home, (name,)) as connection:
        relation = connection.sql(
            f"SELECT {columns} FROM {name} ORDER BY {', '.join(spec.key)}"  # noqa: S608
        )
        relation.write_parquet(str(file), compression="zstd")


def _put(home: Store, key: str, file: Path) -> list[Any]:
    """Publish a local file and remove it; return its size and digest."""
    home.write_file(key, file)
    kept = [file.stat().st_size, sha256_of_file(file)]
    file.unlink()
    return kept
