"""The status of a home."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import sql
from catalog.enrichment import acceptance, counts
from catalog.enrichment.champions import read_champions, warn_of_retired
from catalog.images import near_duplicates
from catalog.ingestion import checks
from catalog.publishing import publish
from catalog.storage import duck, tables
from catalog.storage.store import Store

_RUNS = """
SELECT started_at, flow, coalesce(catalog, ''), status, coalesce(error, '')
FROM runs ORDER BY started_at DESC LIMIT 5
"""


def status_of(home: Store) -> dict[str, Any]:
    """Return the contents and latest check results of a home, for `artcat status`.

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
    checked = connection.execute(sql.text("runs/last_checks")).fetchall()
    champions = read_champions(connection)
    return {
        "home": home.uri,
        "tables": {n: f"{rows[n]} rows, version {v}" for n, v in versions.items()},
        "table_versions": versions,
        "catalogs": {name: asdict(each) for name, each in counts.counts_by_catalog(home).items()},
        "acceptance": acceptance.overview(home),
        "warnings": [
            *(f"{row[0]}: {warning}" for row in checked for warning in row[-1]),
            *filter(None, [warn_of_retired(home)]),
        ],
        "checks": {
            catalog: {
                "run_id": run_id,
                "flow": flow,
                "started_at": started,
                **checks.by_outcome(json.loads(results)),
            }
            for catalog, run_id, flow, started, results, _ in checked
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
