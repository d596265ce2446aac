"""The years that the words of a date cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.normalise.date_parts import STARTS, Part
from catalog.normalise.date_words import Token, UnreadableDateError

LAST_YEAR = 2100
_LAST_CENTURY = 21
_YEAR_DIGITS = (3, 4)
_BC_DIGITS = 5
_SHORT_DIGITS = 2
DAYS = 31
MONTHS = 12
_TWO_YEARS = 8
_YEAR_AND_SHORT = 6
_SIGNS_BETWEEN = frozenset(",;/&")


@dataclass(slots=True)
class Span:
    """Years from `low` to `high`, both included; negative ones are BC.

    `kind` is year, decade or century; `side` is before, after or begun where the years only
    bound the date.
    """

    low: int
    high: int
    kind: str
    about: bool = False
    side: str | None = None
    whole: bool = True
    """False for a part of a decade or century, and for the years from one to another."""


def spans(tokens: Sequence[Token]) -> list[Span]:
    """Return the spans of years in the order in which they are written; at least one.

    Raises:
        UnreadableDateError: if anything in the text leaves a doubt.
    """
    reader = _Reader(tokens)
    for index, token in enumerate(tokens):
        reader.at = index
        read = _READERS.get(token.kind)
        if read:
            read(reader, token)
        elif token.kind == "unknown":
            raise UnreadableDateError(f"not part of a date: {token.text}")
    return reader.finish()


def _end_of_bc(kinds: Sequence[str]) -> int:
    """Find the end of the years BC: at the last `bc`, or after a `bc` that comes first."""
    at = [index for index, kind in enumerate(kinds) if kind == "bc"]
    if at and not STARTS & set(kinds[: at[-1]]):
        return kinds.index("ad") if "ad" in kinds else len(kinds)
    return at[-1] if at else -1


class _Reader:
    """Goes through the words of a date and remembers those that say something of the next."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        kinds = [token.kind for token in tokens]
        self.tokens = tokens
        self.at = 0
        self.found: list[Span] = []
        self.side: str | None = None
        self.about = False
        self.part = Part()
        self.century_first = False
        self.joined: str | None = None
        self.unconfirmed = 0
        self.last_year = ""
        self.has_era = "bc" in kinds or "ad" in kinds
        self.most_digits = _BC_DIGITS if "bc" in kinds else max(_YEAR_DIGITS)
        self.bc_until = _end_of_bc(kinds)

    def finish(self) -> list[Span]:
        if not self.found:
            raise UnreadableDateError("contains no year")
        if self.unconfirmed:
            raise UnreadableDateError("an ordinal number without a century")
        if self.part.begun:
            raise UnreadableDateError("a part without a century or decade")
        if self.joined == "range" and not self.side:
            raise UnreadableDateError("the end of the range is missing")
        self.flush()
        return self.found

    def add(self, low: int, high: int, kind: str) -> None:
        if self.at < self.bc_until:
            low, high = -high, -low
        whole = kind == "year" or not self.part.pending
        if not whole:
            low, high = self.part.cut(low, high)
        if low == 0 or high > LAST_YEAR:
            raise UnreadableDateError(f"no such year: {high}")
        if self.joined == "range" and self.found and not self.side:
            self.extend(low, high, kind)
        else:
            self.found.append(Span(low, high, kind, self.about, self.side, whole))
        self.side, self.about, self.part, self.joined = None, False, Part(self.part.nth), None

    def extend(self, low: int, high: int, kind: str) -> None:
        last = self.found[-1]
        if low < last.low or high < last.high:
            raise UnreadableDateError("the range ends before it begins")
        last.high, last.whole = high, False
        last.about |= self.about
        if kind == "century":
            last.kind = kind
        if last.side == "after":
            last.side = None

    def flush(self) -> None:
        """Words that no year follows speak of the one before: `1480 or later`, `1655 (?)`."""
        if not self.found:
            return
        last = self.found[-1]
        last.about |= self.about
        last.side = self.side or last.side
        if self.side or self.about:
            self.joined = None
        self.side, self.about = None, False

    def following(self, steps: int) -> str | None:
        index = self.at + steps
        return self.tokens[index].kind if index < len(self.tokens) else None

    def number(self, token: Token) -> None:
        digits = len(token.text)
        if digits <= _SHORT_DIGITS and not self.has_era:
            self.short_number(token)
        elif digits in _YEAR_DIGITS or (self.has_era and digits <= self.most_digits):
            self.year(token.text)
        elif digits == _YEAR_AND_SHORT and token.text[4:] > token.text[2:4]:
            # A hyphen was lost: 162628.
            self.year(token.text[:4])
            self.joined = "range"
            self.year(token.text[:2] + token.text[4:])
        elif digits == _TWO_YEARS:
            self.two_years(token.text)
        else:
            raise UnreadableDateError(f"a number of {digits} digits: {token.text[:12]}")

    def short_number(self, token: Token) -> None:
        next_kind = self.following(1)
        if (
            self.century_first
            or next_kind in ("century", "unit")
            or (next_kind in ("range", "list") and self.following(2) == "ordinal")
        ):
            self.ordinal(token)
        elif self.is_day(token):
            return
        elif self.joined and self.last_year and self.found[-1].kind == "year":
            self.year_end(token)
        else:
            raise UnreadableDateError(f"a number that is not a year: {token.text}")

    def year_end(self, token: Token) -> None:
        """The last digits of a second year: `1765 or 69`; or a month: `1912/11`."""
        year = self.last_year[: -len(token.text)] + token.text
        sign = self.tokens[self.at - 1].text
        if year == self.last_year and self.joined == "range":
            raise UnreadableDateError("the range ends where it begins")
        if sign in _SIGNS_BETWEEN and int(year) < int(self.last_year):
            if sign == "/" and 0 < token.value <= MONTHS and len(token.text) == _SHORT_DIGITS:
                self.joined = None
                return
            raise UnreadableDateError(f"a number that is not a year: {token.text}")
        self.year(year)

    def is_day(self, token: Token) -> bool:
        """Return whether a number is a day: beside a month, or before one and any year."""
        beside = "month" in (self.following(1), self.at and self.following(-1))
        ahead = not self.found and any(other.kind == "month" for other in self.tokens)
        return (beside or ahead) and 0 < token.value <= DAYS

    def two_years(self, digits: str) -> None:
        month, day = int(digits[4:6]), int(digits[6:])
        self.year(digits[:4])
        if not (0 < month <= MONTHS and 0 < day <= DAYS):
            self.joined = "range"
            self.year(digits[4:])

    def year(self, digits: str) -> None:
        if self.joined and not self.has_era and len(digits) < len(self.last_year):
            raise UnreadableDateError(f"a number that is not a year: {digits}")
        self.add(int(digits), int(digits), "year")
        self.last_year = digits

    def decade(self, token: Token) -> None:
        digits = token.text
        if len(digits) <= _SHORT_DIGITS:
            if not (self.joined and len(self.last_year) in _YEAR_DIGITS):
                raise UnreadableDateError(f"a decade without a century: {digits}s")
            digits = self.last_year[:-2] + digits
        low = int(digits)
        if low % 100 == 0 and not self.is_beside_decade():
            # Some museums mean a century by 1500s, others a decade: a century holds both.
            self.add(low, low + 99, "century")
        else:
            self.add(low, low + 9, "decade")
        self.last_year = digits

    def is_beside_decade(self) -> bool:
        """Return whether a range joins it to a decade without a century: `1890s-1900s`."""
        others = (token for token in self.tokens if token.kind == "decade")
        return any(not token.text.endswith("00") for token in others)

    def ordinal(self, token: Token) -> None:
        next_kind = self.following(1)
        if next_kind == "unit" or (next_kind == "nth" and self.tokens[self.at + 1].value > 0):
            self.part.nth = token.value
            return
        if "month" in (next_kind, self.at and self.following(-1)):
            return  # May 1st
        if not 0 < token.value <= _LAST_CENTURY:
            raise UnreadableDateError(f"no such century: {token.text}")
        following = (other.value for other in self.tokens[self.at :] if other.kind == "century")
        years = 100 if self.century_first else next(following, 100)
        self.unconfirmed += not self.century_first
        self.add((token.value - 1) * years + 1, token.value * years, "century")

    def century(self, _token: Token) -> None:
        # "siglo XVII" and "sec. XV": the word comes first.
        self.century_first = not self.unconfirmed
        self.unconfirmed = 0

    def part_word(self, token: Token) -> None:
        if token.kind == "unit" and self.unconfirmed:
            raise UnreadableDateError(f"unclear which {token.text} is meant")
        self.part.read(token)
        last = self.found[-1] if self.found else None
        if self.part.pending and last and last.whole and last.kind != "year":
            if self.part.continues(self.tokens[self.at + 1 :]):
                return
            # "19th century, 4th quarter": the part comes after.
            last.low, last.high = self.part.cut(last.low, last.high)
            last.whole, self.joined = False, None
            self.part = Part()

    def join(self, token: Token) -> None:
        unknown = not self.found and self.tokens[self.at - 1].text == "?"
        if token.kind == "range" and (not self.at or unknown):
            raise UnreadableDateError("the beginning of the range is missing")
        if self.part.begun:
            return  # "mid-15th", "early to mid": the century is still to come
        if self.joined != "range":
            self.joined = token.kind

    def bound(self, token: Token) -> None:
        # "begun after 1194" is begun.
        if self.side != "begun":
            self.side = token.kind

    def doubt(self, _token: Token) -> None:
        self.about = True

    def close(self, _token: Token) -> None:
        self.flush()


_READERS = {
    "number": _Reader.number,
    "decade": _Reader.decade,
    "ordinal": _Reader.ordinal,
    "century": _Reader.century,
    "nth": _Reader.part_word,
    "unit": _Reader.part_word,
    "part": _Reader.part_word,
    "range": _Reader.join,
    "list": _Reader.join,
    "before": _Reader.bound,
    "after": _Reader.bound,
    "begun": _Reader.bound,
    "about": _Reader.doubt,
    "close": _Reader.close,
}
