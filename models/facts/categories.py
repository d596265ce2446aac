"""Category and word indicators of text columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from catalog.vocabulary.forms import kinds_of
from models.arrays import Floats, Numbers

Column: TypeAlias = "pa.ChunkedArray[Any]"

MIN_ARTISTS = 3
MAX_CATEGORY_LENGTH = 100
_WORD = re.compile(r"[^\W\d_]{3,}")


def whole(text: str) -> frozenset[str]:
    """Return the text itself in lower case; nothing for an empty one."""
    return frozenset({text.strip().casefold()[:MAX_CATEGORY_LENGTH]} - {""})


def kinds(form: str) -> frozenset[str]:
    """Return a form and its broader forms, so that catalogs with coarser forms match."""
    return frozenset().union(*map(whole, kinds_of(form)))


def words_of(text: str) -> frozenset[str]:
    """Return the words of three letters and more, in lower case."""
    return frozenset(word[:MAX_CATEGORY_LENGTH] for word in _WORD.findall(text.casefold()))


def _distinct(column: Column) -> tuple[Numbers, list[str]]:
    """Return a code per row, -1 for null, and the text of each code."""
    array: Any = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, array.dictionary.to_pylist()


def indicators(
    column: Column, names: Sequence[str], split: Callable[[str], frozenset[str]]
) -> Floats:
    """Encode which names the texts have `[n, names]`: 1 if so, 0 if not, NaN without a text.

    Args:
        column: of texts `[n]`.
        names: to look for.
        split: which names a text has, such as `whole` or `words_of`.
    """
    codes, texts = _distinct(column)
    rows = np.full((len(texts) + 1, len(names)), np.nan)  # the last is for code -1
    for row, text in enumerate(texts):
        parts = split(text)
        rows[row] = [name in parts for name in names]
    indicators: Floats = rows[codes]
    return indicators


def common(
    column: Column,
    artists: Numbers,
    split: Callable[[str], frozenset[str]],
    most: int,
) -> tuple[str, ...]:
    """Return the names that most artists' texts have, most common first, ties by alphabet.

    Args:
        column: of texts `[n]`.
        artists: a number per artist `[n]`.
        split: which names a text has, such as `whole` or `words_of`.
        most: maximum number of names; each has at least `MIN_ARTISTS`.
    """
    codes, texts = _distinct(column)
    pairs = set(zip(codes.tolist(), artists.tolist(), strict=True))
    parts = [split(text) for text in texts]
    seen = {(name, artist) for code, artist in pairs if code >= 0 for name in parts[code]}
    counts = Counter(name for name, _ in seen)
    shared = [(-count, name) for name, count in counts.items() if count >= MIN_ARTISTS]
    return tuple(name for _, name in sorted(shared)[:most])
