"""What analysts get: one Parquet file and a small DuckDB file, readable without Delta."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from catalog import duck
from catalog.store import Store
from catalog.tables import version_of

PARQUET = "published/enriched.parquet"
DATABASE = "published/artcat.duckdb"
_STATE = "published/published.json"

_VIEWS = {
    "enriched": "SELECT * FROM read_parquet('{parquet}')",
    "works_by_style": (
        "SELECT style, style_source, count(*) AS works, avg(confidence) AS mean_confidence "
        "FROM enriched WHERE NOT removed GROUP BY ALL ORDER BY works DESC"
    ),
    "disagreements": (
        "SELECT artwork_id, artist, title, catalog_style, predicted_style, confidence "
        "FROM enriched WHERE disagrees AND NOT removed ORDER BY confidence DESC"
    ),
    "flagged": (
        "SELECT flag, artwork_id, artist, title, catalog_style, predicted_style, confidence "
        "FROM (SELECT unnest(flags) AS flag, * FROM enriched WHERE NOT removed) "
        "ORDER BY flag, artwork_id"
    ),
}


def publish(home: Store) -> bool:
    """Replace the published files by one snapshot of `enriched`; False if they are up to date.

    The Parquet file is replaced as a whole, so a reader sees the last snapshot or this one.
    """
    state = {"enriched": version_of(home, "enriched"), "uri": home.uri, "views": _VIEWS}
    if _state(home) == state and home.exists(PARQUET) and home.exists(DATABASE):
        return False
    with tempfile.TemporaryDirectory(prefix="artcat-") as folder:
        parquet = Path(folder) / "enriched.parquet"
        connection = duck.connect(home, ("enriched",))
        relation = connection.sql("SELECT * FROM enriched ORDER BY artwork_id")
        relation.write_parquet(str(parquet), compression="zstd")
        home.write(PARQUET, parquet.read_bytes())
        home.write(DATABASE, _database(home, Path(folder)))
    home.write(_STATE, json.dumps(state).encode())
    return True


def _state(home: Store) -> object:
    try:
        return json.loads(home.read(_STATE))
    except (FileNotFoundError, ValueError):
        return None


def _database(home: Store, folder: Path) -> bytes:
    """A DuckDB file with views over the published Parquet file; no secret is kept in it."""
    file = str(folder / "artcat.duckdb").replace("'", "''")
    connection = duck.connect(home, ())
    connection.execute(f"ATTACH '{file}' AS artcat")
    connection.execute("USE artcat")
    parquet = home.uri_of(PARQUET).replace("'", "''")
    for name, statement in _VIEWS.items():
        connection.execute(f"CREATE VIEW {name} AS {statement.format(parquet=parquet)}")
    connection.execute("USE memory")
    connection.execute("DETACH artcat")
    return (folder / "artcat.duckdb").read_bytes()
