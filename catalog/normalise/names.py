"""Lists of artists' names, and a name in the order in which people say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.normalise.attributions import CLOSED, NEXT, may_be_attributed
from catalog.normalise.name_words import (
    HONOURS,
    PARTICLES,
    RANK,
    SUFFIX,
    TITLE,
    begins_with_given_name,
    begins_with_initials,
    can_be_given,
    content_words,
    is_firm,
    is_full_name,
    is_given_name,
    is_known_by_one_name,
    is_place,
    is_surname,
    is_trade,
)
from catalog.normalise.nationalities import is_nation, is_nationality

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SEPARATORS = re.compile(r"[|;\n\r\v\f\u2028\u2029]|\s/\s")
_AND = re.compile(r"\s+(?:and|&|und|et|with|avec|mit|con|met)\s+", re.IGNORECASE)
_WEAK_AND = re.compile(r"\s+(?:e|y|en)\s+")
_SLASH = re.compile(r"/")
_COMMA = re.compile(r",")
_ENDS_IN_SUFFIX = re.compile(rf"(?:^|,?\s+)({SUFFIX.pattern})$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?<=\S)\s+[(\[].*", re.DOTALL)
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(IX|IV|V?I{0,3})")
_VOWEL = re.compile(r"[AEIOUYÄÖÜÅÆØŒÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛËÏŐŰ.]")
_LISTED = re.compile(r"\s(?:and|&|und|et|y|e|en)\s", re.IGNORECASE)
_HAS_ARTICLE_END = re.compile(r"(?:\bd['’]|\b(?:of|de|von|van|di))$", re.IGNORECASE)
_INITIALS = 3
"""Letters of a word in capitals that stay so in a name with small ones: `Master ES`."""
_APOSTROPHES = "'’"
_ALONE = frozenset("lord lady sir dame baron".split())


def split_pieces(given: str) -> list[str]:
    """Return the places of a list of names, with single blanks between words.

    Separators divide a text always, the qualifiers and roles of further names where they leave no
    doubt: `printmaker: X, publisher: Y`.
    """
    if may_be_attributed(given) or "(" in given:
        given = CLOSED.sub(r"\g<end>;", given)
    pieces = (
        " ".join(piece.split()).strip(" ,/") for piece in split_outside_brackets(_SEPARATORS, given)
    )
    found: list[str] = []
    for piece in pieces:
        found += split_outside_brackets(NEXT, piece) if may_be_attributed(piece) else (piece,)
    return [part for piece in found if (part := piece.strip(" ,/"))]


def split_names(piece: str) -> list[str]:
    """Return the names in one place of a list.

    `and` divides full names; a comma does where it cannot follow a surname: `Pablo Picasso,
    Georges Braque`. Firms stay whole.
    """
    if is_firm(piece):
        return [piece]
    for pattern, certain in ((_AND, True), (_SLASH, True), (_WEAK_AND, False)):
        parts = [part.strip(" ,") for part in split_outside_brackets(pattern, piece)]
        if len(parts) > 1 and all(
            is_full_name(part or " ") and (certain or begins_with_given_name(part))
            for part in parts
        ):
            return [name for part in parts for name in _listed(part, within_list=True)]
    return _listed(piece, within_list=False)


def _listed(piece: str, *, within_list: bool) -> list[str]:
    """Return the names between commas, or the piece as one name.

    `within_list`: an `and` makes a list of it: `Ann Berg, Carl Dahl and Eva Falk`.
    """
    parts: list[str] = []
    for part in segments(piece):
        # `Ann Berg`, `Jr.` are one part.
        if parts and any(form.fullmatch(part) for form in (SUFFIX, HONOURS, RANK)):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    if len(parts) > 1 and all(map(is_full_name, parts)) and not is_surname(parts[0]):
        # They can only be people by their given names, or by a surname that they share. What ends
        # in brackets is not a surname: `Le Corbusier (Charles Jeanneret), Pierre Jeanneret`.
        are_persons = all(
            begins_with_given_name(part) or begins_with_initials(part) or part.endswith(")")
            for part in parts
        )
        if within_list or are_persons or len({content_words(part)[-1] for part in parts}) == 1:
            return parts
    if parts[2:] and " " in parts[0] and all(map(is_full_name, parts[1:])):
        return parts
    if parts[2:] and not len(parts) % 2:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        if all(is_surname(one) and begins_with_given_name(other) for one, other in pairs):
            return [f"{surname}, {given}" for surname, given in pairs]
    return [piece]


def segments(name: str) -> list[str]:
    """Return the parts between the commas of a name; commas in brackets do not count."""
    parts = map(str.strip, split_outside_brackets(_COMMA, name))
    return [part for part in parts if part]


def split_outside_brackets(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the parts of a text between matches outside of brackets."""
    hidden = _BRACKETS.sub(lambda match: "." * len(match[0]), text)
    last = 0
    for match in pattern.finditer(hidden):
        yield text[last : match.start()]
        last = match.end()
    yield text[last:]


