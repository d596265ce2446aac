"""Parsed forms of what a catalog gives, one row per distinct value: far fewer than there are works.

Each lookup is a relation of DuckDB that `sql/artworks` joins on the given text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.artist_names import artists_behind
from catalog.duck import DuckDB
from catalog.normalise.artists import parse_artist
from catalog.normalise.dates import parse_date
from catalog.normalise.forms import form_of
from catalog.normalise.lifespans import parse_lifespan
from catalog.normalise.mojibake import repair
from catalog.normalise.nationalities import parse_nationality
from catalog.normalise.picture_data import parse_picture_data
from catalog.normalise.sizes import parse_size
from catalog.normalise.techniques import split_technique
from catalog.normalise.timeframes import parse_timeframe
from catalog.normalise.titles import restore_capitals
from catalog.vocabulary.regions import regions_of

_TEXT, _INT, _REAL = pa.string(), pa.int64(), pa.float64()


@dataclass(frozen=True)
class Lookup:
    """A relation `name`: the distinct values of a column, as `given`, and what they mean."""

    name: str
    column: str
    columns: dict[str, pa.DataType]
    parse: Callable[[str], Sequence[Any]]


def _picture_parts(given: str) -> Sequence[Any]:
    parts = parse_picture_data(repair(given))
    return parts.date, parts.technique, parts.size, parts.location


def _technique_parts(given: str) -> Sequence[Any]:
    parts = split_technique(repair(given))
    return parts.technique, parts.size


def _artist(given: str) -> Sequence[Any]:
    name = parse_artist(repair(given))
    return name.catalogued, name.display, bool(name.display and artists_behind(name.display))


def _title(given: str) -> Sequence[Any]:
    # What programs write for a missing value; "None" and "Null" may be titles.
    return (None if given in ("nan", "NaN", "<NA>") else restore_capitals(repair(given)),)


def _date(given: str) -> Sequence[Any]:
    date = parse_date(given)
    return date.earliest, date.latest, date.certainty, date.reason


def _lifespan(given: str) -> Sequence[Any]:
    life = parse_lifespan(given)
    return life.born, life.died, life.active_from, life.active_to, life.reason


def _size(given: str) -> Sequence[Any]:
    size = parse_size(given)
    return size.height_cm, size.width_cm, size.depth_cm, size.diameter_cm, size.reason


def _timeframe(given: str) -> Sequence[Any]:
    timeframe = parse_timeframe(given)
    return timeframe.first, timeframe.last


_OF_STAGED = (
    Lookup(
        "picture_parts",
        "picture_data_given",
        {"date": _TEXT, "technique": _TEXT, "size": _TEXT, "location": _TEXT},
        _picture_parts,
    ),
    Lookup(
        "technique_parts",
        "technique_given",
        {"technique": _TEXT, "size": _TEXT},
        _technique_parts,
    ),
)
_OF_TEXTS = (
    Lookup(
        "artist_names",
        "artist_given",
        {"artist": _TEXT, "artist_display": _TEXT, "names_somebody": pa.bool_()},
        _artist,
    ),
    Lookup(
        "lifespans",
        "born_died_given",
        {"born": _INT, "died": _INT, "active_from": _INT, "active_to": _INT, "problem": _TEXT},
        _lifespan,
    ),
    Lookup(
        "nationalities",
        "nationality_given",
        {"nationality": _TEXT},
        lambda given: (parse_nationality(given),),
    ),
    Lookup(
        "regions",
        "nationality_given",
        {"regions": pa.list_(_TEXT)},
        lambda given: (regions_of(given),),
    ),
    Lookup("titles", "title_given", {"title": _TEXT}, _title),
    Lookup(
        "dates",
        "date_text",
        {"earliest": _INT, "latest": _INT, "certainty": _TEXT, "problem": _TEXT},
        _date,
    ),
    Lookup(
        "sizes",
        "size_text",
        {
            "height_cm": _REAL,
            "width_cm": _REAL,
            "depth_cm": _REAL,
            "diameter_cm": _REAL,
            "problem": _TEXT,
        },
        _size,
    ),
    Lookup("locations", "location_text", {"location": _TEXT}, lambda given: (repair(given),)),
    Lookup(
        "timeframes",
        "timeframe_given",
        {"timeframe_from": _INT, "timeframe_to": _INT},
        _timeframe,
    ),
)


def register_parts(connection: DuckDB) -> None:
    """Register the lookups of the relation `staged` that split texts into their parts."""
    for lookup in _OF_STAGED:
        _register(connection, lookup, "staged")


StyleOf = Callable[[str], tuple[str | None, str | None]]
"""The vocabulary's style for a source's term, and the term if it means a style that it lacks."""


def register_facts(connection: DuckDB, style_of: StyleOf) -> None:
    """Register the lookups of the relation `texts`.

    Args:
        connection: in which `texts` is.
        style_of: what the source's style terms mean.
    """
    for lookup in _OF_TEXTS:
        _register(connection, lookup, "texts")
    styles = Lookup("style_terms", "style_given", {"style": _TEXT, "other_style": _TEXT}, style_of)
    _register(connection, styles, "texts")
    _register_forms(connection)


def _register(connection: DuckDB, lookup: Lookup, relation: str) -> None:
    given = connection.execute(
        f"SELECT DISTINCT {lookup.column} FROM {relation} "  # noqa: S608 - names of our own
        f"WHERE {lookup.column} IS NOT NULL"
    ).fetchall()
    rows = [(value, *lookup.parse(value)) for (value,) in given]
    connection.register(lookup.name, _table(rows, {"given": _TEXT, **lookup.columns}))


def _register_forms(connection: DuckDB) -> None:
    given = connection.execute(
        "SELECT DISTINCT technique, profession, form_given FROM texts"
    ).fetchall()
    rows = [(*row, form_of(*row)) for row in given]
    names = ("technique", "profession", "form_given", "form")
    connection.register("forms", _table(rows, dict.fromkeys(names, _TEXT)))


def _table(rows: Sequence[Sequence[Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    arrays = [
        pa.array([row[index] for row in rows], kind) for index, kind in enumerate(columns.values())
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))
