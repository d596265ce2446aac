"""Which categories and words the texts of a column have, as numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.vocabulary.forms import kinds_of

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Column: TypeAlias = "pa.ChunkedArray[Any]"

FEWEST_ARTISTS = 3
LONGEST = 100
_WORD = re.compile(r"[^\W\d_]{3,}")


def whole(text: str) -> frozenset[str]:
    """The text itself, without regard to case; nothing for an empty one."""
    return frozenset({text.strip().casefold()[:LONGEST]} - {""})


def kinds(form: str) -> frozenset[str]:
    """A form and those that it is a kind of, so that catalogs which divide forms less agree."""
    return frozenset().union(*map(whole, kinds_of(form)))


def words_of(text: str) -> frozenset[str]:
    """The words of three letters and more, without regard to case."""
    return frozenset(word[:LONGEST] for word in _WORD.findall(text.casefold()))


def _distinct(column: Column) -> tuple[Numbers, list[str]]:
    """A code per row, -1 where nothing is given, and the text that each code stands for."""
    array: Any = column.cast(pa.string()).combine_chunks().dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, array.dictionary.to_pylist()


def indicators(
    column: Column, names: Sequence[str], split: Callable[[str], frozenset[str]]
) -> Floats:
    """Tell which names the texts have `[n, names]`: 1 if so, 0 if not, NaN where there is no text.

    Args:
        column: of texts `[n]`.
        names: what to look for.
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
    """The names that most artists' texts have, commonest first, ties by alphabet.

    Args:
        column: of texts `[n]`.
        artists: a number per artist `[n]`.
        split: which names a text has, such as `whole` or `words_of`.
        most: how many names to give; none of them has fewer than `FEWEST_ARTISTS`.
    """
    codes, texts = _distinct(column)
    pairs = set(zip(codes.tolist(), artists.tolist(), strict=True))
    parts = [split(text) for text in texts]
    seen = {(name, artist) for code, artist in pairs if code >= 0 for name in parts[code]}
    counts = Counter(name for name, _ in seen)
    shared = [(-count, name) for name, count in counts.items() if count >= FEWEST_ARTISTS]
    return tuple(name for _, name in sorted(shared)[:most])
