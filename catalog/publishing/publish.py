"""Publishing: a Parquet file per table and a DuckDB file, readable without Delta."""

from __future__ import annotations

import json
import tempfile
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
    known, sizes = _state(home), _sizes(home)
    files = {key: kept for key, kept in known["files"].items() if kept[0] == sizes.get(key)}
    versions = tables.versions(home)
    now: dict[str, Any] = {
        # What each table's published file depends on
        "tables": {name: [versions.get(name), TABLES[name].schema.names] for name in PUBLISHED},
        "seen_by": {name: versions.get(name) for name in SEEN_BY},
        "definitions": analysts.definitions(home),
        "versions": versions,
        "files": files,
    }
    changed = [
        name
        for name in PUBLISHED
        if parquet_key(name) not in files or known["tables"].get(name) != now["tables"][name]
    ]
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        file = Path(folder) / "made"
        for name in changed:
            spec = TABLES[name]
            columns = ", ".join(f'"{column}"' for column in spec.schema.names)
            with duck.translate_errors(), duck.connect(home, (name,)) as connection:
                connection.sql(
                    f"SELECT {columns} FROM {name} ORDER BY {', '.join(spec.key)}"  # noqa: S608
                ).write_parquet(str(file), compression="zstd")
            files[parquet_key(name)] = _put(home, parquet_key(name), file)
        same = all(known.get(name) == now[name] for name in ("seen_by", "definitions"))
        # Its inputs are read only if they may have changed.
        basis = (known.get("database") if same else None) or analysts.basis_of(home)
        rebuilt = DATABASE not in files or known.get("database") != basis
        if rebuilt:
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
    files, sizes = _state(home)["files"], _sizes(home)
    if not files:
        was = bool(sizes) or tables.table_exists(home, "enriched")
        return {STATE: "is missing or damaged"} if was else {}
    wanted = [*map(parquet_key, PUBLISHED), DATABASE]
    wrong = {key: _compared(home, key, files.get(key), sizes.get(key)) for key in wanted}
    return {key: problem for key, problem in wrong.items() if problem}


def copy_of(home: Store, name: str) -> tuple[str, int] | None:
    """Find a table's undamaged published copy: its key and the version; None if there is none."""
    key, state = parquet_key(name), _state(home)
    version, *_ = state["tables"].get(name, [None])
    if version is None or _compared(home, key, state["files"].get(key), _sizes(home).get(key)):
        return None
    return key, int(version)


def published_versions(home: Store) -> dict[str, int]:
    """Return the versions of all tables when they were last published."""
    return dict(_state(home)["versions"])


def _state(home: Store) -> dict[str, Any]:
    """Read what was published last: `tables`, `files` and `versions`, empty if it is damaged."""
    parts: dict[str, Any] = {"tables": {}, "files": {}, "versions": {}}
    try:
        found = json.loads(home.read(STATE))
    except (FileNotFoundError, ValueError):
        return parts
    known = found if isinstance(found, dict) else {}
    for name, kind in (("tables", list), ("files", list), ("versions", int)):
        part = known.get(name)
        entries = part.items() if isinstance(part, dict) else ()
        parts[name] = {key: value for key, value in entries if value and isinstance(value, kind)}
    return known | parts


def _sizes(home: Store) -> dict[str, int]:
    return {info.key: info.size for info in home.list("published")}


def _compared(home: Store, key: str, kept: list[Any] | None, size: int | None) -> str:
    """Return what is wrong with a published file; `kept` are its size and digest."""
    if size is None:
        return "is missing"
    if kept is None:
        return "was not published by artcat"
    if size != kept[0]:
        return f"has {size:,} bytes instead of {kept[0]:,}"
    return "" if sha256(home, key) == kept[1] else "was changed"


def _put(home: Store, key: str, file: Path) -> list[Any]:
    """Publish a local file and remove it; return its size and digest."""
    home.write_file(key, file)
    kept = [file.stat().st_size, sha256_of_file(file)]
    file.unlink()
    return kept
