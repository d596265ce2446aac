"""Write the sizes and names of a museum as its mapping says: with their unit, in their order."""

from __future__ import annotations

import re

from catalog.normalise.artists import SEPARATOR
from catalog.normalise.attributions import read_attribution
from catalog.normalise.name_words import (
    HONOURS,
    PARTICLES,
    RANK,
    SUFFIX,
    is_anonymous,
    is_firm,
    is_place,
)
from catalog.normalise.names import in_speaking_order, segments, split_outside_brackets
from catalog.normalise.nationalities import is_nation, is_nationality
from catalog.normalise.sizes import parse_size

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?(?: \d+/\d+|[½¼¾⅛⅜⅝⅞])?")
_OWN_UNIT = re.compile(
    r"\d\s*(?!(?:x|by|and|h|w|d|l|b|t|height|width|depth)\b)[^\W\d_]|\d\s*[\"'″\u2032”]", re.I
)
_NAMES = re.compile(SEPARATOR)
_IN_BRACKETS = re.compile(r"\s*[(\[].*", re.DOTALL)


def size_with_unit(given: str, unit: str) -> str:
    """Return a size with the unit that it lacks; one that has a unit, or is none, as it is."""
    if not _NUMBER.search(given) or _OWN_UNIT.search(given) or parse_size(given).parsed:
        return given
    at_the_end = f"{given.rstrip(' .;,')} {unit}"
    each = _NUMBER.sub(rf"\g<0> {unit}", given)
    return next((text for text in (at_the_end, each) if parse_size(text).parsed), given)


def name_in_order(given: str, order: str) -> str:
    """Return names in speaking order, first name first, where their commas are ambiguous.

    They have `SEPARATOR` between them; the order is `last, first` or `last first`.
    """
    turned = _turned_at_comma if order == "last, first" else _turned
    written = []
    for text in split_outside_brackets(_NAMES, given):
        name = read_attribution(text).name
        is_person = not (is_anonymous(name) or is_firm(name) or is_place(name))
        written.append(text.replace(name, turned(name)) if is_person else text)
    return SEPARATOR.join(written)


def _turned_at_comma(name: str) -> str:
    brackets = _IN_BRACKETS.search(name)
    behind = brackets[0] if brackets else ""
    parts = segments(name.removesuffix(behind))
    if not parts[1:] or "," not in in_speaking_order(name):
        return name
    surname, given, *others = parts
    is_name = given[:1].isupper() and not any(map(str.isdigit, given))
    if not is_name or is_nation(given) or is_nationality(surname):
        return name
    if any(form.fullmatch(given) for form in (SUFFIX, HONOURS, RANK)):
        return name
    return ", ".join([f"{given} {surname}", *others]) + behind


def _turned(name: str) -> str:
    words = name.split()
    small = [word for word in words if not word[0].isupper() and word.lower() not in PARTICLES]
    if len(words) < 2 or "," in name or small or is_nationality(words[0]):  # noqa: PLR2004
        return name
    capitals = [word.isupper() and len(word) > 1 for word in words]
    surname = max(1, [*capitals, False].index(False))
    return " ".join([*words[surname:], *words[:surname]])
