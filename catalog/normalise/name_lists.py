"""Splitting of lists of artists' names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.normalise.attributions import CLOSED, NEXT, may_be_attributed
from catalog.normalise.name_words import (
    HONOURS,
    RANK,
    SUFFIX,
    begins_with_given_name,
    begins_with_initials,
    content_words,
    is_firm,
    is_full_name,
    is_surname,
)

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SEPARATORS = re.compile(r"[|;\n\r\v\f\u2028\u2029]|\s/\s")
_AND = re.compile(r"\s+(?:and|&|und|et|with|avec|mit|con|met)\s+", re.IGNORECASE)
_WEAK_AND = re.compile(r"\s+(?:e|y|en)\s+")
_SLASH = re.compile(r"/")
_COMMA = re.compile(r",")


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
    return list(_names(piece))


def segments(name: str) -> list[str]:
    """Return the parts between the commas of a name; commas in brackets do not count."""
    return [
        part for part in (part.strip() for part in split_outside_brackets(_COMMA, name)) if part
    ]


def _names(piece: str) -> Iterator[str]:
    if is_firm(piece):
        yield piece
        return
    for pattern, certain in ((_AND, True), (_SLASH, True), (_WEAK_AND, False)):
        parts = [part.strip(" ,") for part in split_outside_brackets(pattern, piece)]
        if len(parts) > 1 and all(_stands_alone(part, certain=certain) for part in parts):
            for part in parts:
                yield from _listed(part, within_list=True)
            return
    yield from _listed(piece, within_list=False)


def _stands_alone(part: str, *, certain: bool) -> bool:
    return is_full_name(part or " ") and (certain or begins_with_given_name(part))


def _listed(piece: str, *, within_list: bool) -> list[str]:
    """Return the names between commas, or the piece as one name.

    `within_list`: an `and` makes a list of it: `Ann Berg, Carl Dahl and Eva Falk`.
    """
    parts = _with_suffixes(segments(piece))
    if len(parts) > 1 and all(map(is_full_name, parts)):
        certain = within_list or _are_persons(parts)
        if certain and not is_surname(parts[0]):
            return parts
    if parts[2:] and " " in parts[0] and all(map(is_full_name, parts[1:])):
        return parts
    if parts[2:] and not len(parts) % 2:
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        if all(is_surname(one) and begins_with_given_name(other) for one, other in pairs):
            return [f"{surname}, {given}" for surname, given in pairs]
    return [piece]


def _are_persons(parts: list[str]) -> bool:
    """Return whether full names can only be people: by given names, or a surname that they share.

    What ends in brackets is not a surname: `Le Corbusier (Charles Jeanneret), Pierre Jeanneret`.
    """
    surnames = {content_words(part)[-1] for part in parts}
    are_names = (
        begins_with_given_name(part) or begins_with_initials(part) or part.endswith(")")
        for part in parts
    )
    return all(are_names) or len(surnames) == 1


def _with_suffixes(parts: list[str]) -> list[str]:
    """`Ann Berg`, `Jr.` as one part."""
    joined: list[str] = []
    for part in parts:
        if joined and any(form.fullmatch(part) for form in (SUFFIX, HONOURS, RANK)):
            joined[-1] = f"{joined[-1]}, {part}"
        else:
            joined.append(part)
    return joined


def split_outside_brackets(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the parts of a text between matches outside of brackets."""
    hidden = _BRACKETS.sub(lambda match: "." * len(match[0]), text)
    last = 0
    for match in pattern.finditer(hidden):
        yield text[last : match.start()]
        last = match.end()
    yield text[last:]
