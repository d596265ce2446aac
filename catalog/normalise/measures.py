"""Measures in a text: numbers with units, in centimetres, and the words that belong to them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_PER_UNIT = {"mm": 0.1, "cm": 1.0, "m": 100.0, "in": 2.54, "ft": 30.48}
_UNITS = {"cn": "cm", "cms": "cm", "feet": "ft", "foot": "ft", "'": "ft"}
_UNITS |= dict.fromkeys(('"', "''", "inch", "inches"), "in")
_UNITS |= dict.fromkeys(("centimetre", "centimetres", "centimeter", "centimeters"), "cm")
_UNITS |= dict.fromkeys(("millimetre", "millimetres", "millimeter", "millimeters"), "mm")
_UNITS |= dict.fromkeys(("metre", "metres", "meter", "meters"), "m")

SIGNS = (
    dict.fromkeys(map(ord, "×✕\u2a2fX*"), "x")
    | dict.fromkeys(map(ord, "″”“"), '"')
    | dict.fromkeys(map(ord, "\u2032\u2018\u2019"), "'")
    | {ord("\u2044"): "/", ord("\n"): ";", ord("|"): ";"}
)
"""For `str.translate`. All of the same length: places in the text so written hold in the given."""

_VULGAR = "½⅓⅔¼¾⅛⅜⅝⅞"
_FRACTION = (
    r"(?:(?:[1-9]/(?:2|3|4|5|6|8|10|12|16|32|64)|[1-6][0-9]/(?:12|16|32|64))(?![0-9/])"
    rf"|[{_VULGAR}])"
)
NUMBER = (
    r"(?:(?:[0-9]{1,5}(?:[.,][0-9]{1,3})?|(?<!\w)\.[0-9]{1,3})"
    rf"(?:(?:[ ]|-(?=[0-9]+/)|(?=[{_VULGAR}]))[ ]?{_FRACTION})?(?![0-9/]|[{_VULGAR}])|{_FRACTION})"
)
"""A number, with a decimal point or comma or with a fraction."""
UNIT = (
    r"(?:(?:mm|cms?|cn|(?:centi|milli)?met(?:re|er)s?|m|inches|inch|ft|feet|foot)(?![a-z])\.?"
    r"|in(?:\.|(?=[ ]?[]x),;(=/[]|[ ](?:h|w|d|high|wide|deep|tall|long|diam)|$))"
    # A number in quotation marks is none: inscribed '1512'.
    r"|(?<![0-9]{4})(?:\"|'')|(?<![0-9]{3})'(?=[ ]?(?:[0-9x;,)(]|by\b|$)))"
)
_INCHES = r"(?:\"|''|inches\b|inch\b|in\b\.?)"
_FEET_AND_INCHES = re.compile(
    rf"(?<![0-9/.,])({NUMBER})[ ]?(?:'(?!')|(?:ft|feet|foot)\b\.?)[,-]?[ ]?({NUMBER})"
    rf"(?:[ ]?{_INCHES}|(?=[ ]*(?:x|by\b|[;,)]|$)))"
)
_METRES_AND_CENTIMETRES = re.compile(
    r"(?<![0-9/.,])([0-9]{1,2})[ ]?m[ ]?([0-9]{2})(?:[ ]?cm\b)?(?![0-9.,/]|[ ]?[cm]?m\b)"
)
_UNIT_FIRST = re.compile(
    rf"(?<![^;:,( ])(?<![0-9][ ])([cm]m)\.?[ ]({NUMBER}(?:[ ]?x[ ]?{NUMBER}){{1,2}})"
    rf"(?![ ]?(?:{UNIT}))"
)
_UNIT_IN_BRACKETS = re.compile(r"(?<=[0-9])[ ]\(([cm]m|in)\.?\)")
_ABOUT = re.compile(r"\b(?:c\.|ca\.?|approx\.?|circa|about)[ ]?(?=[0-9])")
_LETTER = r"(?:\(([hwdlbt])\.?\)|([hwdlbt])(?![a-z]))"
_LETTER_AFTER = re.compile(
    rf"(?<![0-9/.,])({NUMBER}(?:[ ]?{UNIT})?)[ ]?{_LETTER}\.?"
    r"(?=[ ]*(?:x|by\b|[;,)]|[cm]m\b|in\b|\"|$))"
)
_THOUSANDS = re.compile(r"([0-9]{1,2})[.,]([0-9]{3})")
_WITH_FRACTION = re.compile(rf"([0-9.,]*?)[ -]*({_FRACTION})")


def spell_out(text: str) -> str:
    """Return the text in small letters, with one sign for times and semicolons for line breaks.

    Feet with inches become inches, metres with centimetres centimetres, and the letter of a side
    comes before its number: `8' 1 3/4" (h) x 2 m 50` is `h 97.750 in x 250 cm`.
    """
    plain = _ABOUT.sub("", " ".join(text.translate(SIGNS).lower().split()))
    plain = _UNIT_FIRST.sub(r"\2 \1", _UNIT_IN_BRACKETS.sub(r" \1", plain))
    plain = _FEET_AND_INCHES.sub(lambda m: f"{12 * _value(m[1]) + _value(m[2]):.3f} in.", plain)
    plain = _METRES_AND_CENTIMETRES.sub(lambda m: f"{int(m[1]) * 100 + int(m[2])} cm", plain)
    return _LETTER_AFTER.sub(lambda m: f"{m[2] or m[3]} {m[1]}", plain)


def centimetres(number: str, unit: str) -> float:
    """Return a number as written, `86,5` or `30 1/2` or `1.200`, in centimetres.

    Three digits after a dot or a comma are thousands in centimetres or millimetres: nobody
    measures so finely.
    """
    if unit in ("cm", "mm") and (thousands := _THOUSANDS.fullmatch(number)):
        return int(thousands[1] + thousands[2]) * _PER_UNIT[unit]
    return round(_value(number) * _PER_UNIT[unit], 2)


def _value(number: str) -> float:
    match = _WITH_FRACTION.fullmatch(number)
    if match is None:
        return float(number.replace(",", "."))
    whole, (upper, _, lower) = match[1], match[2].partition("/")
    part = int(upper) / int(lower) if lower else unicodedata.numeric(upper)
    return float((whole or "0").replace(",", ".")) + part


class Measured(NamedTuple):
    """Numbers, each with its unit (mm, cm, m, in, ft) if it has one, and the words about them."""

    numbers: tuple[tuple[str, str | None], ...]
    label: str
    note: str
    """The words before the numbers, and those after."""
    converted: bool
    """Whether it is the one before in another unit: `12 in. (30.5 cm)`."""

    @property
    def words(self) -> str:
        """All words about the numbers."""
        return self.label + self.note


_TIMES = r"[ ]{0,2}(?:x|by)[ ]{0,2}"
_FEET = rf"(?:{NUMBER}[ ]?(?:'(?!')|(?:ft|feet|foot)\b\.?)[,-]?[ ]?(?={NUMBER}))?"
_QUANTITY = rf"{_FEET}{NUMBER}\)?[ ]?(?:{UNIT})?"
_MEASURE = (
    # Not the end of a range (30-32), a margin (+/- 1) or a power (1e5).
    rf"(?<![0-9/])(?<![0-9][.,-])(?<!±)(?<!± )(?<!/- )(?<![0-9]e){_QUANTITY}"
    # "121 x1 46 cm" has no second side that can be recognised.
    rf"(?:{_TIMES}\(?{_QUANTITY}){{0,2}}(?![ ]?[0-9])"
)
# A sign for times was lost or mistyped: "25 20 cm", "26 c 21 cm"; or a decimal comma has a space.
_SLIPPED = (
    rf"(?<![0-9/.,])(?:[0-9]{{2,4}}(?:[.,][0-9])?[ ]|[0-9]+(?:[.,][0-9])?[ ][csz][ ])"
    rf"(?=[0-9]{{2,4}}(?:[.,][0-9])?[ ]?(?:{UNIT}))"
    r"|(?<![0-9])[0-9]{2,3},[ ](?=[0-9][ ]?x[ ]?[0-9])"
)
# A measure that cannot be taken for a shelf mark or a year: with a unit or a second side.
_CERTAIN = (
    rf"(?<![0-9/])(?<![0-9][.,]){_FEET}{NUMBER}"
    rf"(?:[ ]?(?:{UNIT})|{_TIMES}(?:[hwld]\.?:?[ ]?)?[.0-9])"
)
_NAMED = (
    r"(?:(?:total|overall|max\.|detail|figure)[ ])?"
    r"(?:heigh?th?|width|length|depth|diameter|diam|size)(?![a-z])[^0-9,;()]{0,30}(?=[0-9])"
)
_LETTERED = r"(?:(?<![\w.])(?:h|w|l|diam)(?:\.?:?[ ]|[.:]))?"
_STRETCH = re.compile(
    rf"(?:{_SLIPPED}){_MEASURE}|(?:{_NAMED}|{_LETTERED}(?={_CERTAIN})){_MEASURE}", re.IGNORECASE
)
_TAG = re.compile(r"(?<![^ ,;.(])[^\W\d_][^0-9,;:()]{0,30}:[ ]?$")
_FURTHER = re.compile(
    r"[ ]?(?:cm|mm)\b|,?[ ]respectively\b"
    r"|[ ]?\([^()]*\)"
    r"|[ ](?:each|high|wide|in[ ]diameter|diameter|with|without)\b[^,;]*"
    rf"|(?:[,;.]|[ ]and\b)?[ ]?(?:{_NAMED}|(?:[^0-9,;()]{{0,30}}[ ])?(?={_CERTAIN})){_MEASURE}"
    rf"|,[ ](?:and[ ])?{NUMBER}(?=,?[ ]and[ ][0-9])",
    re.IGNORECASE,
)
_EACH_NUMBER = re.compile(rf"({NUMBER})\)?[ ]?({UNIT})?", re.IGNORECASE)
_ALL_MEASURES = re.compile(_MEASURE, re.IGNORECASE)
_LOST_SIGN = re.compile(
    r"(?<![0-9x/.,])([0-9]{2,4}(?:[.,][0-9])?[ ]|[0-9]+(?:[.,][0-9])?[ ][csz][ ])"
    rf"(?=[0-9]{{2,4}}(?:[.,][0-9])?[ ]?{UNIT})",
    re.IGNORECASE,
)
_SPLIT_DECIMAL = re.compile(r"(?<![0-9])([0-9]{2,3}), ([0-9][ ]?(?:x[ ]?[0-9]|[cm]m\b))")
_NOTE = re.compile(
    r"[ ]?\(([^()]*)\)|[ ](?:in[ ])?(high|wide|deep|tall|long|diam(?:eter)?)\b(?!:|\.?[ ]?[0-9])"
    r"|,?[ ]((?:un)?framed|overall"
    r"|(?:with(?:out)?|(?:ex|in)cluding)[ ](?:the[ ])?(?:frame|mount))\b"
    r"(?![ :]*[0-9])"
)
# The same measure in another unit: 12 1/2 in. (31.8 cm), 12 in. high / 30.5 cm.
_CONVERTED = re.compile(
    r"(?:[ ](?:high|wide|deep|tall|long|diameter))?[ ]?(?:[(\[/=]|,?[ ]or\b)[ ]?"
    r"(?:c\.|ca\.|approx\.|approximately|about)?[ ]?"
)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_GAUGE = r"(?<![0-9.,/])(?:super[ -]?)?(?:8|9[.,]5|16|35|65|70)[ -]?mm\b(?![ ]?x[ ]?[0-9])"
_FILM = re.compile(
    rf"(?:{_GAUGE}|{NUMBER}[ ]?x[ ]?{NUMBER}[ -]?(?:{UNIT}|inch))[ -](?:[^\W\d_]+[ -]){{0,2}}"
    r"(?:film|negatives?|slides?|transparenc(?:y|ies)|kodachromes?|ektachromes?)\b"
    rf"|{_GAUGE}(?:[ ]film)?,?[ ](?:\(|to[ ])?(?:colou?r|b&w|black|sound|silent|video|digital)\b"
    rf"|^[ ]*{_GAUGE}[ ]*$",
    re.IGNORECASE,
)
"""The gauge of a film and the format of a negative, which are not the size of the artwork."""


def size_stretch(text: str) -> tuple[int, int] | None:
    """Return where in a longer text its sizes begin and end; None where there are none."""
    signs = _FILM.sub(_blanked, text.translate(SIGNS))
    match = _STRETCH.search(signs)
    if match is None:
        return None
    start, stop = match.span()
    if signs[:start].endswith((":", ": ")) and (tag := _TAG.search(signs, 0, start)):
        start = tag.start()
    while further := _FURTHER.match(signs, stop):
        stop = further.end()
    return start, stop


def measures(text: str) -> list[Measured]:
    """Return all that is measured in a text that is spelled out; numbers may be without a unit.

    A sign for times that was lost (`25 20 cm`) or mistyped (`26 c 21 cm`) is put back, and so is
    a decimal comma with a space after it.
    """
    given = _SPLIT_DECIMAL.sub(r"\1,\2", _FILM.sub(_blanked, text))
    given = _LOST_SIGN.sub(lambda match: match[1].rstrip(" csz") + " x ", given)
    found: list[Measured] = []
    last = 0
    for match in _ALL_MEASURES.finditer(given):
        before = given[last : match.start()]
        last = match.end()
        units = [(number, unit.rstrip(".")) for number, unit in _EACH_NUMBER.findall(match[0])]
        numbers = tuple((number, _UNITS.get(unit, unit) or None) for number, unit in units)
        # All words that end in a colon, otherwise those after a comma.
        label = re.split(r"[;()]", _BRACKETS.sub(r" \1 ", before))[-1]
        label = label if label.rstrip().endswith(":") else label.rpartition(",")[2]
        after = _NOTE.match(given, last)
        # What contains a measure is no note, but the next one.
        is_note = after is not None and not _ALL_MEASURES.search(after[0])
        note = next(filter(None, after.groups()), "") if after and is_note else ""
        converted = bool(found and _CONVERTED.fullmatch(before))
        if converted:
            # `h. 2 x w. 1 in. (5 x 2.5 cm)` is `h. x w.`
            same = found[-1:] if len(found[-1].numbers) > 1 else found[-len(numbers) :]
            label = label or " ".join(one.label.strip() for one in same)
            note = note or found[-1].note
        found.append(Measured(numbers, label, note, converted))
    return found


def _blanked(match: re.Match[str]) -> str:
    return "_" * len(match[0])
