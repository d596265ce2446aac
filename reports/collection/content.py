"""Content of the pages, from the home's tables and pictures."""

from __future__ import annotations

from typing import Any

import sql
from catalog.base.hashing import key_of
from catalog.enrichment import acceptance, work_changes
from catalog.enrichment.counts import count_artworks
from catalog.runs import history
from catalog.storage import duck, tables
from catalog.storage.store import Store
from models.evaluation.agreement import agreement
from models.evaluation.leaderboard import is_unbiased, leaderboard, leading_row, picture_of
from models.versions import registry
from reports.collection.samples import sheets
from reports.evaluation.words import Row

_FORM = 3
"""Version of the pages; if it changes, they are written again."""
_FOLLOWS_FROM = (
    *("artworks", "images", "enriched", "quarantine", "evaluations", "promotions", "reviews"),
    "work_changes",
    *("acceptance", "audits"),
)
_TO_DECIDE, _RUNS = 12, 10


def basis(home: Store) -> str:
    """Return a fingerprint of the inputs of a page about the collection."""
    versions = {name: tables.version_of(home, name) for name in _FOLLOWS_FROM}
    return key_of("collection report", _FORM, home.uri, versions)


def gather(
    home: Store, catalog: str | None = None, run_id: str | None = None, counts: Row | None = None
) -> dict[str, Any]:
    """Gather the content of a page about the collection, or about a run with its counts."""
    connection = duck.connect(home, ("artworks", "enriched", "runs", "work_changes"))

    def rows(statement: str, **more: object) -> list[dict[str, Any]]:
        text = sql.text(f"report/{statement}")
        return duck.rows(connection, text, {"catalog": catalog, **more})

    rows_of_models = leaderboard(home)
    champion = registry.champion(home)
    lead = leading_row(rows_of_models, champion)
    part = lead["part"] if lead else "test"
    unbiased = [row for row in rows_of_models if row["configured"] and is_unbiased(row)]
    changing = [run_id] if run_id else [row["run_id"] for row in rows("last_change")]
    change = None
    if changing:
        report = work_changes.report_of(home, changing[0])
        change = {"run_id": changing[0], "report": report, "counts": counts}
    return {
        "home": home.uri,
        "catalog": catalog,
        "run_id": run_id,
        "counts": count_artworks(home, catalog),
        "styles": rows("styles"),
        "evidence": rows("evidence"),
        "flags": rows("flags"),
        "coverage": rows("coverage"),
        "acceptance": acceptance.overview(home, catalog),
        "to_decide": rows("need_decision", shown=_TO_DECIDE),
        "champion": champion,
        # Models as configured, on the main part of the champion's evaluation
        "leaderboard": [row for row in unbiased if row["part"] == part],
        "part": part,
        "confusion": picture_of(home, lead, f"confusion-matrix-{part}.png"),
        "reliability": picture_of(home, lead, f"reliability-{part}.png"),
        "agreement": agreement(home),
        "change": change,
        "sheets": sheets(home, catalog, run_id),
        "runs": [] if run_id else history.recent(home, _RUNS),
    }
