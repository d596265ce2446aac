"""The words that say of a title what it is; `catalog/vocabulary/titles.toml` has them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from catalog.normalise.forms import without_accents


class TitleWords(BaseModel):
    """The contents of the file, which describes them; `reduced`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    untitled: frozenset[str]
    unknown: frozenset[str]
    before_a_year: frozenset[str]
    general: frozenset[str]
    file_endings: frozenset[str]
    file_names: frozenset[str]


@cache
def title_words() -> TitleWords:
    """Return the words of titles."""
    source = files("catalog.vocabulary") / "titles.toml"
    given = tomllib.loads(source.read_text(encoding="utf-8"))
    return TitleWords.model_validate({name: map(reduced, words) for name, words in given.items()})


def reduced(text: str) -> str:
    """Return the words of a text without case, accents and punctuation."""
    return " ".join(re.findall(r"[^\W_]+", without_accents(text)))


def is_untitled(title: str) -> bool:
    """Return whether a title says that there is none: `[Untitled]`, `Ohne Titel`."""
    return reduced(title) in title_words().untitled


def is_unknown(title: str) -> bool:
    """Return whether a title says that nobody knows it, or nothing: `[title not known]`, `-`."""
    words = re.sub(r"(?<=\w) \d+$", "", reduced(title))
    return not title.strip(" -–—?.…*_[](),;:/") or words in title_words().unknown
