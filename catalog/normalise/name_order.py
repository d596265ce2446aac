"""A catalogued name in the order in which people say it, where its commas leave no doubt."""

from __future__ import annotations

import re

from catalog.normalise.name_lists import segments
from catalog.normalise.name_words import (
    HONOURS,
    PARTICLES,
    RANK,
    SUFFIX,
    TITLE,
    begins_with_given_name,
    can_be_given,
    is_firm,
    is_full_name,
    is_given_name,
    is_known_by_one_name,
    is_place,
    is_surname,
    is_trade,
)
from catalog.normalise.nationalities import is_nation, is_nationality

_ENDS_IN_SUFFIX = re.compile(rf"(?:^|,?\s+)({SUFFIX.pattern})$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?<=\S)\s+[(\[].*", re.DOTALL)
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(IX|IV|V?I{0,3})")
_VOWEL = re.compile(r"[AEIOUYÄÖÜÅÆØŒÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛËÏŐŰ.]")
_LIST = re.compile(r"\s(?:and|&|und|et|y|e|en)\s", re.IGNORECASE)
_HAS_ARTICLE_END = re.compile(r"(?:\bd['’]|\b(?:of|de|von|van|di))$", re.IGNORECASE)
_INITIALS = 3
"""Letters of a word in capitals that stay so in a name with small ones: `Master ES`."""
_APOSTROPHES = "'’"
_ALONE = frozenset("lord lady sir dame baron".split())


def in_speaking_order(name: str) -> str:
    """Write `SURNAME, Given, the Elder` as `Given Surname the Elder`.

    A text that may mean something else by its comma comes back as it is.
    """
    parts = segments(name)
    if len(parts) <= 1:
        return capitalised(parts[0]) if parts else ""
    if is_firm(name) or is_place(name):
        return name
    if is_nationality(parts[-1]) and not is_trade(parts[0]):
        parts = parts[:-1]
    match parts:
        case [surname]:
            return capitalised(surname)
        case [surname, given]:
            return _of_two(surname, given) or _as_given(parts)
        case [surname, given, third]:
            return _of_three(surname, given, third) or _as_given(parts)
        case _:
            return _as_given(parts)


def _as_given(parts: list[str]) -> str:
    return ", ".join([capitalised(parts[0]), *parts[1:]])


def _of_two(surname: str, given: str) -> str | None:
    if HONOURS.fullmatch(given):
        return None
    if SUFFIX.fullmatch(given):
        return _suffixed(capitalised(surname), given)
    if brackets := _IN_BRACKETS.search(given):
        turned = _of_two(surname, given[: brackets.start()])
        return turned and turned + brackets[0]
    suffix = _ENDS_IN_SUFFIX.search(given)
    plain = given[: suffix.start()] if suffix else given
    if not _fits(surname, plain) or not _is_inverted(surname, plain):
        return None
    whole = f"{plain} {capitalised(surname)}"
    return _suffixed(whole, suffix[1]) if suffix else whole


def _fits(surname: str, given: str) -> bool:
    """Return whether a text can precede a surname: a given name, `Prince Paolo`, `Pope`."""
    if is_nation(given):
        return is_trade(surname)
    if RANK.fullmatch(given):
        _, _, rest = given.partition(" ")
        return not rest or is_given_name(rest)
    return can_be_given(given)


def _is_inverted(surname: str, given: str) -> bool:
    """Return whether the comma follows a surname: `French, Daniel`, but not `Greek, Attic`."""
    if is_nationality(surname):
        return begins_with_given_name(given)
    if _LIST.search(f" {given} ") or _LIST.search(surname):
        return surname.isupper() or is_given_name(_LIST.sub(" ", given))
    if is_known_by_one_name(surname) or (is_known_by_one_name(given) and is_given_name(surname)):
        return False
    if is_surname(surname):
        return not _are_two_persons(surname, given)
    if given.rsplit(maxsplit=1)[-1] in PARTICLES:
        return True
    return is_given_name(given) and not begins_with_given_name(surname)


def _are_two_persons(surname: str, given: str) -> bool:
    """Return whether both may be names of people: `Le Corbusier, Pierre Jeanneret`."""
    last = given.rsplit(maxsplit=1)[-1]
    return (
        " " in surname
        and surname[0].isupper()
        and not surname.isupper()
        and is_full_name(given)
        and begins_with_given_name(given)
        and last not in PARTICLES
        and not is_given_name(given)
    )


def _of_three(surname: str, given: str, third: str) -> str | None:
    if SUFFIX.fullmatch(given):
        given, third = third, given
    if not (is_surname(surname) and can_be_given(given)):
        return None
    last = capitalised(surname)
    if SUFFIX.fullmatch(third):
        return _suffixed(f"{given} {last}", third)
    if TITLE.fullmatch(third):
        return f"{third} {given} {last}"
    if all(word in PARTICLES for word in third.split()):
        return f"{given} {third} {last}"
    if HONOURS.fullmatch(third):
        return f"{given} {last}, {third}"
    return _ranked(given, last, third) if RANK.fullmatch(third) else None


def _ranked(given: str, surname: str, rank: str) -> str:
    """`Massimo Taparelli, Marquis d'Azeglio`, `Frederic, Lord Leighton`."""
    if _HAS_ARTICLE_END.search(rank):
        return f"{given}, {rank}{'' if rank[-1] in _APOSTROPHES else ' '}{surname}"
    if rank.casefold() in _ALONE:
        return f"{given}, {rank} {surname}"
    return f"{given} {surname}, {rank}"


def _suffixed(name: str, suffix: str) -> str:
    """`Adam Reed, Jr.`, but `Pieter Bruegel the Elder` and `Jan van Kessel I`."""
    comma = "," if suffix.casefold().strip(".") in ("jr", "sr") else ""
    return f"{name}{comma} {suffix}"


def capitalised(name: str) -> str:
    """Capitalise words that are in capitals: `GENTILE DA FABRIANO` -> `Gentile da Fabriano`."""
    words = name.split()
    whole = name.isupper()
    return " ".join(
        _word(
            word,
            first=index == 0,
            last=index == len(words) - 1,
            initial=len(word) == len(words[index - 1]) == 1,
        )
        if whole or len(word) > _INITIALS or word.lower() in PARTICLES
        else word
        for index, word in enumerate(words)
    )


def _word(word: str, *, first: bool, last: bool, initial: bool) -> str:
    if (
        not word.isupper()
        or (last and word == "I")
        or _ROMAN.fullmatch(word)
        or not _VOWEL.search(word)
    ):
        return word
    if not first and word.lower() in PARTICLES and not initial:
        return word.lower()
    return "".join(
        part.capitalize() if part.isalpha() else part for part in re.split(r"([-'’.])", word)
    )
