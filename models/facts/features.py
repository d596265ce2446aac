"""Features of artworks: normalised facts as numbers for decision trees.

Unknown values are NaN: neither imputed nor zero.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from catalog.vocabulary.forms import kinds_of
from models.arrays import Flags, Floats, Numbers

Column: TypeAlias = "pa.ChunkedArray[Any]"

GROUPS: Mapping[str, tuple[str, ...]] = {
    "date": ("date_earliest", "date_latest"),
    "life": ("born", "died", "active_from", "active_to", "timeframe_from", "timeframe_to"),
    "place": ("nationality",),
    "technique": ("technique",),
    "form": ("form", "type_given", "profession"),
    "size": ("height_cm", "width_cm", "depth_cm", "diameter_cm"),
}
"""Columns of `artworks` by fact; a fact is known if one of its columns is."""
COLUMNS = tuple(column for columns in GROUPS.values() for column in columns)
PATTERN_GROUPS = ("date", "life", "place")
"""The most informative facts: confidence is calibrated by which of them are known."""

BEGINNING, CAREER = 25, 60
"""Years from an artist's birth to the first artworks, and to the last."""
MAX_CATEGORIES, MIN_ARTISTS, MAX_CATEGORY_LENGTH = 25, 3, 100
_WORD = re.compile(r"[^\W\d_]{3,}")
_Names = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1, max_length=MAX_CATEGORY_LENGTH)], ...],
    Field(max_length=MAX_CATEGORIES),
]


def _whole(text: str) -> frozenset[str]:
    return frozenset({text.strip().casefold()[:MAX_CATEGORY_LENGTH]} - {""})


def _kinds(form: str) -> frozenset[str]:
    """Return a form and its broader forms, so that catalogs with coarser forms match."""
    return frozenset().union(*map(_whole, kinds_of(form)))


def _words(text: str) -> frozenset[str]:
    return frozenset(word[:MAX_CATEGORY_LENGTH] for word in _WORD.findall(text.casefold()))


_CATEGORICAL: Mapping[str, tuple[str, Callable[[str], frozenset[str]]]] = {
    "nationalities": ("nationality", _whole),
    "professions": ("profession", _whole),
    "forms": ("form", _kinds),
    "types": ("type_given", _whole),
    "technique_words": ("technique", _words),
}
"""Fields of `FactEncoding`: the column, and which names a text in it has."""


