"""What each prediction depends on: the relation `prediction_inputs`, with a key per artwork."""

from __future__ import annotations

from dataclasses import dataclass

import sql
from catalog import duck
from catalog.artists import view_artists, view_other_labels
from catalog.reviews import view_latest

TABLES = ("artworks", "images", "reviews", "audits")
"""Tables that the connection must have for `create_prediction_inputs`."""


@dataclass(frozen=True)
class ClassifierKey:
    """Everything about a classifier that its predictions depend on."""

    key: str
    """Digest of the model and of the precision that its encoder runs in."""
    image: bool = True
    """Whether it uses images, and likewise below."""
    facts: bool = False
    other_works: bool = False


def create_prediction_inputs(
    connection: duck.DuckDB, classifier: ClassifierKey | None, catalog: str | None
) -> None:
    """Create the table `prediction_inputs`: one row per artwork that can be predicted.

    Args:
        connection: with the home's tables `TABLES`.
        classifier: whose inputs; none: the table is empty.
        catalog: only its artworks; None for all.
    """
    if classifier is not None and classifier.other_works:
        view_latest(connection)
        view_artists(connection)
        view_other_labels(connection)
    else:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE other_labels (artwork_id VARCHAR, "
            "labels STRUCT(style VARCHAR, artworks BIGINT)[])"
        )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE prediction_inputs AS {sql.text('predictions/inputs')}",
        {
            "classifier_key": classifier.key if classifier else None,
            "uses_image": classifier is not None and classifier.image,
            "uses_facts": classifier is not None and classifier.facts,
            "uses_other_works": classifier is not None and classifier.other_works,
            "catalog": catalog,
        },
    )
