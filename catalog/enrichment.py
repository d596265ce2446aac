"""The bookkeeping of enrichment: what is to be done, and the table that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.store import Store


@dataclass(frozen=True)
class Wording:
    """Which sentence is written: the template's key and the language."""

    template: str
    language: str


def _resolved(
    home: Store, catalog: str | None, classifier_key: str | None, wording: Wording
) -> duck.DuckDB:
    """A DuckDB with the table `resolved`: one row per work, as of now."""
    connection = duck.connect(
        home, ("artworks", "images", "predictions", "descriptions", "enriched")
    )
    connection.execute(
        f"CREATE TABLE resolved AS {sql.text('enriched/resolved')}",
        {
            "classifier_key": classifier_key,
            "catalog": catalog,
            "template": wording.template,
            "language": wording.language,
        },
    )
    return connection


def plan_descriptions(
    home: Store, catalog: str | None, classifier_key: str | None, wording: Wording
) -> pa.Table:
    """Works whose sentence is to be written, with their facts and description_key."""
    connection = _resolved(home, catalog, classifier_key, wording)
    return duck.arrow(connection, sql.text("descriptions/plan"))


def update_enriched(
    home: Store, catalog: str | None, classifier_key: str | None, wording: Wording
) -> tables.Written:
    """Bring `enriched` up to date; equal rows are not written again."""
    connection = _resolved(home, catalog, classifier_key, wording)
    return tables.merge(home, "enriched", duck.arrow(connection, sql.text("enriched/changes")))


def counts(home: Store, catalog: str | None) -> Mapping[str, object]:
    """Works in `enriched`, those with a prediction, and images by status; removed ones apart."""
    connection = duck.connect(home, ("enriched",))
    here = "NOT removed AND ($catalog IS NULL OR catalog = $catalog)"
    enriched, predicted = connection.execute(
        f"SELECT count(*), count(predicted_style) FROM enriched WHERE {here}",  # noqa: S608
        {"catalog": catalog},
    ).fetchall()[0]
    by_status = connection.execute(
        f"SELECT image_status, count(*) FROM enriched WHERE {here} "  # noqa: S608
        "GROUP BY ALL ORDER BY ALL",
        {"catalog": catalog},
    ).fetchall()
    return {"enriched": enriched, "predicted": predicted, "images": dict(by_status)}
