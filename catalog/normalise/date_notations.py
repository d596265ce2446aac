"""Notations of dates, written in the plain English that the reader of dates understands.

Unknown digits (`188-?`), years before Christ as integers (`-1390`), periods and dynasties
(`Edo period (1615-1868)`).
"""

from __future__ import annotations

import re

_UNKNOWN = r"[-_?ux]"
_DECADE = re.compile(rf"(?<![0-9])(1[0-9]{{2}}|20[0-9]){_UNKNOWN}(?!\w|-(?![0-9]{{4}})|\s*[0-9])")
_CENTURY = re.compile(r"(?<![0-9])(1[0-9]|20)(?:--|__|\?\?|uu|xx)(?![\w-]|\s*[0-9])")
_HAS_ERA = re.compile(r"\bb\.?\s?c\b|\bbce\b|\ba\.?\s?d\b|\bc\.?\s?e\b")
_THOUSANDS = re.compile(r"(?<![0-9,])([0-9]{1,2}),([0-9]{3})(?![0-9,])(?=[^0-9]*(?:[0-9,]+\s*)?b)")

_MINUS = "[-\u2212]"  # a longer dash would be a range without its beginning
_BC = re.compile(rf"(c\.?|ca\.?|circa|about)?\s*{_MINUS}([0-9]{{1,5}})(?:\.0+)?")
_FROM_BC = re.compile(
    rf"{_MINUS}([0-9]{{1,5}})(?:\.0+)?"
    rf"(?:\s*(?:/|,|;|\bto\b|\band\b)\s*|\s+[-–—]\s+|[-–—](?={_MINUS}))"
    rf"({_MINUS})?([0-9]{{1,5}})(?:\.0+)?"
)
_MARGIN = re.compile(r"(?:c\.?|ca\.?)?\s*([0-9]{3,4})\s?(?:±|\+/-)\s?([0-9]{1,2})")
_YEAR_C = re.compile(r"(?<![0-9])([0-9]{4})c\b\.?(?!\s*[0-9])")
_STILL = re.compile(
    r"\s*(?:-|\bto\b)\s*(?:(?:the )?(?:present|ongoing|today|now)\b(?: day)?|\?$)"
    r"|(?<=[0-9])\s?ff\b\.?"
)
"""What says that it went on: `1920-present`, `1928 - ?`, `1318ff.`"""
_TURN = re.compile(
    r"(?:at |around |about |c\. )?(?:the )?turn of the ([0-9]{1,2})(?:st|nd|rd|th) "
    r"(?:century|cent\.|c\.)"
)
_AROUND_TURN = 5
"""Years before and after the one in which a century begins, as people say `turn of the century`."""

_MONTH = (
    "jan|feb|mar(?:ch)?\\b|apr|may\\b|jun|jul|aug|sep|oct|nov|dec|spring|summer|autumn|fall|winter"
)
_PLACE_FIRST = re.compile(rf"[^\W\d_][^\d,;()]*, (?=(?:{_MONTH})[^,;()]*[0-9])")
_NO_PLACE = re.compile(r"ed\b|\b(?:born|sold|bought|given|copy|version)\b")

_PERIOD_WORD = (
    r"(?:periods?|dynast(?:y|ies)|kingdom|era|reign|empire|culture|phase|sultanate|caliphate"
    r"|republic|horizon|shogunate)"
)
_PERIOD = re.compile(
    r"(?:[^\W\d_]|[ '’./&-]"
    r"|(?:dynast(?:y|ies)|phase|period)\s[0-9]{1,2}(?:-[0-9]{1,2})?(?![0-9]))*"
    rf"\b{_PERIOD_WORD}\b"
    r"(?:\s[0-9]{1,2}(?:-[0-9]{1,2})?(?![0-9]))?(?:\sof\s[^\d,;()]+)?"
)


def plain_words(given: str) -> str:
    """Rewrite what a lower-case date says by notation; any other text comes back as it is."""
    if margin := _MARGIN.fullmatch(given):
        year, years = int(margin[1]), int(margin[2])
        return f"c. {year - years}-{year + years}"
    if turn := _TURN.fullmatch(given):
        year = 100 * int(turn[1]) - 100
        return f"c. {year - _AROUND_TURN}-{year + _AROUND_TURN}"
    text = _THOUSANDS.sub(r"\1\2", given)
    if not _HAS_ERA.search(text):
        text = _CENTURY.sub(lambda match: f"{match[1]}00-{match[1]}99", text)
        text = _DECADE.sub(r"\g<1>0-\g<1>9", text)
    text = _YEAR_C.sub(r"c. \1", text)
    text = _STILL.sub(" or later", text)
    place = _PLACE_FIRST.match(text)
    if place and not _NO_PLACE.search(place[0]):
        text = text[place.end() :]
    return text


def periods(given: str) -> tuple[str, ...]:
    """Parts of a date whose first ones are periods: `edo period (1615-1868)` is `1615-1868`.

    Each later part lies within the one before, as museums write them. Empty for a text without
    a period.
    """
    found: list[str] = []
    rest = given
    while match := _PERIOD.match(rest):
        rest = rest[match.end() :].strip(" ,;:")
        if rest.startswith("(") and ")" in rest:
            years, _, rest = rest[1:].partition(")")
            found.append(years)
            rest = rest.strip(" ,;:")
    if rest != given and rest:
        found.append(rest)
    return tuple(found)


def before_christ(given: str) -> str | None:
    """Years that are integers, in words: `-1390` is `1390 bc`, `-100 to 50` is `100 bc - 50 ad`.

    None for any other text.
    """
    if match := _BC.fullmatch(given):
        about = "c. " if match[1] else ""
        return f"{about}{int(match[2])} bc"
    if match := _FROM_BC.fullmatch(given):
        end = f"{int(match[3])} {'bc' if match[2] else 'ad'}"
        return f"{int(match[1])} bc - {end}"
    return None
