"""Which region of the world a nationality or culture belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from catalog.base.files import packaged_toml

_WORD = re.compile(r"[^\W\d_]+")
_MAX_WORDS = 3
"""Words of a name such as `New Zealand`."""


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    """Read each name's region and its first spelling; names in lower case."""
    found: dict[str, tuple[str, str]] = {}
    for region, entries in packaged_toml("catalog.vocabulary", "regions.toml").items():
        for names in ([region], *(entry.split("|") for entry in entries)):
            found |= dict.fromkeys(map(str.casefold, names), (region, names[0]))
    return found


@cache
def known_regions() -> Mapping[str, str]:
    """Return the region of each region, nationality and culture, by its name in lower case."""
    return {name: region for name, (region, _) in _names().items()}


def regions_of(text: str) -> list[str]:
    """Name the nationalities and regions in a text, in lower case; none of unknown words.

    `Japanese, Edo period` is of `east asia` and `japanese`.
    """
    words = _WORD.findall(text.casefold())
    found: set[str] = set()
    start = 0
    while start < len(words):
        for size in range(_MAX_WORDS, 0, -1):
            if name := _names().get(" ".join(words[start : start + size])):
                found |= {each.casefold() for each in name}
                start += size - 1
                break
        start += 1
    return sorted(found)
