"""What a home holds, at a glance."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sql
from catalog import acceptance, checks, counts, duck, near_duplicates, publish, tables
from catalog.store import Store

_RUNS = """
SELECT started_at, flow, coalesce(catalog, ''), status, coalesce(error, '')
FROM runs ORDER BY started_at DESC LIMIT 5
"""


def status_of(home: Store) -> dict[str, Any]:
    """What a home holds and what was found in it, for `artcat status`.

    Tables with their rows and versions, catalogs, what the checks found in the last run of each
    catalog, near-duplicates, champions, the last five runs.
    """
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
        "catalogs": {name: asdict(each) for name, each in counts.counts_by_catalog(home).items()},
        "acceptance": acceptance.overview(home),
        "checks": _last_checks(connection),
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


def _last_checks(connection: duck.DuckDB) -> dict[str, dict[str, Any]]:
    """For each catalog what the checks found in its last run."""
    return {
        catalog: {
            "run_id": run_id,
            "flow": flow,
            "started_at": started,
            **checks.by_outcome(json.loads(results)),
        }
        for catalog, run_id, flow, started, results in connection.execute(
            sql.text("runs/last_checks")
        ).fetchall()
    }
