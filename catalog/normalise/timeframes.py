"""Which half century WGA puts an artist's work in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.normalise.date_spans import LAST_YEAR


@dataclass(frozen=True, slots=True)
class Timeframe:
    """The first and the last year, both included; `reason` where a text is no timeframe.

    It is that of the artist, not of the work: a painter of 1480-1540 stands in one of the two.
    """

    first: int | None = None
    last: int | None = None
    reason: str | None = None


_YEARS = re.compile(r"([0-9]{4})[-–]([0-9]{4})")


def parse_timeframe(text: str | None) -> Timeframe:
    """Read a timeframe: `1601-1650`, `0801-0850`."""
    given = (text or "").strip()
    if given in ("", "-"):
        return Timeframe()
    match = _YEARS.fullmatch(given)
    if match is None:
        return Timeframe(reason="not two years of four digits")
    first, last = int(match[1]), int(match[2])
    if not 0 < first < last <= LAST_YEAR:
        return Timeframe(reason="the years are in the wrong order or out of range")
    return Timeframe(first, last)
