"""What a home holds, at a glance."""

from __future__ import annotations

from typing import Any

import sql
from catalog import duck, near_duplicates, publish, tables
from catalog.store import Store

_CATALOGS = """
SELECT catalog, count(*) AS works, count(predicted_style) AS predicted,
    count(*) FILTER (WHERE image_status = 'ok') AS images
FROM enriched WHERE NOT removed GROUP BY ALL ORDER BY ALL
"""
_RUNS = """
SELECT started_at, flow, coalesce(catalog, ''), status, coalesce(error, '')
FROM runs ORDER BY started_at DESC LIMIT 5
"""


def status_of(home: Store) -> dict[str, Any]:
    """Tables with their rows and versions, catalogs, near-duplicates, champions, last five runs."""
    connection = duck.connect(home)
    versions = tables.versions(home)
    rows = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]  # noqa: S608
        for name in versions
    }
    groups, works = near_duplicates.count_groups(connection)
    champions = duck.arrow(connection, sql.text("promotions/champions")).to_pylist()
    return {
        "home": home.uri,
        "tables": {n: f"{rows[n]} rows, version {v}" for n, v in versions.items()},
        "table_versions": versions,
        "catalogs": {
            name: f"{works} works, {images} with an image, {predicted} predicted"
            for name, works, predicted, images in connection.execute(_CATALOGS).fetchall()
        },
        "near_duplicates": {"groups": groups, "works": works},
        "champions": {row["role"]: row["model_version"] for row in champions},
        "models": {
            f"{row['role']} champion": f"{row['model_version']} ({row['reason']})"
            for row in champions
        },
        "runs": [
            f"{started:%Y-%m-%d %H:%M} {flow} {catalog} {status} {error}".rstrip()
            for started, flow, catalog, status, error in connection.execute(_RUNS).fetchall()
        ],
        "published": home.uri_of(publish.PARQUET) if home.exists(publish.PARQUET) else None,
    }
