"""Titles as people write them: with capitals, without what belongs to files and other fields.

`catalog/vocabulary/titles.toml` lists the words that say of a title what it is.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote

from catalog.base.files import packaged_toml
from catalog.normalise.dates import parse_date
from catalog.normalise.forms import read_form, without_accents
from catalog.normalise.markup import repair

_EXTENSION = re.compile(
    r"(?:\.(?:jpe?g|jfif|png|tiff?|gif|bmp|webp|jp2|heic|psd|dng|svg|pdf))+(?:$|[!?#].*)",
    re.IGNORECASE,
)
_SLUG = re.compile(r"[^\W_A-Z]+(?:-[^\W_A-Z]+){3,}|[^\W_A-Z]+(?:-[^\W_A-Z]+)*-(?:1\d{3}|20\d\d)")
"""Words joined by hyphens, too many for a compound: `the-old-guitarist-chicago-1904`."""
_CAMERA = re.compile(r"(?:img|dscn?|dscf|mvi|pxl|scan)-?\d{4,}|p\d{7}", re.IGNORECASE)
_YEAR = r"1\d{3}|20\d\d"
_ENDS_IN_YEAR = re.compile(rf"(.*[^\W\d_]|.*\))\s+({_YEAR})(?:\s\d{{1,2}})?")
_YEAR_FIELD = re.compile(rf"\(?(?:c|ca|circa)?\.? ?(?:{_YEAR})(?:[-–](?:{_YEAR}|\d\d))?\)?")
_COPY = re.compile(r"[ _-]*\(\d{1,3}\)$|[ _-]+(?:copy|kopie)(?:[ _-]*\d+)?$", re.IGNORECASE)
_NUMBER = re.compile(
    r"[(\[]?(?:[a-z]{0,5}\d{3,}|0\d+|\d+x\d+(?:px|dpi)?|(?:[a-z]{1,6}[.-]?)?(?:1[89]|20)\d\d\.\d[\w.]*"
    r"|[0-9a-f]*\d[0-9a-f]{9,})[)\]]?",
    re.IGNORECASE,
)
_ACCESSION = re.compile(
    r"[\s,;:–—-]*[(\[]?(?P<called>\b(?:acc(?:ession)?|inv(?:entory|entar|entaire|entario)?)\b\.?"
    r"(?:\s*(?:no|nr|num|number|nummer|n°)\b\.?)?[\s:#]*)?"
    r"(?P<number>[^\s()\[\]]*\d[^\s()\[\]]*)[)\]]?",
    re.IGNORECASE,
)
_LIKE_ACCESSION = re.compile(r"(?:1[89]|20)\d\d\.\d+\.\d+[\w-]*")
_SHORTEST_WORD = 3
_MAX_LENGTH = 300
"""Characters; a longer title is a text, and the name of no file."""
_SURE_LENGTH = 5
"""Digits of a number that is neither a year nor a count."""
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
"""Words of programs for a missing value; "None" and "Null" may be titles."""
_SUPPLIED = re.compile(r"\[([^\[\]]+)\]")
"""A title that the museum gave: brackets around the whole."""
_WITHOUT_MARKS = re.compile(r"[^\WA-Z]+(?: [^\WA-Z]+)*")
_LOST_S = re.compile(r"(?<=[^\W\d_]{2}) s(?= )")
_LOST_VOWEL = re.compile(r"(?<![^\W_])([ld]) (?=[aeiouhàâéèêëîïôöûü])")
"""Apostrophes that a file's name has lost: `lenin s plan`, `l hermitage`."""


@cache
def _words() -> dict[str, frozenset[str]]:
    given = packaged_toml("catalog.vocabulary", "titles.toml")
    return {name: frozenset(map(_reduced, words)) for name, words in given.items()}


def _reduced(text: str) -> str:
    """Return the words of a text without case, accents and punctuation."""
    return " ".join(re.findall(r"[^\W_]+", without_accents(text)))


def is_untitled(title: str) -> bool:
    """Return whether a title states that there is none: `[Untitled]`, `Ohne Titel`."""
    return _reduced(title) in _words()["untitled"]


def is_suspicious(title: str) -> bool:
    """Return whether a title may be a file name or end in a number; most are not."""
    if len(title) > _MAX_LENGTH:
        return False
    return any(char.isdecimal() or char == "_" for char in title) or is_file_name(title)


def is_file_name(title: str) -> bool:
    """Return whether a title is the name of a file: `Still_Life`, `water-lilies.jpg`."""
    if _EXTENSION.search(title):
        return True
    one_word = not re.search(r"\s", title)
    return one_word and ("_" in title or any(each.fullmatch(title) for each in (_SLUG, _CAMERA)))


def ends_in_year_of(title: str, date: str | None) -> bool:
    """Return whether a title ends in a year as file names do: `confirmation 1645`.

    The year of an event does not count, nor one that a general title needs: `Painting 1964`.
    Neither does one with which the date disagrees.
    """
    found = _ENDS_IN_YEAR.fullmatch(title)
    words = _reduced(found[1]).split() if found else []
    if not found or not words or words[-1] in _words()["before_a_year"] or words[-1][0].isdecimal():
        return False
    if len(words) == 1 and (words[0] in _words()["general"] or read_form(words[0])):
        return False
    made = parse_date(date)
    if made.earliest is None or made.latest is None:
        return not date
    return made.earliest <= int(found[2]) <= made.latest


