"""Detection of places and peoples given in place of an artist."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.normalise.name_words import begins_with_given_name, is_known_by_one_name
from catalog.normalise.nationalities import is_nation, is_nationality
from catalog.vocabulary.regions import known_regions

_PARTS = re.compile(r"[,;/()\[\]]| (?:or|and) ")
_TIME = re.compile(
    r"(?:(?:early|mid|late|first|second|third|half|quarter|of|the|to|or|and|[0-9]+(?:st|nd|rd|th)?"
    r"|century|centuries|b\.?c\.?(?:e\.?)?|a\.?d\.?|c\.?e\.?|ca?\.?|[-–])(?:[ ]+|$|(?=[-–])))+"
)
_PEOPLE = re.compile(
    r".*\b(?:empire|kingdom|sultanate|caliphate|dynasty|period|culture|civilization|peoples?|tribe)"
)
_WHERE = re.compile(
    r"(?:probably|possibly|perhaps|ancient|the|north(?:ern)?|south(?:ern)?|east(?:ern)?"
    r"|west(?:ern)?|central|upper|lower|(?:democratic )?republic of|kingdom of)[ ]+"
)


@lru_cache(50_000)
def is_place(text: str) -> bool:
    """Return whether a text names only places, peoples and times: `Athens`, `Italy, Florence`.

    One word before a country is taken for a town, `Nuremberg, Germany`, and whatever begins with no
    given name after one, `Iran, Isfahan`: no vocabulary has all towns.
    """
    parts = [part for each in _PARTS.split(text.casefold()) if (part := each.strip(" .?"))]
    where = [part for part in parts if not _TIME.fullmatch(part)]
    if not where or all(map(is_nationality, where)):
        return False
    first, *others = where
    if others and _is_country(where[-1]) and first.isalpha() and not is_known_by_one_name(first):
        return all(map(_is_one, others))
    if others and _is_country(first):
        return all(map(_is_one, others)) or not any(map(begins_with_given_name, others))
    return all(map(_is_one, where))


def _is_country(part: str) -> bool:
    return is_nation(part) and not is_nationality(part)


def _is_one(part: str) -> bool:
    while shorter := _WHERE.match(part):
        part = part[shorter.end() :]
    if is_nation(part) or part in known_regions():
        return True
    return _PEOPLE.fullmatch(part) is not None and not begins_with_given_name(part)
