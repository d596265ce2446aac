"""Prediction inputs: the relation `prediction_inputs`, with a key per artwork."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import pyarrow as pa

import sql
from catalog.datasets.reviews import view_latest
from catalog.ingestion.artists import view_artists, view_other_labels
from catalog.storage import duck, tables
from catalog.storage.store import Store

TABLES = ("artworks", "images", "reviews", "audits")
"""Tables that the connection must have for `create_prediction_inputs`."""


@dataclass(frozen=True)
class ClassifierKey:
    """Everything about a classifier that its predictions depend on."""

    key: str
    """Digest of the model and of the precision that its encoder runs in."""
    image: bool = True
    """Whether it uses images; likewise the following."""
    facts: bool = False
    other_works: bool = False


def mark_outside(home: Store, catalog: str | None) -> int:
    """Record the artworks that are outside the vocabulary, with the reason; how many were new.

    None of them is predicted. It is idempotent.
    """
    with duck.connect(home, (*TABLES, "predictions")) as connection:
        load_prediction_inputs(connection, home, None, catalog)
        rows = duck.arrow(connection, sql.text("predictions/outside"))
    tables.merge(home, "predictions", rows)
    return rows.num_rows


def load_prediction_inputs(
    connection: duck.DuckDB, home: Store, classifier: ClassifierKey | None, catalog: str | None
) -> None:
    """Create the table `prediction_inputs`, computed once for each state of the home's tables.

    The steps of a run, and the parts in which a large home is predicted, ask for it in turn.
    """
    with _lock:
        state = (home.uri, _versions(home), classifier, catalog)
        rows = _last.get(state)
        if rows is None:
            with duck.connect(home, TABLES) as reading:
                create_prediction_inputs(reading, classifier, catalog)
                rows = duck.arrow(reading, "FROM prediction_inputs")
            _last.clear()
            if _versions(home) == state[1]:  # otherwise another run wrote meanwhile
                _last[state] = rows
    connection.register("prediction_inputs", rows)


def _versions(home: Store) -> tuple[int | None, ...]:
    return tuple(tables.version_of(home, name) for name in TABLES)


_State = tuple[str, tuple[int | None, ...], ClassifierKey | None, str | None]
_last: dict[_State, pa.Table] = {}
_lock = Lock()


def create_prediction_inputs(
    connection: duck.DuckDB, classifier: ClassifierKey | None, catalog: str | None
) -> None:
    """Create the table `prediction_inputs`: one row per artwork that can be predicted.

    The connection has the home's tables `TABLES`. Without a classifier the table is empty.
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
