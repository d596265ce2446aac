"""What analysts get: a Parquet file per table and a DuckDB file, readable without Delta."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog import analysts, duck, tables
from catalog.analysts import DATABASE, PUBLISHED, SEEN_BY, parquet_key
from catalog.schemas import TABLES
from catalog.store import Store

PARQUET = parquet_key("enriched")
_STATE = "published/published.json"
_BESIDE = frozenset({"runs"})
"""Tables that every run changes, also one that finds nothing to do."""


def publish(home: Store) -> bool:
    """Bring the published files up to date; False if nothing but the list of runs had changed.

    Each file is replaced as a whole, so a reader sees the last snapshot of a table or this one.

    Raises:
        StoreError: if a file cannot be written.
        PassingError: if a table cannot be read.
    """
    known = _state(home)
    there = {info.key for info in home.list("published")}
    versions = tables.versions(home)
    now: dict[str, Any] = {
        "tables": {name: _state_of(name, versions) for name in PUBLISHED},
        "seen_by": {name: versions.get(name) for name in SEEN_BY},
        "definitions": analysts.definitions(home),
    }
    changed = [
        name
        for name in PUBLISHED
        if parquet_key(name) not in there or _part(known, "tables").get(name) != now["tables"][name]
    ]
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        for name in changed:
            _publish_table(home, name, Path(folder) / f"{name}.parquet")
        same = all(known.get(name) == now[name] for name in ("seen_by", "definitions"))
        # What it is made of is read only if it can be other than it was.
        basis = (known.get("database") if same else None) or analysts.basis_of(home)
        rebuilt = DATABASE not in there or known.get("database") != basis
        if rebuilt:
            file = Path(folder) / "artcat.duckdb"
            analysts.build(home, file)
            home.write_file(DATABASE, file)
    now["database"] = basis
    if now != known:
        home.write(_STATE, json.dumps(now).encode())
    return rebuilt or not _BESIDE.issuperset(changed)


def _state_of(name: str, versions: Mapping[str, int]) -> list[Any]:
    """What a table's published file follows from."""
    return [versions.get(name), TABLES[name].schema.names]


def _state(home: Store) -> dict[str, Any]:
    """What was published last."""
    try:
        found = json.loads(home.read(_STATE))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _part(state: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = state.get(name)
    return found if isinstance(found, dict) else {}


def _publish_table(home: Store, name: str, file: Path) -> None:
    spec = TABLES[name]
    columns = ", ".join(f'"{column}"' for column in spec.schema.names)
    with duck.clear_errors(), duck.connect(home, (name,)) as connection:
        relation = connection.sql(
            f"SELECT {columns} FROM {name} ORDER BY {', '.join(spec.key)}"  # noqa: S608
        )
        relation.write_parquet(str(file), compression="zstd")
    home.write_file(parquet_key(name), file)
    file.unlink()
