"""Titles as people write them: with capitals, without what belongs to files and other fields."""

from __future__ import annotations

import re

from catalog.normalise.file_titles import is_file_name, tidy_title
from catalog.normalise.mojibake import repair
from catalog.normalise.title_words import is_unknown

_SMALL = frozenset(
    """a an and as at but by for from in into near nor of off on onto or over per the to under up
    upon via with before after beside between de des di da del della du la le les el et e van von
    der den""".split()
)
_MARKUP = r"<[^<>]*>|&#?\w{1,32};"
_WORD = re.compile(rf"{_MARKUP}|[^\W_]+(?:['’][^\W_]+)*")
_HAS_MARKUP = re.compile(_MARKUP)
_ELIDED = re.compile(r"((?:[dls]|all|dall|dell|nell|sull|sant)['’])(.+)")
"""A short word that has lost its vowel: its own first letter stays small inside a title."""
_ROMAN = re.compile(r"(?=[ivxl]{2,})(xl|l?x{0,3})(ix|iv|v?i{0,3})")


_MISSING = frozenset({"nan", "NaN", "<NA>"})
"""What programs write for a missing value; "None" and "Null" may be titles."""
_SUPPLIED = re.compile(r"\[([^\[\]]+)\]")
"""A title that the museum gave: brackets around the whole."""

_WITHOUT_MARKS = re.compile(r"[^\WA-Z]+(?: [^\WA-Z]+)*")
_LOST_S = re.compile(r"(?<=[^\W\d_]{2}) s(?= )")
_LOST_VOWEL = re.compile(r"(?<![^\W_])([ld]) (?=[aeiouhàâéèêëîïôöûü])")
"""Apostrophes that a file's name has lost: `lenin s plan`, `l hermitage`."""


def read_title(
    given: str,
    artist: str | None = None,
    date: str | None = None,
    identifier: str | None = None,
    *,
    years_are_usual: bool = False,
    capitals_are_usual: bool = False,
) -> str | None:
    """Return a title for people, None where it says that there is none or that nobody knows it.

    Args:
        given: as catalogued.
        artist: as catalogued.
        date: as catalogued.
        identifier: of the artwork in its catalog.
        years_are_usual: whether the catalog puts the artwork's year behind its titles.
        capitals_are_usual: whether the catalog's titles have capitals, so that one without is
            meant to have none, unless it is a file's name.
    """
    text = " ".join(repair(given).split())
    if text in _MISSING or is_unknown(text):
        return None
    is_meant_so = capitals_are_usual and not is_file_name(text)
    text = tidy_title(text, artist, date, identifier, years_are_usual=years_are_usual)
    if supplied := _SUPPLIED.fullmatch(text):
        text = supplied[1].strip()
    text = re.sub(r"[\s,;:]+$", "", text)
    if is_unknown(text):
        return None
    if is_meant_so:
        return text
    if _WITHOUT_MARKS.fullmatch(text):
        text = _LOST_S.sub("'s", _LOST_VOWEL.sub(r"\1'", text))
    return restore_capitals(text)


def restore_capitals(title: str) -> str:
    """Title case for a title given without capitals; any other is left as it is.

    Small words stay small but at the beginning of the title or of a part of it. What cannot be
    known (which words are names) is guessed as title case, which is right for both.
    """
    text = " ".join(title.split())
    if any(char.isupper() for char in text):
        return text
    return _WORD.sub(lambda match: _cased(match, text), text)


def _cased(match: re.Match[str], text: str) -> str:
    word = match.group()
    if word[0] in "<&":
        return word
    before = _HAS_MARKUP.sub("", text[max(0, match.start() - 200) : match.start()]).rstrip(
        " \"'“\u2018"
    )
    starts_part = not before or before[-1] in ".:;?!()[]-–"
    if _ROMAN.fullmatch(word) and len(word) > 1:
        return word.upper()
    elided = _ELIDED.fullmatch(word)
    if elided:
        short, rest = elided.groups()
        small = not starts_part and not short.startswith("sant")
        return (short if small else short[0].upper() + short[1:]) + rest[0].upper() + rest[1:]
    if word in _SMALL and (not starts_part or before.endswith("-")):
        return word
    return word[0].upper() + word[1:]
