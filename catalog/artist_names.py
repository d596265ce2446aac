"""When two spellings are one name, and when what stands for an artist is nobody's name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from catalog.normalise.artists import names_of
from catalog.normalise.attributions import read_attribution
from catalog.normalise.name_lists import segments
from catalog.normalise.name_words import is_firm, is_full_name
from catalog.normalise.nationalities import NATIONALITIES

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
_TITLES = frozenset("sir dame lord lady baron bt om ra pra ara rsa dbe cbe obe".split())
_TRADES = frozenset(
    """architect artist cabinetmaker carver enameller engraver goldsmith illuminator ivory glass
    icon master medieval gothic romanesque renaissance baroque byzantine metalworker miniaturist
    mosaic painter photographer potter printmaker sculptor silversmith tapestry weaver""".split()
)
_NATIONS = frozenset(word.casefold() for word in NATIONALITIES)
_PEOPLES = frozenset(
    """attic etruscan roman florentine venetian sienese lombard neapolitan roman bolognese umbrian
    tuscan ferrarese genoese parisian rhenish saxon bavarian austro cretan coptic persian iranian
    islamic mughal ottoman indonesian javanese tibetan nepalese thai vietnamese cambodian burmese
    african american north south east west northern southern eastern western central european asian
    aztec maya inca moche nazca olmec navajo zuni hopi benin yoruba assyrian babylonian sumerian
    hellenistic iberian sicilian""".split()
)
_TIMES = frozenset("st nd rd th century centuries school early mid late or and".split())
_NO_NAME = _TRADES | _NATIONS | _PEOPLES | _TIMES
_SCHOOL = re.compile(r"\W*\w+\W+(?:\(\?\) )?school\b", re.IGNORECASE)


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
    artworks), that another made it ("after Sir Joshua Reynolds", "British School"), or who made it
    together ("Pablo Picasso; Georges Braque").
    """
    if len(names_of(name)) > 1 or _SCHOOL.match(name) or read_attribution(name):
        return False
    return names_somebody(name)


def names_somebody(name: str) -> bool:
    """Whether a name says more than a trade, a nation and a time."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return not all(word in _NO_NAME for word in words)


def artists_behind(name: str) -> tuple[str, ...]:
    """Whoever may have made a work, or what it follows: for artworks that must stay together.

    All of several artists, the artist of a workshop and the one who is copied; nobody for a
    school or a trade.
    """
    found: list[str] = []
    for each in names_of(name):
        attribution = read_attribution(each)
        found += attribution.names if attribution else () if _SCHOOL.match(each) else (each,)
    return tuple(one for each in found for one in _possible(each) if names_somebody(one))


def _possible(name: str) -> list[str]:
    """The name, and its parts where its comma may part two artists."""
    parts = [] if is_firm(name) else segments(name)
    return [name, *(part for part in parts if part != name and is_full_name(part))]
