"""Lookups: parsed values of a catalog's texts, one row per distinct text.

Each lookup is a relation of DuckDB that `sql/artworks` joins on the given text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.ingestion.artist_names import named_artists, sole_artist
from catalog.normalise.artists import read_makers
from catalog.normalise.dates import parse_date
from catalog.normalise.forms import form_of
from catalog.normalise.mojibake import repair
from catalog.normalise.picture_data import (
    PictureData,
    Technique,
    parse_picture_data,
    split_technique,
)
from catalog.normalise.sizes import Size, parse_size
from catalog.normalise.titles import ends_in_year_of, is_suspicious, read_title
from catalog.storage.duck import DuckDB
from catalog.storage.schemas import ATTRIBUTIONS
from catalog.vocabulary.regions import regions_of

_TEXT, _INT = pa.string(), pa.int64()
_SHARE_WITH_CAPITALS = 0.9
"""Share of capitalised titles from which on a title in lower case is deliberate: `$he`."""
_MIN_WITH_YEAR, _SHARE_WITH_YEAR = 3, 0.2
"""Titles ending in the artwork's year from which on titles are taken to be file names."""


@dataclass(frozen=True)
class Lookup:
    """A relation `name`: the distinct values of a column, as `given`, and their parsed values."""

    name: str
    column: str
    columns: dict[str, pa.DataType]
    parse: Callable[[str], Sequence[Any]]


_OF_STAGED = (
    Lookup(
        "picture_parts",
        "picture_data_given",
        dict.fromkeys(PictureData._fields, _TEXT),
        lambda given: parse_picture_data(repair(given)),
    ),
    Lookup(
        "technique_parts",
        "technique_given",
        dict.fromkeys(Technique._fields, _TEXT),
        lambda given: split_technique(repair(given)),
    ),
)
_OF_TEXTS = (
    Lookup(
        "regions",
        "nationality_given",
        {"regions": pa.list_(_TEXT)},
        lambda given: (regions_of(given),),
    ),
    Lookup(
        "dates",
        "date_given",
        {"earliest": _INT, "latest": _INT, "certainty": _TEXT, "problem": _TEXT},
        parse_date,
    ),
    Lookup(
        "sizes",
        "size_given",
        {**dict.fromkeys(Size._fields[:-1], pa.float64()), "problem": _TEXT},
        parse_size,
    ),
    Lookup("locations", "location_given", {"location": _TEXT}, lambda given: (repair(given),)),
    Lookup(
        "timeframes",
        "timeframe_given",
        {"timeframe_from": _INT, "timeframe_to": _INT},
        lambda given: parse_date(given)[:2],
    ),
)


def register_parts(connection: DuckDB) -> None:
    """Register the lookups of the relation `staged` that split texts into their parts."""
    for lookup in _OF_STAGED:
        _register(connection, lookup, "staged")


StyleOf = Callable[[str], tuple[str | None, str | None]]
"""Columns: the vocabulary's style of a source's term, and the term if its style is unknown."""


def register_facts(connection: DuckDB, style_of: StyleOf) -> None:
    """Register the lookups of the relation `texts`.

    Args:
        connection: in which `texts` is.
        style_of: the style of each of the source's terms.
    """
    for lookup in _OF_TEXTS:
        _register(connection, lookup, "texts")
    styles = Lookup("style_terms", "style_given", {"style": _TEXT, "other_style": _TEXT}, style_of)
    _register(connection, styles, "texts")
    forms = ("technique", "profession", "form_given", "type_given")
    rows = [(*row, form_of(*row)) for row in _distinct(connection, forms)]
    connection.register("forms", _table(rows, dict.fromkeys((*forms, "form"), _TEXT)))
    rows = [(*row, *_makers(*row)) for row in _distinct(connection, tuple(_MAKERS)[:3])]
    connection.register("makers", _table(rows, _MAKERS))
    _register_titles(connection)


def _distinct(connection: DuckDB, names: Sequence[str], relation: str = "texts") -> list[Any]:
    statement = f"SELECT DISTINCT {', '.join(names)} FROM {relation}"  # noqa: S608 - our own names
    return connection.execute(statement).fetchall()


def _register(connection: DuckDB, lookup: Lookup, relation: str) -> None:
    given = _distinct(connection, [lookup.column], relation)
    rows = [(text, *lookup.parse(text)) for (text,) in given if text is not None]
    connection.register(lookup.name, _table(rows, {"given": _TEXT, **lookup.columns}))


def _register_titles(connection: DuckDB) -> None:
    """Register the titles, and those that can only be read beside the facts of their artwork."""
    share = connection.execute(
        "SELECT avg(CASE WHEN title_given = lower(title_given) THEN 0 ELSE 1 END) FROM texts "
        "WHERE lower(title_given) <> upper(title_given)"
    ).fetchall()[0][0]
    capitals = share is not None and share >= _SHARE_WITH_CAPITALS
    titles = Lookup(
        "titles",
        "title_given",
        {"is_suspicious": pa.bool_(), "title": _TEXT},
        lambda given: (is_suspicious(given), read_title(given, capitals_are_usual=capitals)),
    )
    _register(connection, titles, "texts")
    names = ("title_given", "artist_given", "date_given", "source_id")
    given = _distinct(
        connection, names, "texts JOIN titles ON title_given = given WHERE is_suspicious"
    )
    with_year = sum(ends_in_year_of(title, date) for title, _, date, _ in given if date)
    artworks = connection.execute("SELECT count(*) FROM texts").fetchall()[0][0]
    usual = with_year >= max(_MIN_WITH_YEAR, _SHARE_WITH_YEAR * artworks)
    rows = [
        (*row, read_title(*row, years_are_usual=usual, capitals_are_usual=capitals))
        for row in given
    ]
    connection.register("suspicious_titles", _table(rows, dict.fromkeys((*names, "title"), _TEXT)))


def _makers(artist: str | None, born_died: str | None, nationality: str | None) -> Sequence[Any]:
    found = read_makers(artist and repair(artist), born_died, nationality)
    named = found.display or ""
    return (
        found.artist,
        found.display,
        bool(named_artists(named)),
        sole_artist(named) is not None,
        found.role,
        *found.life,
        found.nationality,
        found.attributions,
    )


_MAKERS: dict[str, pa.DataType] = {
    "artist_given": _TEXT,
    "born_died_given": _TEXT,
    "nationality_given": _TEXT,
    "artist": _TEXT,
    "artist_display": _TEXT,
    "names_somebody": pa.bool_(),
    "is_one_artist": pa.bool_(),
    "role": _TEXT,
    "born": _INT,
    "died": _INT,
    "active_from": _INT,
    "active_to": _INT,
    "born_died_problem": _TEXT,
    "nationality": _TEXT,
    "attributions": ATTRIBUTIONS,
}


def _table(rows: Sequence[Sequence[Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    arrays = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(columns.values())]
    return pa.Table.from_arrays(arrays, names=list(columns))
