"""The vocabulary of styles: names, terms that map to them, and where each can occur."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

import pyarrow as pa
from pydantic import ValidationError

from catalog.base.errors import SourceError
from catalog.base.files import packaged_toml
from catalog.storage.homes import own_vocabulary
from catalog.vocabulary.file import ARTIST_AGE, MARGIN, Style, Vocabulary

_YEARS = ("first_year", "last_year", "earliest", "latest", "born_by")
_LISTS = ("regions", "forms", "not_forms")
_BOUNDS: dict[str, pa.DataType] = {
    "style": pa.string(),
    **dict.fromkeys(_YEARS, pa.int64()),
    **dict.fromkeys(_LISTS, pa.list_(pa.string())),
}
_NOT_A_LETTER = re.compile(r"[\W_]+")


def styles() -> tuple[Style, ...]:
    """Return the styles in order of time: the built-in ones, or those of the museum's own file.

    Raises:
        SourceError: if the museum's own vocabulary cannot be read.
    """
    return vocabulary().style


def vocabulary() -> Vocabulary:
    """Return the current vocabulary: the built-in one, or the museum's own.

    Raises:
        SourceError: if the museum's own vocabulary cannot be read.
    """
    own = own_vocabulary()
    return _built_in() if own is None else _parse(*own)


def style_names() -> tuple[str, ...]:
    """Return the names of the styles, in the order of a classifier's outputs."""
    return tuple(style.name for style in styles())


def style_years() -> pa.Table:
    """Return when artworks of each style were typically made: style, earliest, latest."""
    bounds = style_bounds().select(["style", "first_year", "last_year"])
    return bounds.rename_columns(["style", "earliest", "latest"])


def style_lookup() -> Mapping[str, str]:
    """Return the style's name for each term of the vocabulary, in lower case."""
    return {term: style.name for style in styles() for term in style.terms}


def style_names_in(language: str) -> Mapping[str, str]:
    """Return the styles' names in a language, of those that the museum's own file translates."""
    base = language.partition("-")[0]
    found = {each.name: each.names.get(language) or each.names.get(base) for each in styles()}
    return {style: name for style, name in found.items() if name}


def style_bounds() -> pa.Table:
    """Return where each style can occur: its years, those with the margin, regions and forms.

    An artist of the style is born in `born_by` at the latest. No regions or forms: any.
    """
    rows = []
    for style in styles():
        first, last = style.years
        margin = MARGIN if style.margin is None else style.margin
        age = ARTIST_AGE if style.artist_age is None else style.artist_age
        years = (first, last, first - margin, last + margin, last + margin - age)
        lists = {name: [each.casefold() for each in getattr(style, name) or ()] for name in _LISTS}
        rows.append({"style": style.name, **dict(zip(_YEARS, years, strict=True)), **lists})
    return pa.Table.from_pylist(rows, schema=pa.schema(_BOUNDS))


def names_other_style(term: str) -> bool:
    """Return whether a source's term means a style that the vocabulary does not have."""
    own = {_squeezed(each) for style in styles() for each in (style.name, *style.synonyms)}
    others = {_squeezed(each) for each in vocabulary().other_styles}
    return _squeezed(term) in others - own


def _squeezed(term: str) -> str:
    """Reduce a term to its letters and digits, in lower case: `Pop Art` equals `PopArt`."""
    return _NOT_A_LETTER.sub("", term.casefold())


@cache
def _built_in() -> Vocabulary:
    return Vocabulary.model_validate(packaged_toml("catalog.vocabulary", "styles.toml"))


@cache
def _parse(source: str, text: str) -> Vocabulary:
    try:
        own = Vocabulary.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = [str(part) for part in first["loc"]]
        if where[:1] == ["style"] and len(where) > 1:
            # Its name says more than its position.
            given = tomllib.loads(text)["style"][first["loc"][1]]
            name = given.get("name") if isinstance(given, dict) else None
            where[1] = str(name or int(where[1]) + 1)
        problem = f"{'.'.join(where)}: {first['msg']}"
        raise SourceError(f"the vocabulary {source}: {problem}") from error
    # Also numbers of thousands of digits, and deep nesting.
    except (ValueError, RecursionError) as error:
        raise SourceError(f"cannot read the vocabulary {source}: {error}") from error
    try:
        return own.beside(_built_in())
    except ValueError as error:
        raise SourceError(f"the vocabulary {source}: {error}") from error
