"""Parsing of dates: when an artwork was made."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from catalog.normalise.date_spans import (
    DASHES,
    DAYS,
    LAST_YEAR,
    MONTHS,
    UnreadableDateError,
    says_when,
    spans,
    spell_out,
    tokens,
)
from catalog.normalise.markup import plain_text

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
"""Words for an open end: `1920-present`, `1928 - ?`, `1318ff.`"""
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


Certainty = Literal["exact", "about", "range", "century", "before", "after", "missing", "refused"]
"""Certainty of the two years of a date.

exact    one year, also where a month, a season or a day is given with it
about    the catalog doubts the years itself (`c.`, `about`, `?`); no margin is added to them
range    in a year from the earliest to the latest, or through all of them; decades are ranges
century  a century or a part of it, from its year 1: the 16th is 1501-1600
before   in the latest year or before; there is no earliest
after    in the earliest year or later; there is no latest: `after`, `begun`, `founded`, `from`
missing  the catalog gives no date
refused  the text cannot be read reliably as a date; the reason says why
"""


class Date(NamedTuple):
    """The years in which an artwork was made, both included; years BC are negative, none is 0.

    `reason` is given for a refused date only.
    """

    earliest: int | None
    latest: int | None
    certainty: Certainty
    reason: str | None = None

    @property
    def parsed(self) -> bool:
        """Whether at least one of the years is known."""
        return self.earliest is not None or self.latest is not None


MISSING = Date(None, None, "missing")
_MAX_LENGTH = 160
_MISSING = frozenset(
    (
        "n.d. nd s.d. sd undated unknown none null nan n/a not-known date-not-known no-date "
        "date-unknown not-dated unknown-date n.-d. s.-d. o.-j. o.j. sans-date non-daté sin-fecha "
        "senza-data s.a. undatiert ohne-datum ohne-jahr zonder-jaar ongedateerd onbekend unbekannt"
    ).split()
)
_SIGNS = DASHES | {ord("["): "(", ord("]"): ")"}
_TIMESTAMP = re.compile(
    r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"
    r"(?:[ t]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(?:z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_DAY = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_WHOLE = re.compile(r"([0-9]{3,4})\.0+")
_WITHIN_BRACKETS = re.compile(r"\(([^()]*)\)")
_PLACE = re.compile(r"(.*[0-9][^,]*),([^0-9()]+)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")

_AFTERWARDS = (
    "cast|carved|restored|executed|original|published|engraved|reprinted|copied|printed|print|issued"
    "|fabricated|refabricated|reconstructed|remade|impression|reissued|recast"
)
_HAS_AFTERWARDS = re.compile(rf"\b(?:{_AFTERWARDS}|exhibited)\b")
_CLAUSES = re.compile(
    rf"\([^()]*\b(?:{_AFTERWARDS})\b[^()]*(?:[0-9]|later|posthumous)[^()]*\)"
    rf"|[,;][^,;()]*\([^()]*\b(?:{_AFTERWARDS})\b[^()]*\)"
    rf"|[,;][^,;()]*\b(?:{_AFTERWARDS})\b[^,;()]*"
    r"|[,;][^,;()]*[0-9][^,;()]*,\s*(?:cast|printed|print)\b"
    rf"|(?<=[0-9])(?:\s+|\s*/\s*)(?:{_AFTERWARDS})\b[^,;()]*[0-9][^,;()]*"
    r"|[,;(]\s*\??\s*exhibited\b.*$"
)


def parse_date(text: str | None) -> Date:
    """Read a date.

    The years are those that are written; where a catalog says `c. 1596` both are 1596 and the
    certainty is `about`. Early, middle and late are thirds. `1600s` is a decade, as in
    `1590s`; `mid 1400s` a century. Casts, restorations and exhibitions that are named besides
    the making do not count. A timestamp at midnight on the first of a month is what a spreadsheet
    makes of years like `1906-07`, wherever the month can be such an ending.
    """
    text = plain_text(text or "")
    given = " ".join(text.translate(_SIGNS).lower().split())
    if within := _WITHIN_BRACKETS.fullmatch(given):
        given = within[1]
    if not any(map(str.isalnum, given)) or given.replace(" ", "-") in _MISSING:
        return MISSING
    if len(given) > _MAX_LENGTH:
        return _refused("too long to be a date")
    # Years that are integers: -1390 and -100 to 50.
    plain = text.lower().strip()
    if match := _BC.fullmatch(plain):
        return _in_words(f"{'c. ' if match[1] else ''}{int(match[2])} bc")
    if match := _FROM_BC.fullmatch(plain):
        era = "bc" if match[2] else "ad"
        return _in_words(f"{int(match[1])} bc - {int(match[3])} {era}")
    return _by_program(given) or _of_periods(given) or _in_words(given)


def _by_program(given: str) -> Date | None:
    """Dates that some program wrote."""
    month = day = 1
    if whole := _WHOLE.fullmatch(given):
        year = int(whole[1])
    elif stamp := _TIMESTAMP.fullmatch(given):
        year, month, day = int(stamp[1]), int(stamp[3]), int(stamp[4])
        at_midnight = stamp[5] is not None and not stamp[5].strip("0:")
        if at_midnight and day == 1 and year % 100 < month <= MONTHS:
            return Date(year, year - year % 100 + month, "range")
    elif found := _DAY.fullmatch(given):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
    else:
        return None
    # Some write the month first.
    if not 0 < min(day, month) <= MONTHS or max(day, month) > DAYS:
        return _refused("no such day")
    if not 0 < year <= LAST_YEAR:
        return _refused(f"no such year: {year}")
    return Date(year, year, "exact")


def _of_periods(given: str) -> Date | None:
    """Return the years in all parts of a date whose first ones are periods: `edo (1615-1868)`.

    Each later part is within the one before, as museums write them. None for a text without a
    period.
    """
    parts: list[str] = []
    rest = given
    while match := _PERIOD.match(rest):
        rest = rest[match.end() :].strip(" ,;:")
        if rest.startswith("(") and ")" in rest:
            years, _, rest = rest[1:].partition(")")
            parts.append(years)
            rest = rest.strip(" ,;:")
    if rest != given and rest:
        parts.append(rest)
    if not parts:
        return None
    dates = [_in_words(part) for part in parts]
    found = dates[-1]
    for date in dates:
        if date.certainty == "refused":
            return date
        if None in (date.earliest, date.latest, found.earliest, found.latest):
            continue
        earliest = max(date.earliest or 0, found.earliest or 0)
        latest = min(date.latest or 0, found.latest or 0)
        if earliest > latest:
            return _refused("its dates contradict each other")
        found = Date(earliest, latest, found.certainty)
    return found


def _in_words(given: str) -> Date:
    text = _plain_notation(given)
    # What was made after a design is the artwork itself.
    if _HAS_AFTERWARDS.search(text) and not text.startswith("designed"):
        text = _CLAUSES.sub("", text)
    text = spell_out(text)
    place = _PLACE.fullmatch(text)
    if place and not any(map(says_when, _WORD.findall(place[2]))):
        text = place[1]
    try:
        found = spans(tokens(text.strip(" .,;:")))
    except UnreadableDateError as unreadable:
        return _refused(str(unreadable))
    earliest = None if found[0].side == "before" else min(span.low for span in found)
    latest = None if found[-1].side in ("after", "begun") else max(span.high for span in found)
    if earliest is None and latest is None:
        return _refused("neither a beginning nor an end")
    certainty: Certainty = "exact" if earliest == latest else "range"
    if earliest is None:
        certainty = "before"
    elif latest is None:
        certainty = "after"
    elif any(span.kind == "century" for span in found):
        certainty = "century"
    elif any(span.about for span in found):
        certainty = "about"
    return Date(earliest, latest, certainty)


def _plain_notation(given: str) -> str:
    if margin := _MARGIN.fullmatch(given):
        year, years = int(margin[1]), int(margin[2])
        return f"c. {year - years}-{year + years}"
    if turn := _TURN.fullmatch(given):
        year = 100 * int(turn[1]) - 100
        return f"c. {year - _AROUND_TURN}-{year + _AROUND_TURN}"
    text = _THOUSANDS.sub(r"\1\2", given)
    if not _HAS_ERA.search(text):
        text = _DECADE.sub(r"\g<1>0-\g<1>9", _CENTURY.sub(r"\g<1>00-\g<1>99", text))
    text = _STILL.sub(" or later", _YEAR_C.sub(r"c. \1", text))
    place = _PLACE_FIRST.match(text)
    return text[place.end() :] if place and not _NO_PLACE.search(place[0]) else text


def _refused(reason: str) -> Date:
    return Date(None, None, "refused", reason)
