"""Ingest a catalog: stage its rows, normalise them, merge what changed, set aside what is unfit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.arrow import values
from catalog.artists import parse_artist
from catalog.errors import SourceError
from catalog.forms import form_of
from catalog.picture_data import parse_picture_data
from catalog.sources import historic_art
from catalog.store import Store
from catalog.titles import restore_capitals
from catalog.vocabulary import style_names

_CATALOG_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")


@dataclass(frozen=True)
class IngestReport:
    """What became of the rows: `rows_read` = `artworks` + `quarantined` + `duplicates`."""

    rows_read: int
    artworks: int
    quarantined: int
    duplicates: int
    new: int
    changed: int
    returned: int
    removed: int
    unlabelled: int


def check_catalog_name(name: str) -> str:
    """Return a usable name of a catalog.

    Raises:
        SourceError: unless it is lower-case letters, digits, `-` and `_`.
    """
    if not _CATALOG_NAME.fullmatch(name):
        raise SourceError(
            f"{name!r} is no name for a catalog: use lower-case letters, digits, - and _"
        )
    return name


def ingest(home: Store, source: Store, name: str) -> IngestReport:
    """Bring the tables `artworks` and `quarantine` up to date with a catalog.

    Args:
        home: where the tables are.
        source: where the catalog's files are.
        name: of the catalog; other catalogs in the home are not touched.

    Raises:
        SourceError: if the catalog cannot be read.
        StoreError: if the home cannot be written.
    """
    parameters = {"catalog": check_catalog_name(name), "now": datetime.now(UTC)}
    connection = duck.connect(home, ("artworks", "quarantine"))
    historic_art.stage(connection, source)
    normalise(connection, name)
    changes = duck.arrow(connection, sql.text("artworks/changes"), parameters)
    aside = duck.arrow(
        connection,
        sql.text("quarantine/changes"),
        {**parameters, "file": historic_art.ARTWORKS},
    )
    tables.merge(home, "quarantine", aside)
    tables.merge(home, "artworks", changes.drop_columns(["change"]))
    return _report(connection, changes)


def normalise(connection: duck.DuckDB, name: str) -> None:
    """From the relation `staged` make `ingested_rows`, with normalised facts and outcomes."""
    _lookup(connection, "artist_names", "artist_given", _artist_columns)
    _lookup(connection, "titles", "title_given", lambda t: {"title": restore_capitals(t)})
    _lookup(connection, "techniques", "picture_data_given", _technique_column)
    pairs = connection.execute(
        "SELECT DISTINCT techniques.technique, staged.profession FROM staged "
        "LEFT JOIN techniques ON staged.picture_data_given = techniques.given"
    ).fetchall()
    forms = [{"technique": t, "profession": p, "form": form_of(t, p)} for t, p in pairs]
    connection.register("forms", _strings(forms, ("technique", "profession", "form")))
    terms = [{"term": style.lower(), "style": style} for style in style_names()]
    connection.register("style_terms", _strings(terms, ("term", "style")))
    connection.execute(
        f"CREATE TABLE ingested_rows AS {sql.text('artworks/rows')}", {"catalog": name}
    )


def _lookup(
    connection: duck.DuckDB,
    relation: str,
    column: str,
    parse: Callable[[str], dict[str, str | None]],
) -> None:
    """Register the parsed form of each distinct value: far fewer than there are rows."""
    given = connection.execute(
        f"SELECT DISTINCT {column} FROM staged WHERE {column} IS NOT NULL"  # noqa: S608
    ).fetchall()
    rows: list[dict[str, str | None]] = [{"given": value, **parse(value)} for (value,) in given]
    connection.register(relation, _strings(rows, ("given", *parse(""))))


def _artist_columns(given: str) -> dict[str, str | None]:
    name = parse_artist(given)
    return {"artist": name.catalogued, "artist_display": name.display}


def _technique_column(given: str) -> dict[str, str | None]:
    return {"technique": parse_picture_data(given).technique}


def _strings(rows: list[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema([(n, pa.string()) for n in names]))


def _report(connection: duck.DuckDB, changes: pa.Table) -> IngestReport:
    outcomes = dict(
        connection.execute("SELECT outcome, count(*) FROM ingested_rows GROUP BY ALL").fetchall()
    )
    unlabelled = connection.execute(
        "SELECT count(*) FROM ingested_rows WHERE outcome = 'artwork' AND style IS NULL"
    ).fetchone()
    by_change = Counter(values(changes, "change"))
    return IngestReport(
        rows_read=sum(outcomes.values()),
        artworks=outcomes.get("artwork", 0),
        quarantined=outcomes.get("quarantined", 0),
        duplicates=outcomes.get("duplicate", 0),
        new=by_change["new"],
        changed=by_change["changed"],
        returned=by_change["returned"],
        removed=by_change["removed"],
        unlabelled=unlabelled[0] if unlabelled else 0,
    )
