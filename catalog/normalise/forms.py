"""The kind of thing that an artwork is: as the museum classifies it, otherwise as it was made."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from catalog.normalise.markup import plain_text, repair
from catalog.vocabulary.forms import kinds_of, vocabulary

_HEAD_ENDS = re.compile(
    r"\b(?:of|for|with|in|on|from|by|after|de|du|des|d|a|al|en|sur|di|da|del|della|su|con|von|auf"
    r"|mit|aus|fur|van|op|met|sobre|para|per)\b"
)
_QUALIFIED = re.compile(r"\s*(?:>|:|--|[-–—(\[])\s*")
"""Separators between a form and its specification: `Sculpture-Bronze`, `Print (etching)`."""
_LISTED = re.compile(r"\s*(?:[|;/,+&]|\b(?:and|und|et|e|y|en)\b)\s*")
"""Separators between forms: `Prints and Drawings`."""
_MAX_LENGTH = 300
"""Characters; a longer text is not a classification; a technique names its main one first."""
_PLURALS = ("n", "en", "e", "er", "x")
"""Endings of plurals besides `s`, which no word keeps."""
_ENDS_IN_S = re.compile(r"(?<=\w\w)(?:(ies?)|s)$")


def form_of(
    technique: str | None,
    profession: str | None,
    form_given: str | None = None,
    type_given: str | None = None,
) -> str | None:
    """Return the form of an artwork, None if it is unknown.

    The museum's classification counts first: one that names no form of the vocabulary is returned
    as it is. Only without one do technique and profession tell, in this order: a sculptor's
    drawing is a drawing.

    Args:
        technique: materials and technique.
        profession: of the artist.
        form_given: the museum's classification.
        type_given: the museum's subject, which some use for the classification.
    """
    if given := _specified(form_given):
        return read_form(given, technique) or given
    named = _exactly(_specified(type_given) or "")
    if named and not vocabulary().forms[named].subject:
        return named
    maker = (profession or "").strip().casefold()
    return _form_by_technique(technique) or _index().makers.get(maker)


def read_form(classification: str, technique: str | None = None) -> str | None:
    """Return the form that a classification names, None where it names none or several.

    Args:
        classification: such as `Oil paintings`, `Sculpture-Bronze` or `Prints and Drawings`.
        technique: chooses between several forms.
    """
    if len(classification) > _MAX_LENGTH:
        return None
    text = without_accents(classification)
    if form := _exactly(text):
        return form
    parts = _LISTED.split(text)
    first = next(filter(None, map(_form_qualified, parts)), None)
    # a word for how an artwork of the first form is made names no other form: "photograph, silver
    # print"
    rest = (_form_qualified(part) for part in parts if _form_by_technique(part) != first)
    found = list(dict.fromkeys(filter(None, (first, *rest))))
    if not found[1:]:
        return found[0] if found else None
    made = kinds_of(_form_by_technique(technique) or "")
    shared = set.intersection(*(set(kinds_of(form)) for form in found))
    fitting = [form for form in found if form in made]
    return next(iter([*fitting, *(kind for kind in kinds_of(found[0]) if kind in shared)]), None)


def _specified(given: str | None) -> str | None:
    """Return a classification on one line, None if it is empty or means unknown."""
    text = " ".join(plain_text(repair(given or "")).split())
    return text if len(text) > _MAX_LENGTH or _reduced(text) not in _index().unspecified else None


def _form_by_technique(technique: str | None) -> str | None:
    """Return the form of the first known phrase in a technique, the longest if several match."""
    found = _index().any_technique.search(without_accents(technique or "")[:_MAX_LENGTH])
    return _form_of_phrase(found[0]) if found else None


@cache
def _form_of_phrase(phrase: str) -> str | None:
    known = _index().techniques.items()
    return next(form for pattern, form in known if re.fullmatch(pattern, phrase))


def _form_qualified(text: str) -> str | None:
    return next(filter(None, map(_form_named, (text, *_QUALIFIED.split(text)))), None)


def _form_named(text: str) -> str | None:
    """Return the form that a phrase names as a whole or with its last words: `Japanese prints`.

    Otherwise that of the longest name that ends a compound: `Federzeichnungen`.
    """
    words = _reduced(text)
    head, of, rest = words.partition(" of ")
    if of and head in _index().counted:
        words = rest
    last = _HEAD_ENDS.split(words)[0].split()
    for phrase in (words, *(" ".join(last[start:]) for start in range(len(last)))):
        if form := _exactly(phrase):
            return form
    endings = _index().endings.items()
    found = [
        (len(ending), form)
        for ending, form in endings
        if any(word.endswith(ending) for word in _singulars(words))
    ]
    return max(found)[1] if found else None


def _exactly(phrase: str) -> str | None:
    """Return the form that has a phrase, or its singular, as a name."""
    names = _index().names
    return next((names[each] for each in _singulars(_reduced(phrase)) if each in names), None)


def _singulars(words: str) -> list[str]:
    return [words, *(words.removesuffix(end) for end in _PLURALS if words.endswith(end))]


def without_accents(text: str) -> str:
    """Return a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _reduced(text: str) -> str:
    """Return a text's words without case, accents, punctuation and the `s` of plurals."""
    words = re.findall(r"\w+", without_accents(text))
    return " ".join(_ENDS_IN_S.sub(lambda end: "y" if end[1] else "", word) for word in words)


class _Index(NamedTuple):
    """The vocabulary by what is looked up in it; words as `_reduced`."""

    names: dict[str, str]
    endings: dict[str, str]
    makers: dict[str, str]
    techniques: dict[str, str]
    """The form by the pattern of a phrase, the longest first."""
    any_technique: re.Pattern[str]
    unspecified: frozenset[str]
    counted: frozenset[str]


@cache
def _index() -> _Index:
    known = vocabulary()
    names = [(name, form) for form, each in known.forms.items() for name in each.names]
    phrases = [
        (without_accents(phrase), form)
        for form, each in known.forms.items()
        for phrase in each.techniques
    ]
    phrases.sort(key=lambda phrase: -len(phrase[0]))
    techniques = {re.escape(phrase).replace(r"\*", r"\w*"): form for phrase, form in phrases}
    return _Index(
        {_reduced(name): form for name, form in names},
        {_reduced(name): form for name, form in names if name.startswith("-")},
        {maker: form for form, each in known.forms.items() for maker in each.makers},
        techniques,
        # without groups, which would keep the engine from comparing first letters
        re.compile(rf"\b(?:{'|'.join(techniques)})\b"),
        frozenset({"", *map(_reduced, known.unspecified)}),
        frozenset(map(_reduced, known.counted)),
    )
