"""Which measures a text states: numbers with units, and the words about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.normalise.quantities import NUMBER, SIGNS, UNIT


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers, each with its unit if it has one, and the words before and after them."""

    numbers: tuple[tuple[str, str | None], ...]
    label: str
    note: str
    converted: bool = False
    """Whether it is the one before in another unit: `12 in. (30.5 cm)`."""


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
"""The gauge of a film and the format of a negative, which are not the size of the work."""


def size_stretch(text: str) -> tuple[int, int] | None:
    """Where in a longer text its sizes begin and end; None where there are none."""
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
    """All that is measured in a text that is spelled out; numbers may be without a unit.

    A sign for times that was lost (`25 20 cm`) or mistyped (`26 c 21 cm`) is put back, and so is
    a decimal comma with a space after it.
    """
    given = _FILM.sub(_blanked, text)
    given = _LOST_SIGN.sub(_with_sign, _SPLIT_DECIMAL.sub(r"\1,\2", given))
    found: list[Measured] = []
    last = 0
    for match in _ALL_MEASURES.finditer(given):
        before = given[last : match.start()]
        label, note = _label(before), _words(_NOTE.match(given, match.end()))
        numbers = _EACH_NUMBER.findall(match[0])
        converted = bool(found and _CONVERTED.fullmatch(before))
        if converted:
            label, note = label or _labels(found, len(numbers)), note or found[-1].note
        with_units = tuple((number, unit or None) for number, unit in numbers)
        found.append(Measured(with_units, label, note, converted))
        last = match.end()
    return found


def _labels(found: Sequence[Measured], count: int) -> str:
    """The labels of what is converted: `h. x w.` of `h. 2 x w. 1 in. (5 x 2.5 cm)`."""
    converted = found[-1:] if len(found[-1].numbers) > 1 else found[-count:]
    return " ".join(one.label.strip() for one in converted)


def _words(note: re.Match[str] | None) -> str:
    """What a note behind a measure says, unless it is a measure itself."""
    if note is None or _ALL_MEASURES.search(note[0]):
        return ""
    return next(filter(None, note.groups()), "")


def _label(before: str) -> str:
    """The words that belong to a measure: those after a comma, all that end in a colon."""
    words = re.split(r"[;()]", _BRACKETS.sub(r" \1 ", before))[-1]
    return words if words.rstrip().endswith(":") else words.rpartition(",")[2]


def _with_sign(match: re.Match[str]) -> str:
    return match[1].rstrip(" csz") + " x "


def _blanked(match: re.Match[str]) -> str:
    return "_" * len(match[0])