def read_title(
    given: str,
    artist: str | None = None,
    date: str | None = None,
    identifier: str | None = None,
    *,
    years_are_usual: bool = False,
    capitals_are_usual: bool = False,
) -> str | None:
    """Return a title for display, None if it states that there is none or that it is unknown.

    Args:
        given: as catalogued.
        artist: as catalogued, whose name is not part of a file's title.
        date: as catalogued, with which a year at the end has to agree.
        identifier: of the artwork in its catalog, which is not part of its title.
        years_are_usual: whether the catalog puts the artwork's year after its titles.
        capitals_are_usual: whether the catalog's titles have capitals, so that one without is
            meant to have none, unless it is a file's name.
    """
    text = " ".join(repair(given).split())
    if text in _MISSING or _is_unknown(text):
        return None
    names_file = is_file_name(text)
    if len(text) <= _MAX_LENGTH and names_file:
        text = _title_in_file_name(text, artist or "", identifier or "")
    elif len(text) <= _MAX_LENGTH:
        text = re.sub(r"_\d{1,2}$", "", _without_accession(text, identifier or ""))
        year = _ENDS_IN_YEAR.fullmatch(text)
        if year and ends_in_year_of(text, date) and (years_are_usual or text.islower()):
            text = year[1]
    if supplied := _SUPPLIED.fullmatch(text):
        text = supplied[1].strip()
    text = re.sub(r"[\s,;:]+$", "", text)
    if _is_unknown(text):
        return None
    if capitals_are_usual and not names_file:
        return text
    if _WITHOUT_MARKS.fullmatch(text):
        text = _LOST_S.sub("'s", _LOST_VOWEL.sub(r"\1'", text))
    return restore_capitals(text)


def _is_unknown(title: str) -> bool:
    """Return whether a title is empty or states that it is unknown: `[title not known]`, `-`."""
    words = re.sub(r"(?<=\w) \d+$", "", _reduced(title))
    return not title.strip(" -–—?.…*_[](),;:/") or words in _words()["unknown"]


def _title_in_file_name(name: str, artist: str, identifier: str) -> str:
    """Return the title in a file's name; empty if none is left."""
    name = re.split(r"[/\\]|^\w+:(?=\w)", _EXTENSION.sub("", unquote(name)))[-1]
    names, number = set(_reduced(artist).split()), _reduced(identifier)
    fields = [
        field
        for field in re.split(r"\s*_+\s*|\s+[-–—]+\s+", _COPY.sub("", name))
        if not (_YEAR_FIELD.fullmatch(field) or _NUMBER.fullmatch(field))
        and _reduced(field) != number
        and not set(_reduced(field.replace("-", " ")).split()) <= names
    ]
    letters = re.sub(r"\d+", " ", _reduced(" ".join(fields))).split()
    long = [word for word in letters if len(word) >= _SHORTEST_WORD or not word.isascii()]
    # `IMG2034` and `front` mean nothing.
    if _reduced(name) == number or _words()["file_names"].issuperset(long):
        return ""
    words: list[str] = []
    for field in fields:
        is_spaced = " " in field
        words += field.split() if is_spaced else re.split(r"(?i)(?<!\bself)-", field)
    while len(words) > 1 and _reduced(words[0]) in names:
        del words[0]
    endings = _words()["file_endings"]
    while words and (_reduced(words[-1]) in endings or _NUMBER.fullmatch(words[-1])):
        del words[-1]
    return " ".join(words)


def _without_accession(title: str, identifier: str) -> str:
    """Return a title without its accession number: its identifier, or what is like one."""
    number = re.sub(r"\s+", "", identifier)
    sure = re.search(r"\d", number) and (not number.isdecimal() or len(number) >= _SURE_LENGTH)
    if sure and title.casefold().rstrip(")] ").endswith(identifier.casefold()):
        before = title[: len(title.rstrip(")] ")) - len(identifier)]
        if not before or not before[-1].isalnum():
            return re.sub(r"[\s,;:–—(\[-]+$", "", before)
    for found in _ACCESSION.finditer(title):
        if found.end() == len(title) and (
            found["called"] or _LIKE_ACCESSION.fullmatch(found["number"])
        ):
            return title[: found.start()]
    return title


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
    word = match[0]
    if word[0] in "<&":
        return word
    before = _HAS_MARKUP.sub("", text[max(0, match.start() - 200) : match.start()])
    before = before.rstrip(" \"'“\u2018")
    starts_part = not before or before[-1] in ".:;?!()[]-–"
    if _ROMAN.fullmatch(word) and len(word) > 1:
        return word.upper()
    short, rest = "", word
    if elided := _ELIDED.fullmatch(word):
        short, rest = elided.groups()
        if starts_part or short.startswith("sant"):
            short = short[0].upper() + short[1:]
    elif word in _SMALL and (not starts_part or before.endswith("-")):
        return word
    return short + rest[0].upper() + rest[1:]