class FactEncoding(BaseModel):
    """The categories and words of a classifier; any other value is "other"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nationalities: _Names = ()
    professions: _Names = ()
    forms: _Names = ()
    types: _Names = ()
    technique_words: _Names = ()

    @property
    def width(self) -> int:
        """The number of features, d."""
        return len(self.encode(pa.table({name: pa.nulls(0) for name in COLUMNS})).T)

    def encode(self, table: pa.Table) -> Floats:
        """Features `[n, d]` of artworks, NaN where a fact is not known."""
        features = [_years(table), _sizes(table)]
        for field, (column, split) in _CATEGORICAL.items():
            names = getattr(self, field)
            codes, texts = _distinct(table[column])
            rows = np.full((len(texts) + 1, len(names)), np.nan)  # the last is for code -1
            for row, parts in enumerate(map(split, texts)):
                rows[row] = [name in parts for name in names]
            features.append(rows[codes])
        return np.concatenate(features, axis=1)


def learn_encoding(table: pa.Table, artists: Numbers) -> FactEncoding:
    """Collect the categories and words of training artworks that several artists share.

    Args:
        table: with `COLUMNS`.
        artists: a number per artist `[n]`, equal for artworks of the same one.
    """
    learned = {}
    for field, (column, split) in _CATEGORICAL.items():
        codes, texts = _distinct(table[column])
        parts = [*map(split, texts)]
        pairs = set(zip(codes.tolist(), artists.tolist(), strict=True))
        seen = {(name, artist) for code, artist in pairs if code >= 0 for name in parts[code]}
        counts = Counter(name for name, _ in seen)
        # most common first, ties by alphabet
        shared = sorted((-n, name) for name, n in counts.items() if n >= MIN_ARTISTS)
        learned[field] = tuple(name for _, name in shared[:MAX_CATEGORIES])
    return FactEncoding(**learned)


def _distinct(column: Column) -> tuple[Numbers, list[str]]:
    """Return a code per row, -1 for null, and the text of each code."""
    array: Any = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, array.dictionary.to_pylist()


def known(table: pa.Table, group: str) -> Flags:
    """Return where a fact is known `[n]`: at least one of its columns is given."""
    flags = np.zeros(len(table), bool)
    for name in GROUPS[group]:
        flags |= table[name].is_valid().to_numpy()
    return flags


def has_facts(table: pa.Table) -> Flags:
    """Return where at least one fact is known `[n]`."""
    flags: Flags = np.any([known(table, group) for group in GROUPS], axis=0)
    return flags


PATTERNS = tuple(
    "+".join(group for bit, group in enumerate(PATTERN_GROUPS) if code >> bit & 1) or "other"
    for code in range(2 ** len(PATTERN_GROUPS))
)
"""Names of the patterns of known facts: `date+place`, `other` for none of the three."""


def fact_pattern(table: pa.Table) -> npt.NDArray[np.str_]:
    """Return the pattern of known facts `[n]`: one of `PATTERNS` per artwork."""
    codes = sum(known(table, group) << bit for bit, group in enumerate(PATTERN_GROUPS))
    patterns: npt.NDArray[np.str_] = np.array(PATTERNS)[codes]
    return patterns


def hide(table: pa.Table, group: str, rows: Flags | None = None) -> pa.Table:
    """Set a fact to null, in all rows or in some.

    Args:
        table: with `COLUMNS`.
        group: one of `GROUPS`.
        rows: in which rows to hide it `[n]`; in all by default.
    """
    for name in GROUPS[group]:
        column = table[name]
        nothing = pa.nulls(len(table), column.type)
        hidden = nothing if rows is None else pc.if_else(pa.array(~rows), column, nothing)
        table = table.set_column(table.column_names.index(name), name, hidden)
    return table


def _years(table: pa.Table) -> Floats:
    """Encode the years of an artwork and of its artist's life, and their differences."""
    number = {name: _numbers(table[name]) for group in ("date", "life") for name in GROUPS[group]}
    earliest, latest = number["date_earliest"], number["date_latest"]
    middle = _first(earliest / 2 + latest / 2, earliest, latest)
    active_from = _first(number["active_from"], number["timeframe_from"])
    active_to = _first(number["active_to"], number["timeframe_to"])
    born, died = number["born"], number["died"]
    start = _first(born, active_from - BEGINNING)
    end = _first(died, active_to, start + CAREER)
    start = _first(start, end - CAREER)
    columns = (
        *(earliest, latest, middle, latest - earliest),
        *(born, died, died - born, active_from, active_to, start, end, start / 2 + end / 2),
        *(middle - start, end - middle),
    )
    return np.stack(columns, axis=1)


def _sizes(table: pa.Table) -> Floats:
    height, width, depth, across = (_numbers(table[name]) for name in GROUPS["size"])
    height, width = _first(height, across), _first(width, across)
    flat = (height > 0) & (width > 0)
    with np.errstate(over="ignore", invalid="ignore"):
        shape = np.divide(height, width, out=np.full_like(height, np.nan), where=flat)
        area = height * width
    return np.stack([height, width, depth, shape, area], axis=1)


def _numbers(column: Column) -> Floats:
    return column.cast(pa.float64(), safe=False).to_numpy().astype(np.float64)


def _first(*choices: Floats) -> Floats:
    """Return the first known of several values, element by element."""
    found = choices[0]
    for choice in choices[1:]:
        found = np.where(np.isnan(found), choice, found)
    return found