def in_speaking_order(name: str) -> str:
    """Write `SURNAME, Given, the Elder` as `Given Surname the Elder`.

    A text that may mean something else by its comma comes back as it is.
    """
    parts = segments(name)
    if len(parts) > 1 and (is_firm(name) or is_place(name)):
        return name
    if len(parts) > 1 and is_nationality(parts[-1]) and not is_trade(parts[0]):
        parts = parts[:-1]
    turned = None
    match parts:
        case [surname, given]:
            turned = _of_two(surname, given)
        case [surname, given, third]:
            turned = _of_three(surname, given, third)
    return turned or ", ".join([*map(_capitalised, parts[:1]), *parts[1:]])


def _of_two(surname: str, given: str) -> str | None:
    if HONOURS.fullmatch(given):
        return None
    if SUFFIX.fullmatch(given):
        return _suffixed(_capitalised(surname), given)
    if brackets := _IN_BRACKETS.search(given):
        turned = _of_two(surname, given[: brackets.start()])
        return turned and turned + brackets[0]
    suffix = _ENDS_IN_SUFFIX.search(given)
    plain = given[: suffix.start()] if suffix else given
    # What can precede a surname: a given name, or a rank such as `Prince Paolo` or `Pope`.
    if is_nation(plain):
        fits = is_trade(surname)
    elif RANK.fullmatch(plain):
        _, _, rest = plain.partition(" ")
        fits = not rest or is_given_name(rest)
    else:
        fits = can_be_given(plain)
    if not fits or not _is_inverted(surname, plain):
        return None
    whole = f"{plain} {_capitalised(surname)}"
    return _suffixed(whole, suffix[1]) if suffix else whole


def _is_inverted(surname: str, given: str) -> bool:
    """Return whether the comma follows a surname: `French, Daniel`, but not `Greek, Attic`."""
    if is_nationality(surname):
        return begins_with_given_name(given)
    if _LISTED.search(f" {given} ") or _LISTED.search(surname):
        return surname.isupper() or is_given_name(_LISTED.sub(" ", given))
    if is_known_by_one_name(surname) or (is_known_by_one_name(given) and is_given_name(surname)):
        return False
    ends_in_particle = given.rsplit(maxsplit=1)[-1] in PARTICLES
    if not is_surname(surname):
        begins_given = begins_with_given_name(surname)
        return ends_in_particle or (is_given_name(given) and not begins_given)
    # Both may be names of people: `Le Corbusier, Pierre Jeanneret`.
    may_be_person = " " in surname and surname[0].isupper() and not surname.isupper()
    is_person = is_full_name(given) and begins_with_given_name(given) and not is_given_name(given)
    return not (may_be_person and is_person) or ends_in_particle


def _of_three(surname: str, given: str, third: str) -> str | None:
    if SUFFIX.fullmatch(given):
        given, third = third, given
    if not (is_surname(surname) and can_be_given(given)):
        return None
    last = _capitalised(surname)
    turned: str | None = None
    if SUFFIX.fullmatch(third):
        turned = _suffixed(f"{given} {last}", third)
    elif TITLE.fullmatch(third):
        turned = f"{third} {given} {last}"
    elif all(word in PARTICLES for word in third.split()):
        turned = f"{given} {third} {last}"
    elif HONOURS.fullmatch(third):
        turned = f"{given} {last}, {third}"
    elif RANK.fullmatch(third):
        # `Massimo Taparelli, Marquis d'Azeglio`, `Frederic, Lord Leighton`
        turned = f"{given} {last}, {third}"
        if _HAS_ARTICLE_END.search(third) or third.casefold() in _ALONE:
            turned = f"{given}, {third}{'' if third[-1] in _APOSTROPHES else ' '}{last}"
    return turned


def _suffixed(name: str, suffix: str) -> str:
    """`Adam Reed, Jr.`, but `Pieter Bruegel the Elder` and `Jan van Kessel I`."""
    comma = "," if suffix.casefold().strip(".") in ("jr", "sr") else ""
    return f"{name}{comma} {suffix}"


def _capitalised(name: str) -> str:
    """Capitalise words that are in capitals: `GENTILE DA FABRIANO` -> `Gentile da Fabriano`."""
    given = name.split()
    found = []
    for at, word in enumerate(given):
        is_small = word.lower() in PARTICLES
        is_name = name.isupper() or len(word) > _INITIALS or is_small
        is_number = _ROMAN.fullmatch(word) or (word == "I" and at == len(given) - 1)
        if not (word.isupper() and is_name and _VOWEL.search(word)) or is_number:
            found.append(word)
        elif at and is_small and not len(word) == len(given[at - 1]) == 1:
            found.append(word.lower())
        else:
            parts = re.split(r"([-'’.])", word)
            found.append("".join(part.capitalize() if part.isalpha() else part for part in parts))
    return " ".join(found)
