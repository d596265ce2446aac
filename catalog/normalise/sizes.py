"""Parsing of sizes in centimetres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from catalog.normalise.markup import plain_text
from catalog.normalise.measures import NUMBER, UNIT, Measured, centimetres, measures, spell_out


class Size(NamedTuple):
    """Measures of an artwork in centimetres; `reason` is given where nothing was read.

    Museums give the height, then the width, then the depth. A length is a width. Of several parts
    the first that is named counts, or the whole where it is named; frames, mounts and details
    never do.
    """

    height_cm: float | None = None
    width_cm: float | None = None
    depth_cm: float | None = None
    diameter_cm: float | None = None
    reason: str | None = None

    @property
    def parsed(self) -> bool:
        """Whether at least one measure is known."""
        return any((self.height_cm, self.width_cm, self.depth_cm, self.diameter_cm))


class _UnreadableSizeError(ValueError):
    pass


MISSING = Size()
NO_UNIT = "no unit: set a unit for sizes in the mapping"
MAX_CM = 10_000
"""A hundred metres; the Bayeux tapestry has seventy."""
MAX_SHORT_SIDE_CM = 3_000
_MAX_LENGTH = 500
_COMMON = re.compile(
    r"(?P<height>[1-9][0-9]{0,2}(?:[.,][0-9])?) x (?P<width>[1-9][0-9]{0,2}(?:[.,][0-9])?)"
    r" (?P<unit>[cm]m)"
)
_NO_SIZE = re.compile(
    rf"{NUMBER}[ ]?(?:px|pixels?)\b|(?:{NUMBER}[ ]?(?:{UNIT})?[ ]?x[ ]?){{3}}{NUMBER}"
)
_WHOLE = re.compile(r"\b(?:full|entire|whole|overall|total)\b")
_PART = re.compile(
    r"(?<!without )(?<!without the )(?<!excluding )(?<!excluding the )\b(?:"
    r"frame|farme|knobs?\b|rollers?\b|mount(?!ed)|vitrine|fd|gerahmt|rahmen|encadr|cadre|cornice|lijst|marco\b)"
    r"|\b(?:detail|figure|chapel|wall|room|initial)\b"
    r"|\bof (?:the )?(?:rim|foot|base|mouth|lip|opening|stand|pedestal|handle|blade|cover|lid)\b"
    r"|^[ .,]*(?:rim|foot|base|mouth|lip|stand|pedestal|plinth|handle|blade|cover|lid|case|box)\b"
    r"|\bmat(?:ted)?\b"
    # Any other measure is that of a part of the artwork: "height 45 cm (of Virgin)".
    r"|(?:^|\b(?:heigh?th?|width|length|depth|diam(?:eter|\.)|high|wide|[hwld]\.?)[ ])of "
    r"(?:the |an? |each )?"
    r"(?!(?:\w+ )?(?:image|sheet|panel|plate|canvas|support|paper|stone|block|object|work|sculpture"
    r"|painting|print|page|folio|leaf|statue|group|relief|each|all|which|irregular)s?\b)[^\W\d_]"
)
_AXES = {
    "diameter_cm": re.compile(
        r"\b(?:diam(?:eter|[eè]tre|\.)?|di[aá]metro|durchmesser|doorsnede|dia[.:]|dm\.)(?![a-z])"
        r"|ø|⌀"
    ),
    "height_cm": re.compile(
        r"\b(?:heigh?th?|high|tall|h\.?|ht\.?|hauteur|haut\.?|h[öo]he|hoch|hoogte|hoog|altezza|alto"
        r"|altura)(?![a-z'])"
    ),
    "width_cm": re.compile(
        r"\b(?:width|wide|breadth|w\.?|b\.?|length|long|l\.?|larg(?:eur|\.)|longueur|breite|breit"
        r"|breedte|breed|l[äa]nge|lengte|larghezza|lunghezza|anch(?:o|ura)|largura|largo)(?![a-z'])"
    ),
    "depth_cm": re.compile(
        r"\b(?:depth|deep|thickness|profondeur|[ée]paisseur|tiefe|tief|diepte|dikte|profondit[àa]"
        r"|profund\w+|spessore|d\.?|t\.?)(?![a-z'])"
    ),
}
_WIDTH = re.compile(r"\b(?:width|wide|w\.?|breadth|breite|breedte|largeur)(?![a-z'])")
_LENGTH = re.compile(r"\b(?:length|long|l\.?|l[äa]nge|lengte|longueur)(?![a-z'])")
_LETTER_D = re.compile(r"\bd\.?(?![a-z])")
"""Depth beside height and width, otherwise perhaps the diameter."""
_ORDER = re.compile(
    r"\b([hwbldt])[a-zö]*\.?[ ]?(?:x|by)[ ]?([hwbldt])[a-z]*\.?"
    r"(?:[ ]?(?:x|by)[ ]?([hwbldt])[a-z]*)?"
)
_IN_ORDER = ("height_cm", "width_cm", "depth_cm")
_BY_LETTER = {
    "h": _IN_ORDER[0],
    **dict.fromkeys("wbl", _IN_ORDER[1]),
    **dict.fromkeys("dt", _IN_ORDER[2]),
}


def parse_size(text: str | None) -> Size:
    """Read a size: `86,5 x 68 cm`, `height 120 cm`, `support: 650 x 810 x 19 mm`.

    Centimetres are preferred to inches where both are given.
    """
    try:
        # The most common notation, which nine of ten sizes have.
        if text is not None and (common := _COMMON.fullmatch(text)):
            numbers = (centimetres(number, common["unit"]) for number in common.group(1, 2))
            return _checked(dict(zip(_IN_ORDER, numbers, strict=False)))
        given = spell_out(plain_text(text or ""))
        if not any(map(str.isalnum, given)):
            return MISSING
        if len(given) > _MAX_LENGTH:
            return Size(reason="too long to be a size")
        if _NO_SIZE.search(given):
            return Size(reason="pixels, or more than three sides")
        return _checked(_sides(_of_artwork(measures(given))))
    except _UnreadableSizeError as unreadable:
        return Size(reason=str(unreadable))


def _of_artwork(measured: Sequence[Measured]) -> list[tuple[Measured, str]]:
    """Return the measures of the artwork itself and their units, out of all that was measured."""
    units = [_unit(one, measured[at + 1 :]) for at, one in enumerate(measured)]
    known = [(one, unit) for one, unit in zip(measured, units, strict=True) if unit]
    if not known:
        has_sides = any(len(one.numbers) > 1 or _axis(one) for one in measured)
        raise _UnreadableSizeError(NO_UNIT if has_sides else "contains no size")
    known = [(one, unit) for one, unit in known if not _PART.search(one.words)]
    if not known:
        raise _UnreadableSizeError("only a frame or a part is measured")
    known = [(one, unit) for one, unit in known if _WHOLE.search(one.words)] or known
    known = [(one, unit) for one, unit in known if unit not in ("in", "ft")] or known
    if any(_WIDTH.search(one.words) for one, _ in known):
        # A length beside a width may be either of the other two sides.
        lengths = [one for one, _ in known if len(one.numbers) == 1 and _LENGTH.search(one.words)]
        known = [(one, unit) for one, unit in known if one not in lengths]
    return known


def _sides(known: Sequence[tuple[Measured, str]]) -> dict[str, float]:
    found: dict[str, float] = {}
    unsure = False
    for one, last_unit in known:
        numbers: list[float] = []
        unit = last_unit
        # A number without a unit has that of the next one.
        for number, own in reversed(one.numbers):
            unit = own or unit
            numbers.insert(0, centimetres(number, unit))
        if len(numbers) > 1 and (names := _order(one)):
            return found or dict(zip(names, numbers, strict=False))
        axis = _axis(one)
        if axis in found:
            break
        if axis is None:
            continue
        if len(numbers) > 1:
            raise _UnreadableSizeError("two numbers for one side")
        unsure |= axis == "depth_cm" and bool(_LETTER_D.search(one.words))
        found[axis] = numbers[0]
    if unsure and not {"height_cm", "width_cm"} <= found.keys():
        del found["depth_cm"]
        if not found:
            raise _UnreadableSizeError("D may be the depth or the diameter")
    if not found:
        raise _UnreadableSizeError("one number that is neither height nor width")
    return found


def _order(one: Measured) -> Sequence[str] | None:
    """Name the sides of several numbers: height, width, depth, unless stated: `(w x h)`."""
    if order := _ORDER.search(f"{one.note} {one.label}"):
        names = [_BY_LETTER[letter] for letter in order.groups() if letter]
        if len(set(names)) < len(names) or len(names) != len(one.numbers):
            raise _UnreadableSizeError("unclear which side is which")
        return names
    return _IN_ORDER if _axis(one) in (None, "height_cm") else None


def _axis(one: Measured) -> str | None:
    """Return the side that the nearest word names; one after the number is nearer."""
    named = (
        name
        for words in (one.note, one.label)
        for name, pattern in _AXES.items()
        if pattern.search(words)
    )
    return next(named, None)


def _unit(one: Measured, following: Sequence[Measured]) -> str | None:
    """Return the unit of the last number, given here or after a later one.

    `45 x 38 and 46 x 37 cm`; the letter alone may be part of a shelf mark: `(W. 99), 124 x 84 mm`.
    """
    units = [unit for _, unit in one.numbers if unit]
    if units or (following and following[0].converted):
        return units[-1] if units else None
    by_letter = len(one.label.strip(" .")) == 1
    beside = any(other.label.strip().startswith("x") or _axis(other) for other in following[:1])
    if len(one.numbers) > 1 or (_axis(one) and (not by_letter or beside)):
        return next((unit for other in following for _, unit in other.numbers if unit), None)
    return None


def _checked(sides: dict[str, float]) -> Size:
    if not all(0 < side <= MAX_CM for side in sides.values()):
        raise _UnreadableSizeError("no such size")
    if min(sides.get("height_cm", 0), sides.get("width_cm", 0)) > MAX_SHORT_SIDE_CM:
        raise _UnreadableSizeError(f"larger than {MAX_SHORT_SIDE_CM // 100} metres both ways")
    height, width, depth, diameter = map(sides.get, Size._fields[:-1])
    return Size(height, width, depth, diameter)
