"""The free text below a picture, "date, technique, size, location", in its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.normalise.dates import parse_date
from catalog.normalise.measures import size_stretch
from catalog.normalise.techniques import names_material


@dataclass(frozen=True, slots=True)
class PictureData:
    """The parts that were found, as they stand in the text."""

    date: str | None = None
    technique: str | None = None
    size: str | None = None
    location: str | None = None


_LONGEST = 2_000
# A comma without a space after it is a decimal one: "86,5 x 68 cm"; those in brackets part nothing.
_COMMA = re.compile(r",\s+(?![^()]*\))")
_LIKE_A_DATE = re.compile(
    r"['’]?[0-9]{3,}(?![0-9]*[.\w])|[0-9%/-]+[0-9]{2}$|(?:c|ca|about)[., ]+[0-9]{3}", re.IGNORECASE
)
_MONTH_OR_SEASON = re.compile(
    r"(?:jan|feb|mar(?:ch)?\b|apr|may\b|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|winter"
    r"|(?:first|second) half of [0-9])",
    re.IGNORECASE,
)
_COMMON = re.compile(
    r"((?:c\. )?[0-9]{4}(?:-[0-9]{2}|-[0-9]{4}|s)?), ([^0-9():]+), "
    r"([0-9]+(?:,[0-9])? x [0-9]+(?:,[0-9])? [cm]m), ([^0-9():]+)"
)
_NOTHING = re.compile(r"^[-?.]+,[ ]")
_CAN_DATE = re.compile(r"[0-9]|centur", re.IGNORECASE)
_ABOUT = frozenset("c ca about".split())
_HOUSE = re.compile(
    r"\b(?:museums?|mus[eé]e|museo|museu|muzeum|museet|gall?er\w+|kunst\w*|collections?|"
    r"collezione|library|biblio\w+|pala(?:ce|zzo|is|cio)|church|cathedral|duomo|san|santa|"
    r"santo|sant'\w*|basilica|abbey|chapel|cappella|ch[aâ]teau|castle|institute|academy|"
    r"accademia|villa|schloss|monastery|convent|archives?|treasury|hospital|university|house|gardens?|docks?)\b",
    re.IGNORECASE,
)


def parse_picture_data(text: str | None) -> PictureData:
    """Split the text into its parts; any of them may be missing.

    The size stands between technique and location. Without one, what speaks of a material is
    technique and the rest location.
    """
    if text is not None and (common := _COMMON.fullmatch(text)):
        return PictureData(*(part.strip(" ,.;") or None for part in common.groups()))
    given = _NOTHING.sub("", " ".join((text or "").split())).rstrip(" ,")
    if not any(map(str.isalnum, given)):
        return PictureData()
    if len(given) > _LONGEST:
        return PictureData(location=given)
    stretch = size_stretch(given)
    if stretch is None:
        parts = _COMMA.split(given)
        dated = _count_dates(parts)
        made = dated + _count_techniques(parts[dated:])
        return PictureData(
            date=_joined(parts[:dated]),
            technique=_joined(parts[dated:made]),
            location=_joined(parts[made:]),
        )
    start, stop = _whole_size(given, *stretch)
    parts = _COMMA.split(given[:start].rstrip(" ,.;"))
    dated = _count_dates(parts)
    return PictureData(
        _joined(parts[:dated]),
        _joined(parts[dated:]),
        given[start:stop].strip(" ,;"),
        _joined([given[stop:]]),
    )


def _whole_size(given: str, start: int, stop: int) -> tuple[int, int]:
    """The size up to the comma that ends it, whatever stands behind its numbers."""
    comma = _COMMA.search(given, stop)
    return start, comma.start() if comma else len(given)


def _count_dates(parts: list[str]) -> int:
    """How many of the parts, from the first on, make up the date."""
    count = 1 if parts[0].lower() in _ABOUT and len(parts) > 1 else 0
    while count < len(parts) and _is_date(parts[count]):
        count += 1
    return count + (count == 1 and _is_followed_by_place(parts))


def _is_followed_by_place(parts: list[str]) -> bool:
    """Whether the second part tells where the work was made: `june 1888, arles, oil on canvas`."""
    return (
        len(parts) > 1
        and _MONTH_OR_SEASON.match(parts[0]) is not None
        and not names_material(parts[1])
        and any(map(names_material, parts[2:]))
    )


def _is_date(part: str) -> bool:
    return _CAN_DATE.search(part) is not None and (
        parse_date(part).parsed or _LIKE_A_DATE.match(part) is not None
    )


def _count_techniques(parts: list[str]) -> int:
    """How many of the parts there are up to the last that names a material, before any house."""
    count = 0
    for index, part in enumerate(parts):
        if _HOUSE.search(part.partition("(")[0]):
            break
        if names_material(part):
            count = index + 1
    return count


def _joined(parts: list[str]) -> str | None:
    return ", ".join(parts).strip(" ,;") or None
