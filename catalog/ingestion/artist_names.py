"""Artist names: keys that match spellings, and detection of entries that name no person."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.normalise.artists import parse_artists
from catalog.normalise.attributions import SUPPORTING
from catalog.normalise.forms import without_accents
from catalog.normalise.name_words import is_firm, is_full_name, is_place
from catalog.normalise.names import segments
from catalog.normalise.nationalities import NATIONALITIES

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
_TITLES = frozenset("sir dame lord lady baron bt om ra pra ara rsa dbe cbe obe".split())
_TRADES = frozenset(
    """architect artist cabinetmaker carver enameller engraver goldsmith illuminator ivory glass
    icon master medieval gothic romanesque renaissance baroque byzantine metalworker miniaturist
    mosaic painter photographer potter printmaker sculptor silversmith tapestry weaver""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_PEOPLES = frozenset(
    """attic etruscan roman florentine venetian sienese lombard neapolitan roman bolognese umbrian
    tuscan ferrarese genoese parisian rhenish saxon bavarian austro cretan coptic persian iranian
    islamic mughal ottoman indonesian javanese tibetan nepalese thai vietnamese cambodian burmese
    african american north south east west northern southern eastern western central european asian
    aztec maya inca moche nazca olmec navajo zuni hopi benin yoruba assyrian babylonian sumerian
    hellenistic iberian sicilian""".split()
)
_TIMES = frozenset(
    "st nd rd th century centuries school early mid late or and kingdom court".split()
)
_NATIONS = frozenset(map(str.casefold, NATIONALITIES)) | _PEOPLES | _TIMES
_NO_NAME = _TRADES | _NATIONS
_SCHOOL = re.compile(
    r"\W*[\w-]+\W+(?:\(\?\) )?school\b"
    r"|(?:[ée]cole|scuola|escuela|escola)\s+(?-i:[a-zéèàç])"
    r"|\w+(?:sche|scher)\s+(?:schule|meister|maler|künstler)\b",
    re.IGNORECASE,
)


@lru_cache(50_000)
def name_key(name: str) -> str:
    """Reduce a name to its words, sorted: case, accents, punctuation and titles do not matter.

    "SURNAME, Given" and "Given Surname" have the same key.
    """
    words = re.findall(r"\w+", without_accents(name).translate(_LETTERS))
    return " ".join(sorted([word for word in words if word not in _TITLES] or words)) or name


@lru_cache(50_000)
def sole_artist(names: str) -> str | None:
    """Return the name of an artwork's one artist, None if there are several or none.

    There is none if a name states only a trade and a country ("French Miniaturist", of whom WGA has
    338 artworks), or is qualified ("after Sir Joshua Reynolds", "British School"). Publishers and
    printers beside an artist do not count.
    """
    artists = parse_artists(names)
    makers = [each for each in artists if each.is_maker] or artists
    if len(makers) != 1 or any(each.qualifier for each in artists):
        return None
    name = makers[0].name
    # "Xu Bing, Zhang Huan" may be two.
    return name if names_a_person(name) and len(_possible(name)) <= 2 else None  # noqa: PLR2004


def names_a_person(name: str) -> bool:
    """Return whether a name states more than a trade or school, a nation or place, and a time.

    `French Miniaturist` names nobody.
    """
    is_nobody = _NO_NAME.issuperset(_WORD.findall(name.casefold())) or is_place(name)
    return not is_nobody and not _SCHOOL.match(name)


def names_a_people(name: str) -> bool:
    """Return whether a name states only a nation or place, and a time: `Roman`, `Athens`."""
    words = set(_WORD.findall(name.casefold()))
    return is_place(name) or ("school" not in words and words <= _NATIONS)


@lru_cache(50_000)
def named_artists(names: str) -> tuple[str, ...]:
    """List possible makers of an artwork and those it follows, whose artworks must stay together.

    A qualified artist gives a name of its own, `follower of X`, and `X`; a school
    or a trade gives none.
    """
    found: list[str] = []
    artists = parse_artists(names)
    for each in [each for each in artists if each.role not in SUPPORTING] or artists:
        if names_a_person(each.name):
            found += [each.written(each.name)] if each.qualifier else []
            found += _possible(each.name)
    return tuple(dict.fromkeys(found))


def _possible(name: str) -> list[str]:
    """Return the name, and its parts where its comma may separate two artists."""
    parts = [] if is_firm(name) else segments(name)
    return [name, *(part for part in parts if part != name and is_full_name(part))]
