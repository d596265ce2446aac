"""The years, regions and forms in which each style can occur, as a table."""

from __future__ import annotations

import re

import pyarrow as pa

from catalog.vocabulary import styles, vocabulary
from catalog.vocabulary.file import ARTIST_AGE, MARGIN

_COLUMNS: dict[str, pa.DataType] = {
    "style": pa.string(),
    "first_year": pa.int64(),
    "last_year": pa.int64(),
    "earliest": pa.int64(),
    "latest": pa.int64(),
    "born_by": pa.int64(),
    "regions": pa.list_(pa.string()),
    "forms": pa.list_(pa.string()),
    "not_forms": pa.list_(pa.string()),
}
_NOT_A_LETTER = re.compile(r"[\W_]+")


def style_bounds() -> pa.Table:
    """Return where each style can occur: its years, those with the margin, regions and forms.

    An artist of the style is born in `born_by` at the latest. No regions or forms: any.
    """
    rows = []
    for style in styles():
        (first, last), margin = style.years, MARGIN if style.margin is None else style.margin
        age = ARTIST_AGE if style.artist_age is None else style.artist_age
        row = {"style": style.name, "first_year": first, "last_year": last}
        row |= {"earliest": first - margin, "latest": last + margin, "born_by": last + margin - age}
        lists = ("regions", "forms", "not_forms")
        row |= {name: [each.casefold() for each in getattr(style, name) or ()] for name in lists}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=pa.schema(_COLUMNS))


def names_other_style(term: str) -> bool:
    """Return whether a source's term means a style that the vocabulary does not have."""
    own = {squeezed(each) for style in styles() for each in (style.name, *style.synonyms)}
    others = {squeezed(each) for each in vocabulary().other_styles}
    return squeezed(term) in others - own


def squeezed(term: str) -> str:
    """Reduce a term to its letters and digits, in lower case: `Pop Art` equals `PopArt`."""
    return _NOT_A_LETTER.sub("", term.casefold())
