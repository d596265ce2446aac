"""When two spellings are one name, and when what stands for an artist is nobody's name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from catalog.normalise.nationalities import NATIONALITIES

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
_TITLES = frozenset("sir dame lord lady baron bt om ra pra ara rsa dbe cbe obe".split())
_TRADES = frozenset(
    """architect artist cabinetmaker carver enameller engraver goldsmith illuminator ivory glass
    icon master medieval gothic romanesque renaissance baroque byzantine metalworker miniaturist
    mosaic painter photographer potter printmaker sculptor silversmith tapestry weaver""".split()
)
_NATIONS = frozenset(word.casefold() for word in NATIONALITIES)
_NOT_BY_THE_ARTIST = re.compile(
    r"^(?:formerly\b|attrib|ascribed|after\b|cop(?:y|ies)\b|circle\b|follower|manner\b|style\b"
    r"|studio\b|workshop\b|imitator|possibly\b|probably\b|various\b|\W*\w+\W+(?:\(\?\) )?school\b)",
    re.IGNORECASE,
)


@lru_cache(50_000)
def name_key(name: str) -> str:
    """Reduce a name to its words, sorted: case, accents, punctuation and titles do not matter.

    "SURNAME, Given" and "Given Surname" have the same key.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"\w+", letters)
    return " ".join(sorted([word for word in words if word not in _TITLES] or words)) or name


@lru_cache(50_000)
def names_an_artist(name: str) -> bool:
    """Whether a name is that of one artist.

    It is not if it only says a trade and a country ("French Miniaturist", of whom WGA has 338
    artworks), or that another made it ("after Sir Joshua Reynolds", "British School").
    """
    if _NOT_BY_THE_ARTIST.search(name):
        return False
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return not all(word in _TRADES or word in _NATIONS for word in words)
