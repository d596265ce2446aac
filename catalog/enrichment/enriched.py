"""The table `enriched`, and the plan of descriptions to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

import sql
from catalog.datasets.reviews import view_latest
from catalog.enrichment.predictions import ClassifierKey, load_prediction_inputs
from catalog.storage import duck, tables
from catalog.storage.homes import settings
from catalog.storage.store import Store
from catalog.vocabulary import style_years


@dataclass(frozen=True)
class TemplateVersion:
    """A language and the digest of its template."""

    language: str
    template: str
    mentions_closest: bool = False


@dataclass(frozen=True)
class EnrichmentScope:
    """Artworks to enrich, and the classifier whose predictions apply."""

    catalog: str | None
    classifier_key: ClassifierKey | None
    artwork_ids: tuple[str, ...] | None = None
    """Only these artworks; all of the catalog if None."""


_RESOLVED_FROM = (
    *("artworks", "images", "predictions", "reviews", "audits", "acceptance", "closest"),
)
"""The tables that `enriched/resolved` reads."""


def query_resolved(
    home: Store,
    scope: EnrichmentScope,
    statement: str,
    parameters: Mapping[str, object] | None = None,
) -> list[dict[str, Any]]:
    """Run a statement on the relation `resolved`; only the columns that it needs are computed.

    Args:
        home: whose artworks.
        scope: which artworks, and whose predictions.
        statement: name of the SQL; it can ask the table `audits` too.
        parameters: its own.
    """
    connection, given = _connected(home, scope)
    return duck.rows(
        connection,
        f"WITH resolved AS ({sql.text('enriched/resolved')}) FROM ({sql.text(statement)})",
        {**given, **(parameters or {})},
    )


def _connected(
    home: Store, scope: EnrichmentScope, *more: str
) -> tuple[duck.DuckDB, dict[str, object]]:
    """Return a DuckDB with what `enriched/resolved` reads, and its parameters."""
    connection = duck.connect(home, (*_RESOLVED_FROM, *more))
    view_latest(connection)
    load_prediction_inputs(connection, home, scope.classifier_key, scope.catalog)
    artwork_ids = None if scope.artwork_ids is None else list(scope.artwork_ids)
    return connection, {"catalog": scope.catalog, "artwork_ids": artwork_ids}


def _description_inputs(
    home: Store, scope: EnrichmentScope, template_versions: Sequence[TemplateVersion]
) -> duck.DuckDB:
    """Return a DuckDB with `resolved` and `description_inputs` (a row per artwork and language)."""
    connection, given = _connected(home, scope, "descriptions", "enriched")
    connection.execute(f"CREATE TEMP TABLE resolved AS {sql.text('enriched/resolved')}", given)
    rows = [{"position": at, **asdict(wording)} for at, wording in enumerate(template_versions)]
    connection.register(
        "template_versions", pa.Table.from_pylist(rows, schema=pa.schema(_WORDINGS))
    )
    connection.execute(f"CREATE TEMP TABLE description_inputs AS {sql.text('descriptions/inputs')}")
    return connection


_WORDINGS: dict[str, pa.DataType] = {
    "position": pa.int64(),
    "language": pa.string(),
    "template": pa.string(),
    "mentions_closest": pa.bool_(),
}


def plan_descriptions(
    home: Store, scope: EnrichmentScope, template_versions: Sequence[TemplateVersion]
) -> pa.Table:
    """List the descriptions to write, with the facts and the key of each."""
    return duck.arrow(
        _description_inputs(home, scope, template_versions), sql.text("descriptions/plan")
    )


def update_enriched(
    home: Store,
    scope: EnrichmentScope,
    template_versions: Sequence[TemplateVersion],
    describe: Callable[[pa.Table], pa.Table],
) -> tables.Written:
    """Write missing descriptions, and bring `enriched` up to date; equal rows are not written.

    It repeats if reviews were written meanwhile, so that no decision is overwritten.

    Args:
        home: whose artworks.
        scope: which artworks, and whose predictions.
        template_versions: the languages, in order, and their templates.
        describe: makes rows of `descriptions` from rows of `plan_descriptions`.
    """
    written = tables.Written()
    while True:
        reviews = tables.version_of(home, "reviews")
        connection = _description_inputs(home, scope, template_versions)
        missing = duck.arrow(connection, sql.text("descriptions/plan"))
        tables.merge(home, "descriptions", describe(missing))
        duck.view(connection, home, ["descriptions"])
        connection.register("style_years", style_years())
        connection.execute(
            f"CREATE TEMP TABLE flagged AS {sql.text('enriched/flags')}",
            {"tolerance": settings().style_tolerance},
        )
        rows = duck.arrow(connection, sql.text("enriched/changes"))
        written += tables.merge(home, "enriched", rows)
        gone = connection.execute(sql.text("enriched/gone")).fetchall()
        tables.delete(home, "enriched", "artwork_id", [artwork_id for (artwork_id,) in gone])
        if tables.version_of(home, "reviews") == reviews:
            return written
