"""Numbers with units as catalogs write them: `86,5 cm`, `30 1/2 in.`, `8' 1 3/4"`, `2 m 50`."""

from __future__ import annotations

import re
import unicodedata

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
    """The text in small letters, with one sign for times and semicolons for line breaks.

    Feet with inches become inches, metres with centimetres centimetres, and the letter of a side
    comes before its number: `8' 1 3/4" (h) x 2 m 50` is `h 97.750 in x 250 cm`.
    """
    plain = _ABOUT.sub("", " ".join(text.translate(SIGNS).lower().split()))
    plain = _UNIT_FIRST.sub(r"\2 \1", _UNIT_IN_BRACKETS.sub(r" \1", plain))
    plain = _FEET_AND_INCHES.sub(_in_inches, plain)
    plain = _METRES_AND_CENTIMETRES.sub(_in_centimetres, plain)
    return _LETTER_AFTER.sub(_with_letter_first, plain)


def _in_inches(match: re.Match[str]) -> str:
    return f"{12 * _value(match[1]) + _value(match[2]):.3f} in."


def _in_centimetres(match: re.Match[str]) -> str:
    return f"{int(match[1]) * 100 + int(match[2])} cm"


def _with_letter_first(match: re.Match[str]) -> str:
    return f"{match[2] or match[3]} {match[1]}"


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
    return round(_value(number) * _PER_UNIT[unit], 2)


def _value(number: str) -> float:
    match = _WITH_FRACTION.fullmatch(number)
    if match is None:
        return float(number.replace(",", "."))
    whole, fraction = match.groups()
    upper, _, lower = fraction.partition("/")
    part = int(upper) / int(lower) if lower else unicodedata.numeric(fraction)
    return float((whole or "0").replace(",", ".")) + part
