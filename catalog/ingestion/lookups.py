"""Lookups: parsed values of a catalog's texts, one row per distinct text.

Each lookup is a relation of DuckDB that `sql/artworks` joins on the given text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.ingestion.artist_names import artists_behind, sole_artist
from catalog.normalise.dates import parse_date
from catalog.normalise.forms import form_of
from catalog.normalise.makers import read_makers
from catalog.normalise.mojibake import repair
from catalog.normalise.picture_data import parse_picture_data, split_technique
from catalog.normalise.sizes import parse_size
from catalog.normalise.titles import ends_in_year_of, is_suspicious, read_title
from catalog.storage.duck import DuckDB
from catalog.storage.schemas import ATTRIBUTIONS
from catalog.vocabulary.regions import regions_of

_TEXT, _INT, _REAL = pa.string(), pa.int64(), pa.float64()
_SHARE_WITH_CAPITALS = 0.9
"""Share of capitalised titles from which on a title in lower case is deliberate: `$he`."""
_FEWEST_WITH_YEAR, _SHARE_WITH_YEAR = 3, 0.2
"""Titles ending in the artwork's year from which on titles are taken to be file names."""


@dataclass(frozen=True)
class Lookup:
    """A relation `name`: the distinct values of a column, as `given`, and their parsed values."""

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


def _date(given: str) -> Sequence[Any]:
    date = parse_date(given)
    return date.earliest, date.latest, date.certainty, date.reason


def _size(given: str) -> Sequence[Any]:
    size = parse_size(given)
    return size.height_cm, size.width_cm, size.depth_cm, size.diameter_cm, size.reason


def _timeframe(given: str) -> Sequence[Any]:
    years = parse_date(given)
    return years.earliest, years.latest


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
        "regions",
        "nationality_given",
        {"regions": pa.list_(_TEXT)},
        lambda given: (regions_of(given),),
    ),
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
    _register_forms(connection)
    _register_titles(connection)
    _register_makers(connection)


def _register(connection: DuckDB, lookup: Lookup, relation: str) -> None:
    given = connection.execute(
        f"SELECT DISTINCT {lookup.column} FROM {relation} "  # noqa: S608 - names of our own
        f"WHERE {lookup.column} IS NOT NULL"
    ).fetchall()
    rows = [(value, *lookup.parse(value)) for (value,) in given]
    connection.register(lookup.name, _table(rows, {"given": _TEXT, **lookup.columns}))


def _register_forms(connection: DuckDB) -> None:
    names = ("technique", "profession", "form_given", "type_given")
    given = connection.execute(f"SELECT DISTINCT {', '.join(names)} FROM texts").fetchall()  # noqa: S608 - names of our own
    rows = [(*row, form_of(*row)) for row in given]
    connection.register("forms", _table(rows, dict.fromkeys((*names, "form"), _TEXT)))


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
    names = ("title_given", "artist_given", "date_text", "source_id")
    given = connection.execute(
        f"SELECT DISTINCT {', '.join(f'texts.{name}' for name in names)} FROM texts "  # noqa: S608 - names of our own
        "JOIN titles ON texts.title_given = titles.given WHERE titles.is_suspicious"
    ).fetchall()
    with_year = sum(ends_in_year_of(title, date) for title, _, date, _ in given if date)
    artworks = connection.execute("SELECT count(*) FROM texts").fetchall()[0][0]
    usual = with_year >= max(_FEWEST_WITH_YEAR, _SHARE_WITH_YEAR * artworks)
    rows = [
        (*row, read_title(*row, years_are_usual=usual, capitals_are_usual=capitals))
        for row in given
    ]
    connection.register("suspicious_titles", _table(rows, dict.fromkeys((*names, "title"), _TEXT)))


def _register_makers(connection: DuckDB) -> None:
    given = connection.execute(
        "SELECT DISTINCT artist_given, born_died_given, nationality_given FROM texts"
    ).fetchall()
    rows = [(*row, *_makers(*row)) for row in given]
    connection.register("makers", _table(rows, _MAKERS))


def _makers(artist: str | None, born_died: str | None, nationality: str | None) -> Sequence[Any]:
    found = read_makers(artist and repair(artist), born_died, nationality)
    named = found.display or ""
    return (
        found.artist,
        found.display,
        bool(artists_behind(named)),
        sole_artist(named) is not None,
        found.role,
        found.life.born,
        found.life.died,
        found.life.active_from,
        found.life.active_to,
        found.life.reason,
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
    arrays = [
        pa.array([row[index] for row in rows], kind) for index, kind in enumerate(columns.values())
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))
