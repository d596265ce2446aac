"""The words and numbers of a date (`dates.toml` lists the words), and the years they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from catalog.base.files import packaged_toml


class UnreadableDateError(ValueError):
    """Error for a text that cannot be read reliably as a date."""


class Token(NamedTuple):
    """A piece of a date: its kind, its text, its number if it has one, its position."""

    kind: str
    text: str
    value: int
    start: int


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


LAST_YEAR, MONTHS, DAYS = 2100, 12, 31
_LAST_CENTURY = 21
_SHORT_DIGITS, _YEAR_DIGITS, _BC_DIGITS, _YEAR_AND_SHORT, _TWO_YEARS = 2, (3, 4), 5, 6, 8
_MAX_DIGITS = 20
"""Of numbers that are read: Python refuses to read thousands of digits."""
_THIRDS = 3
"""Early, middle and late."""
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
"""Any dash for the plain one, for `str.translate`."""

_TABLES = packaged_toml("catalog.normalise", "dates.toml")
_VOCABULARY: dict[str, tuple[str, int]] = {
    **{word: (kind, 0) for kind, words in _TABLES["words"].items() for word in words.split()},
    **{
        word: (kind, int(number))
        for kind, numbered in _TABLES["numbered"].items()
        for number, words in numbered.items()
        for word in words.split()
    },
}
_PHRASE = re.compile("|".join(rf"\b{re.escape(phrase)}\b" for phrase in _TABLES["phrases"]))
_PIECE = re.compile(
    r"(?P<decade>[0-9]{1,3}0)(?:['’]?s|-?tall?ets?|['’]?erne)\b"
    r"|(?P<ordinal>[0-9]{1,2})(?:st|nd|rd|th|h|er?|re|[èe]re|[èe]me|nde|de|ste|:[ae]|º|°)(?!\w)"
    r"|(?P<roman>(?=[ivx])x{0,2}(?:ix|iv|v?i{0,3}))(?:e|[èe]me|º|°)?(?!\w)"
    r"|(?P<number>[0-9]+)(?![0-9a-z%])"
    r"|(?P<word>[^\W\d_]+|[-,;/&?()])"
    r"|(?P<space>[\s.:]+)"
    r"|(?P<unknown>[0-9][^\s,;/()-]*|.)",
    re.DOTALL,
)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_STARTS = frozenset(["ordinal", "decade", "number"])
"""Kinds of words that a span of years can begin with."""
_TRAILING = frozenset("? onwards onward later earlier bc bce ad ce".split())
_ERA = re.compile(r"\b(?:(b)\.?\s?c\.?(?:\s?e\b\.?)?|a\.\s?d\b\.?|c\.\s?e\b\.?)(?![a-z])")
_JOINED_ERA = re.compile(r"(?<=[0-9])(?=(?:bce?|ce|ad)\b)")
_CENTURY = re.compile(r"(?<=[0-9](?:st|nd|rd|th))\s*c\b\.?")


def spell_out(text: str) -> str:
    """Write eras and centuries in one way: `2nd c. B.C.` -> `2nd century bc`; lower case in."""
    text = _PHRASE.sub(lambda match: _TABLES["phrases"][match[0]], text)
    text = _JOINED_ERA.sub(" ", _CENTURY.sub(" century", text))
    return _ERA.sub(lambda match: " bc" if match[1] else " ad", text)


def says_when(word: str) -> bool:
    """Return whether a lower-case word says something about a date, unlike `the` or `and`."""
    return _VOCABULARY.get(word, ("filler", 0))[0] not in ("filler", "list", "range")


def tokens(text: str) -> list[Token]:
    """Cut a lower-case text; what is part of no date gets the kind `unknown`."""
    found = []
    for match in _PIECE.finditer(text):
        kind, piece, value = str(match.lastgroup), match[0], 0
        if kind == "word":
            kind, value = _VOCABULARY.get(piece, ("unknown", 0))
        elif kind == "roman":
            ones = [_ROMAN[letter] for letter in match[kind]]
            value = sum(
                -v if v < after else v for v, after in zip(ones, [*ones[1:], 0], strict=True)
            )
            kind = "ordinal"
        elif kind in _STARTS:
            piece = match[kind]
            value = int(piece) if len(piece) < _MAX_DIGITS else 0
        if kind != "space":
            found.append(Token(kind, piece, value, match.start()))
    return found


def date_stretch(text: str) -> str:
    """Return the date in a lower-case text, without places before and after it."""
    pieces = tokens(text)
    anchors = [
        at
        for at, token in enumerate(pieces)
        if token.kind in _STARTS or token.kind == "century" or token.text[0].isdigit()
    ]
    if not anchors:
        return ""
    first, last = anchors[0], anchors[-1]
    while first and pieces[first - 1].kind != "unknown":
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1].text in _TRAILING:
        last += 1
    stop = pieces[last + 1].start if last + 1 < len(pieces) else len(text)
    return text[pieces[first].start : stop].strip(" ,;-")


def spans(tokens: Sequence[Token]) -> list[Span]:
    """Return the spans of years in the order in which they are written; at least one.

    Raises:
        UnreadableDateError: if anything in the text leaves a doubt.
    """
    reader = _Reader(tokens)
    for reader.at, token in enumerate(tokens):
        if token.kind == "unknown":
            raise UnreadableDateError(f"not part of a date: {token.text}")
        if read := getattr(reader, f"read_{token.kind}", None):
            read(token)
    if not reader.found:
        raise UnreadableDateError("contains no year")
    if reader.unconfirmed:
        raise UnreadableDateError("an ordinal number without a century")
    if reader.part or reader.nth is not None:
        raise UnreadableDateError("a part without a century or decade")
    if reader.joined == "range" and not reader.side:
        raise UnreadableDateError("the end of the range is missing")
    reader.read_close()
    return reader.found


class _Reader:
    """Goes through the words of a date and remembers those that say something of the next.

    `nth` counts a unit still to come, `second`, -1 for the last; `part` goes from the first to the
    last of so many equal parts, `early to mid`, and waits for its century or decade.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        kinds = [token.kind for token in tokens]
        self.tokens = tokens
        self.at = 0
        self.found: list[Span] = []
        self.side: str | None = None
        self.about = False
        self.nth: int | None = None
        self.part: tuple[int, int, int] | None = None
        self.century_first = False
        self.joined: str | None = None
        self.unconfirmed = 0
        self.last_year = ""
        self.has_era = "bc" in kinds or "ad" in kinds
        self.most_digits = _BC_DIGITS if "bc" in kinds else max(_YEAR_DIGITS)
        # Years are BC up to the last `bc`, or all after one that comes first.
        last_bc = max((at for at, kind in enumerate(kinds) if kind == "bc"), default=-1)
        self.bc_until = last_bc
        if last_bc >= 0 and _STARTS.isdisjoint(kinds[:last_bc]):
            self.bc_until = kinds.index("ad") if "ad" in kinds else len(kinds)

    def kind(self, steps: int) -> str:
        at = self.at + steps
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def add(self, low: int, high: int, kind: str) -> None:
        if self.at < self.bc_until:
            low, high = -high, -low
        whole = kind == "year" or self.part is None
        if self.part and not whole:
            low, high = _cut(self.part, low, high)
        if low == 0 or high > LAST_YEAR:
            raise UnreadableDateError(f"no such year: {high}")
        if self.joined == "range" and self.found and not self.side:
            last = self.found[-1]
            if low < last.low or high < last.high:
                raise UnreadableDateError("the range ends before it begins")
            last.high, last.whole = high, False
            last.about |= self.about
            last.kind = kind if kind == "century" else last.kind
            last.side = None if last.side == "after" else last.side
        else:
            self.found.append(Span(low, high, kind, self.about, self.side, whole))
        self.side, self.about, self.part, self.joined = None, False, None, None

    def year(self, digits: str) -> None:
        if self.joined and not self.has_era and len(digits) < len(self.last_year):
            raise UnreadableDateError(f"a number that is not a year: {digits}")
        self.add(int(digits), int(digits), "year")
        self.last_year = digits

    def read_number(self, token: Token) -> None:
        digits, size = token.text, len(token.text)
        if size <= _SHORT_DIGITS and not self.has_era:
            self.short_number(token)
        elif size in _YEAR_DIGITS or (self.has_era and size <= self.most_digits):
            self.year(digits)
        elif size == _YEAR_AND_SHORT and digits[4:] > digits[2:4]:
            # A hyphen was lost: 162628.
            self.year(digits[:4])
            self.joined = "range"
            self.year(digits[:2] + digits[4:])
        elif size == _TWO_YEARS:
            self.year(digits[:4])
            if not (0 < int(digits[4:6]) <= MONTHS and 0 < int(digits[6:]) <= DAYS):
                self.joined = "range"
                self.year(digits[4:])
        else:
            raise UnreadableDateError(f"a number of {size} digits: {digits[:12]}")

    def short_number(self, token: Token) -> None:
        after = self.kind(1)
        before_ordinal = after in ("range", "list") and self.kind(2) == "ordinal"
        if self.century_first or after in ("century", "unit") or before_ordinal:
            self.read_ordinal(token)
            return
        # A day is beside a month, or before one and any year.
        ahead = not self.found and any(other.kind == "month" for other in self.tokens)
        if ("month" in (after, self.kind(-1)) or ahead) and 0 < token.value <= DAYS:
            return
        if not (self.joined and self.last_year and self.found[-1].kind == "year"):
            raise UnreadableDateError(f"a number that is not a year: {token.text}")
        # The last digits of a second year, `1765 or 69`, or a month: `1912/11`.
        year = self.last_year[: -len(token.text)] + token.text
        if year == self.last_year and self.joined == "range":
            raise UnreadableDateError("the range ends where it begins")
        sign = self.tokens[self.at - 1].text
        if sign not in ",;/&" or int(year) >= int(self.last_year):
            self.year(year)
        elif sign == "/" and 0 < token.value <= MONTHS and len(token.text) == _SHORT_DIGITS:
            self.joined = None
        else:
            raise UnreadableDateError(f"a number that is not a year: {token.text}")

    def read_decade(self, token: Token) -> None:
        digits = token.text
        if len(digits) <= _SHORT_DIGITS:
            if not (self.joined and len(self.last_year) in _YEAR_DIGITS):
                raise UnreadableDateError(f"a decade without a century: {digits}s")
            digits = self.last_year[:-2] + digits
        low = int(digits)
        # `1890s-1900s`: a range joins it to a decade.
        decades = (other.text for other in self.tokens if other.kind == "decade")
        if low % 100 == 0 and all(other.endswith("00") for other in decades):
            # Some museums mean a century by 1500s, others a decade: a century holds both.
            self.add(low, low + 99, "century")
        else:
            self.add(low, low + 9, "decade")
        self.last_year = digits

    def read_ordinal(self, token: Token) -> None:
        after = self.kind(1)
        if after == "unit" or (after == "nth" and self.tokens[self.at + 1].value > 0):
            self.nth = token.value
            return
        if "month" in (after, self.kind(-1)):
            return  # May 1st
        if not 0 < token.value <= _LAST_CENTURY:
            raise UnreadableDateError(f"no such century: {token.text}")
        following = (other.value for other in self.tokens[self.at :] if other.kind == "century")
        years = 100 if self.century_first else next(following, 100)
        self.unconfirmed += not self.century_first
        self.add((token.value - 1) * years + 1, token.value * years, "century")

    def read_century(self, _token: Token) -> None:
        # "siglo XVII" and "sec. XV": the word comes first.
        self.century_first = not self.unconfirmed
        self.unconfirmed = 0

    def read_part(self, token: Token) -> None:
        if token.kind == "nth" and self.nth is None:
            self.nth = token.value
        else:
            nth, of = token.value, _THIRDS
            if token.kind != "part":
                doubtful = token.kind == "unit" and self.unconfirmed
                if doubtful or self.nth is None or self.nth > token.value:
                    raise UnreadableDateError(f"unclear which {token.text} is meant")
                nth, of, self.nth = token.value if self.nth < 0 else self.nth, token.value, None
            if self.part and (self.part[2] != of or self.part[0] > nth):
                raise UnreadableDateError("unclear which part is meant")
            self.part = (self.part[0] if self.part else nth, nth, of)
        last = self.found[-1] if self.found else None
        if not (self.part and last and last.whole and last.kind != "year"):
            return
        following = self.tokens[self.at + 1 :]
        rest = [each for each in following if each.kind != "filler" or each.text == "("]
        joined = bool(rest) and rest[0].kind in ("range", "list")
        kind = rest[joined].kind if len(rest) > joined else ""
        may_start = not joined or rest[0].text == "-"
        if kind not in ("part", "nth") and not (kind in _STARTS and may_start):
            # "19th century, 4th quarter": the part comes after, and nothing more of it.
            last.low, last.high = _cut(self.part, last.low, last.high)
            last.whole, self.joined, self.part, self.nth = False, None, None, None

    read_nth = read_unit = read_part

    def read_range(self, token: Token) -> None:
        unknown = not self.found and self.tokens[self.at - 1].text == "?"
        if token.kind == "range" and (not self.at or unknown):
            raise UnreadableDateError("the beginning of the range is missing")
        # "mid-15th", "early to mid": the century is still to come.
        if self.part is None and self.nth is None and self.joined != "range":
            self.joined = token.kind

    read_list = read_range

    def read_before(self, token: Token) -> None:
        # "begun after 1194" is begun.
        self.side = self.side if self.side == "begun" else token.kind

    read_after = read_begun = read_before

    def read_about(self, _token: Token) -> None:
        self.about = True

    def read_close(self, _token: Token | None = None) -> None:
        """Words that no year follows speak of the one before: `1480 or later`, `1655 (?)`."""
        if self.found:
            last = self.found[-1]
            last.about |= self.about
            last.side = self.side or last.side
            if self.side or self.about:
                self.joined = None
            self.side, self.about = None, False


def _cut(part: tuple[int, int, int], low: int, high: int) -> tuple[int, int]:
    """Return the years of a part of a span of years."""
    (first, last, of), size = part, high - low + 1
    return low + (first - 1) * size // of, low + last * size // of - 1
