"""Titles that are file names, or end in what belongs to other fields: years, accession numbers."""

from __future__ import annotations

import re
from urllib.parse import unquote

from catalog.normalise.dates import parse_date
from catalog.normalise.forms import read_form
from catalog.normalise.title_words import reduced, title_words

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
_LONGEST = 300
"""Characters; a longer title is a text, and the name of no file."""
_SURE_LENGTH = 5
"""Digits of a number that is no year and counts nothing."""


def is_suspicious(title: str) -> bool:
    """Return whether a title may be a file name or end in a number; most are not."""
    if len(title) > _LONGEST:
        return False
    return any(char.isdecimal() or char == "_" for char in title) or is_file_name(title)


def is_file_name(title: str) -> bool:
    """Return whether a title is the name of a file: `Still_Life`, `water-lilies.jpg`."""
    if _EXTENSION.search(title):
        return True
    one_word = not re.search(r"\s", title)
    return one_word and ("_" in title or any(each.fullmatch(title) for each in (_SLUG, _CAMERA)))


def tidy_title(
    title: str,
    artist: str | None = None,
    date: str | None = None,
    identifier: str | None = None,
    *,
    years_are_usual: bool = False,
) -> str:
    """Return a title without the parts of a file name and of other fields; empty if none is left.

    Args:
        title: in one line.
        artist: whose name is no part of a file's title.
        date: with which a year at the end has to agree.
        identifier: of the artwork in its catalog, which is no part of its title.
        years_are_usual: whether the catalog puts the artwork's year behind its titles.
    """
    if len(title) > _LONGEST:
        return title
    if is_file_name(title):
        return _title_in_file_name(title, artist or "", identifier or "")
    title = re.sub(r"_\d{1,2}$", "", _without_accession(title, identifier or ""))
    has_year = ends_in_year_of(title, date) and (years_are_usual or title.islower())
    found = _ENDS_IN_YEAR.fullmatch(title)
    return found[1] if found and has_year else title


def ends_in_year_of(title: str, date: str | None) -> bool:
    """Return whether a title ends in a year as file names do: `confirmation 1645`.

    The year of an event does not count, nor one that a general title needs: `Painting 1964`.
    Neither does one with which the date disagrees.
    """
    found = _ENDS_IN_YEAR.fullmatch(title)
    if found is None:
        return False
    words = reduced(found[1]).split()
    belongs = words[-1] in title_words().before_a_year or words[-1][0].isdecimal()
    if belongs or (len(words) == 1 and (words[0] in title_words().general or read_form(words[0]))):
        return False
    made = parse_date(date)
    if made.earliest is None or made.latest is None:
        return not date
    return made.earliest <= int(found[2]) <= made.latest


def _title_in_file_name(name: str, artist: str, identifier: str) -> str:
    name = re.split(r"[/\\]|^\w+:(?=\w)", _EXTENSION.sub("", unquote(name)))[-1]
    fields = re.split(r"\s*_+\s*|\s+[-–—]+\s+", _COPY.sub("", name))
    kept = [field for field in fields if not _is_other_field(field, artist, identifier)]
    if reduced(name) == reduced(identifier) or not any(map(_is_more_than_a_number, kept)):
        return ""
    words = [word for field in kept for word in _words_in(field)]
    while len(words) > 1 and reduced(words[0]) in reduced(artist).split():
        del words[0]
    while words and (
        reduced(words[-1]) in title_words().file_endings or _NUMBER.fullmatch(words[-1])
    ):
        del words[-1]
    return " ".join(words)


def _is_more_than_a_number(field: str) -> bool:
    """Return whether a part of a file name says more than a camera: not so `IMG2034`, `front`."""
    words = re.sub(r"\d+", " ", reduced(field)).split()
    long = (word for word in words if len(word) >= _SHORTEST_WORD or not word.isascii())
    return any(word not in title_words().file_names for word in long)


def _is_other_field(field: str, artist: str, identifier: str) -> bool:
    names = set(reduced(artist).split())
    return (
        _YEAR_FIELD.fullmatch(field) is not None
        or _NUMBER.fullmatch(field) is not None
        or reduced(field) == reduced(identifier)
        or set(reduced(field.replace("-", " ")).split()) <= names
    )


def _words_in(field: str) -> list[str]:
    return field.split() if " " in field else re.split(r"(?<!\bself)-", field, flags=re.IGNORECASE)


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
