"""Lookups: parsed values of a catalog's texts, one row per distinct text.

Each lookup is a relation of DuckDB that `sql/artworks` joins on the given text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from catalog.ingestion.artist_names import named_artists, sole_artist
from catalog.normalise.artists import read_makers
from catalog.normalise.dates import parse_date
from catalog.normalise.forms import form_of
from catalog.normalise.markup import repair
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

_TEXT: pa.DataType = pa.string()
_INT: pa.DataType = pa.int64()
_SHARE_WITH_CAPITALS = 0.9
"""Share of capitalised titles from which on a title in lower case is deliberate: `$he`."""
_MIN_WITH_YEAR, _SHARE_WITH_YEAR = 3, 0.2
"""Titles ending in the artwork's year from which on titles are taken to be file names."""
_FORM_GIVEN = ("technique", "profession", "form_given", "type_given")
_MAKERS_GIVEN = ("artist_given", "born_died_given", "nationality_given")
_REGIONS: dict[str, pa.DataType] = {"regions": pa.list_(_TEXT)}
_DATES = {"earliest": _INT, "latest": _INT, "certainty": _TEXT, "problem": _TEXT}
_TIMES = {"timeframe_from": _INT, "timeframe_to": _INT}
_SIZES: dict[str, pa.DataType] = {
    **dict.fromkeys(Size._fields[:-1], pa.float64()),
    "problem": _TEXT,
}
Parse = Callable[[str], Sequence[Any]]
_OF_TEXTS: dict[str, tuple[str, Parse, dict[str, pa.DataType]]] = {
    "regions": ("nationality_given", lambda text: (regions_of(text),), _REGIONS),
    "dates": ("date_given", parse_date, _DATES),
    "timeframes": ("timeframe_given", lambda text: parse_date(text)[:2], _TIMES),
    "sizes": ("size_given", parse_size, _SIZES),
    "locations": ("location_given", lambda text: (repair(text),), {"location": _TEXT}),
}
"""By name of the lookup: a column of the relation `texts`, and how its texts are read."""
StyleOf = Callable[[str], tuple[str | None, str | None]]
"""Columns: the vocabulary's style of a source's term, and the term if its style is unknown."""


def register_parts(connection: DuckDB) -> None:
    """Register the lookups of the relation `staged` that split texts into their parts."""
    register = partial(_register, connection, "staged")
    parts = dict.fromkeys(PictureData._fields, _TEXT)
    register(
        "picture_parts", "picture_data_given", lambda text: parse_picture_data(repair(text)), parts
    )
    parts = dict.fromkeys(Technique._fields, _TEXT)
    register(
        "technique_parts", "technique_given", lambda text: split_technique(repair(text)), parts
    )


def register_facts(connection: DuckDB, style_of: StyleOf) -> None:
    """Register the lookups of the relation `texts`.

    Args:
        connection: in which `texts` is.
        style_of: the style of each of the source's terms.
    """
    styles = {"style": _TEXT, "other_style": _TEXT}
    of_texts = {**_OF_TEXTS, "style_terms": ("style_given", style_of, styles)}
    for name, lookup in of_texts.items():
        _register(connection, "texts", name, *lookup)
    forms = [(*row, form_of(*row)) for row in _distinct(connection, "texts", *_FORM_GIVEN)]
    connection.register("forms", _table(forms, dict.fromkeys((*_FORM_GIVEN, "form"), _TEXT)))
    makers = [(*row, *_makers(*row)) for row in _distinct(connection, "texts", *_MAKERS_GIVEN)]
    connection.register("makers", _table(makers, dict.fromkeys(_MAKERS_GIVEN, _TEXT) | _MAKERS))
    _register_titles(connection)


def _register_titles(connection: DuckDB) -> None:
    """Register the titles, and those that can only be read beside the facts of their artwork."""
    artworks, share = connection.execute(
        "SELECT count(*), avg(CASE WHEN title_given = lower(title_given) THEN 0 ELSE 1 END) "
        "FILTER (WHERE lower(title_given) <> upper(title_given)) FROM texts"
    ).fetchall()[0]
    read = partial(
        read_title, capitals_are_usual=share is not None and share >= _SHARE_WITH_CAPITALS
    )
    columns: dict[str, pa.DataType] = {"is_suspicious": pa.bool_(), "title": _TEXT}
    _register(
        connection,
        "texts",
        "titles",
        "title_given",
        lambda text: (is_suspicious(text), read(text)),
        columns,
    )
    names = ("title_given", "artist_given", "date_given", "source_id")
    suspicious = "texts JOIN titles ON title_given = given WHERE is_suspicious"
    given = _distinct(connection, suspicious, *names)
    with_year = sum(ends_in_year_of(title, date) for title, _, date, _ in given if date)
    usual = with_year >= max(_MIN_WITH_YEAR, _SHARE_WITH_YEAR * artworks)
    rows = [(*row, read(*row, years_are_usual=usual)) for row in given]
    connection.register("suspicious_titles", _table(rows, dict.fromkeys((*names, "title"), _TEXT)))


_MAKERS: dict[str, pa.DataType] = {
    **dict.fromkeys(("artist", "artist_display"), _TEXT),
    **dict.fromkeys(("names_somebody", "is_one_artist"), pa.bool_()),
    "role": _TEXT,
    **dict.fromkeys(("born", "died", "active_from", "active_to"), _INT),
    **dict.fromkeys(("born_died_problem", "nationality"), _TEXT),
    "attributions": ATTRIBUTIONS,
}


def _makers(artist: str | None, born_died: str | None, nationality: str | None) -> Sequence[Any]:
    found = read_makers(artist and repair(artist), born_died, nationality)
    named = found.display or ""
    is_one = sole_artist(named) is not None
    names = (found.artist, found.display, bool(named_artists(named)), is_one, found.role)
    return (*names, *found.life, found.nationality, found.attributions)


def _register(
    connection: DuckDB,
    relation: str,
    name: str,
    column: str,
    parse: Parse,
    columns: dict[str, pa.DataType],
) -> None:
    """Register a relation: the distinct values of a column, as `given`, and their parsed values."""
    given = _distinct(connection, relation, column)
    rows = [(text, *parse(text)) for (text,) in given if text is not None]
    connection.register(name, _table(rows, {"given": _TEXT, **columns}))


def _distinct(connection: DuckDB, relation: str, *names: str) -> list[Any]:
    statement = f"SELECT DISTINCT {', '.join(names)} FROM {relation}"  # noqa: S608 - our own names
    return connection.execute(statement).fetchall()


def _table(rows: Sequence[Sequence[Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    arrays = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(columns.values())]
    return pa.Table.from_arrays(arrays, names=list(columns))
