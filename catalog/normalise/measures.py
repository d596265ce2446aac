"""Which measures a text states: numbers with units, and the words about them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers, each with its unit if it has one, and the words before and after them."""

    numbers: tuple[tuple[str, str | None], ...]
    label: str
    note: str


_PER_UNIT = {"mm": 0.1, "cm": 1.0, "m": 100.0, "in": 2.54, "ft": 30.48}
_UNITS = {"cn": "cm", "cms": "cm", '"': "in", "inch": "in", "inches": "in", "feet": "ft"}
_UNITS |= dict.fromkeys(("metre", "metres", "meter", "meters"), "m")

# All of the same length, so that places found in the text so written hold in the text given.
_SIGNS = {ord("×"): "x", ord("X"): "x", ord("*"): "x", ord("″"): '"', ord("\n"): ";"}

_NUMBER = r"[0-9]{1,5}(?:[.,][0-9]{1,3})?(?:[ ][1-9]/[0-9]{1,2})?(?![0-9/])"
_UNIT = (
    r"(?:(?:mm|cms?|cn|metres?|meters?|m|inches|inch|ft|feet)(?![a-z])\.?"
    r'|in(?:\.|(?=[ ]?[x),;(]|$))|")'
)
_TIMES = r"[ ]{0,2}(?:x|by)[ ]{0,2}"
_MEASURE = (
    rf"(?<![0-9/])(?<![0-9][.,]){_NUMBER}[ ]?(?:{_UNIT})?"
    # "121 x1 46 cm" has no second side that could be told.
    rf"(?:{_TIMES}\(?{_NUMBER}\)?[ ]?(?:{_UNIT})?){{0,2}}(?![ ]?[0-9])"
)
# A sign for times was lost or mistyped: "25 20 cm", "26 c 21 cm"; or a decimal comma has a space.
_SLIPPED = (
    rf"(?<![0-9/.,])(?:[0-9]{{2,4}}(?:[.,][0-9])?[ ]|[0-9]+(?:[.,][0-9])?[ ][csz][ ])"
    rf"(?=[0-9]{{2,4}}(?:[.,][0-9])?[ ]?(?:{_UNIT}))"
    r"|(?<![0-9])[0-9]{2,3},[ ](?=[0-9][ ]?x[ ]?[0-9])"
)
# A measure that cannot be taken for a shelf mark or a year: with a unit or a second side.
_CERTAIN = rf"(?<![0-9/])(?<![0-9][.,]){_NUMBER}(?:[ ]?(?:{_UNIT})|{_TIMES}[0-9])"
_NAMED = (
    r"(?:(?:total|overall|max\.|detail|figure)[ ])?"
    r"(?:heigh?th?|width|length|depth|diameter|diam|size)(?![a-z])[^0-9,;()]{0,30}(?=[0-9])"
)
_STRETCH = re.compile(
    rf"(?:{_SLIPPED}){_MEASURE}|(?:{_NAMED}|(?={_CERTAIN})){_MEASURE}", re.IGNORECASE
)
_TAG = re.compile(r"(?<![^ ,;.(])[^\W\d_][^0-9,;:()]{0,30}:[ ]?$")
_FURTHER = re.compile(
    r"[ ]?(?:cm|mm)\b|,?[ ]respectively\b"
    r"|[ ]?\([^()]*\)"
    r"|[ ](?:each|high|wide|in[ ]diameter|diameter|with|without)\b[^,;]*"
    rf"|(?:[,;.]|[ ]and\b)?[ ]?(?:{_NAMED}|(?:[^0-9,;()]{{0,30}}[ ])?(?={_CERTAIN})){_MEASURE}"
    rf"|,[ ](?:and[ ])?{_NUMBER}(?=,?[ ]and[ ][0-9])",
    re.IGNORECASE,
)
_EACH_NUMBER = re.compile(rf"({_NUMBER})\)?[ ]?({_UNIT})?", re.IGNORECASE)
_ALL_MEASURES = re.compile(_MEASURE, re.IGNORECASE)
_LOST_SIGN = re.compile(
    r"(?<![0-9x/.,])([0-9]{2,4}(?:[.,][0-9])?[ ]|[0-9]+(?:[.,][0-9])?[ ][csz][ ])"
    rf"(?=[0-9]{{2,4}}(?:[.,][0-9])?[ ]?{_UNIT})",
    re.IGNORECASE,
)
_SPLIT_DECIMAL = re.compile(r"(?<![0-9])([0-9]{2,3}), ([0-9][ ]?(?:x[ ]?[0-9]|[cm]m\b))")
_THOUSANDS = re.compile(r"([0-9]{1,2})[.,]([0-9]{3})")
_NOTE = re.compile(r"[ ]?\(([^()]*)\)|[ ](?:in[ ])?(high|wide|deep|tall|long|diameter)\b")


def size_stretch(text: str) -> tuple[int, int] | None:
    """Where in a longer text its sizes begin and end; None where there are none."""
    signs = text.translate(_SIGNS)
    match = _STRETCH.search(signs)
    if match is None:
        return None
    start, stop = match.span()
    if signs[:start].endswith((":", ": ")) and (tag := _TAG.search(signs, 0, start)):
        start = tag.start()
    while further := _FURTHER.match(signs, stop):
        stop = further.end()
    return start, stop


def spell_out(text: str) -> str:
    """The text in small letters, with one sign for times and semicolons for line breaks."""
    return " ".join(text.translate(_SIGNS).lower().split())


def measures(text: str) -> list[Measured]:
    """All that is measured in a text that is spelled out; numbers may be without a unit.

    A sign for times that was lost (`25 20 cm`) or mistyped (`26 c 21 cm`) is put back, and so is
    a decimal comma with a space after it.
    """
    given = _LOST_SIGN.sub(_with_sign, _SPLIT_DECIMAL.sub(r"\1,\2", text))
    found, last = [], 0
    for match in _ALL_MEASURES.finditer(given):
        note = _NOTE.match(given, match.end())
        found.append(
            Measured(
                tuple((number, unit or None) for number, unit in _EACH_NUMBER.findall(match[0])),
                _label(given[last : match.start()]),
                _words(note),
            )
        )
        last = match.end()
    return found


def _words(note: re.Match[str] | None) -> str:
    """What a note behind a measure says, unless it is a measure itself."""
    if note is None or _ALL_MEASURES.search(note[0]):
        return ""
    return note[1] or note[2] or ""


def _label(before: str) -> str:
    """The words that belong to a measure: those after a comma, all that end in a colon."""
    words = re.split(r"[;()]", before)[-1]
    return words if words.rstrip().endswith(":") else words.rpartition(",")[2]


def _with_sign(match: re.Match[str]) -> str:
    return match[1].rstrip(" csz") + " x "


def unit_of(given: str | None) -> str:
    """The usual sign for a unit: mm, cm, m, in or ft."""
    unit = (given or "").rstrip(".")
    return _UNITS.get(unit, unit)


def centimetres(number: str, unit: str) -> float:
    """A number as written, `86,5` or `30 1/2` or `1.200`, in centimetres.

    Three digits after a dot or a comma are thousands in centimetres or millimetres: nobody
    measures so finely.
    """
    if unit in ("cm", "mm") and (thousands := _THOUSANDS.fullmatch(number)):
        return int(thousands[1] + thousands[2]) * _PER_UNIT[unit]
    whole, _, fraction = number.replace(",", ".").partition(" ")
    value = float(whole)
    if fraction:
        upper, _, lower = fraction.partition("/")
        value += int(upper) / max(int(lower), 1)
    return round(value * _PER_UNIT[unit], 2)
