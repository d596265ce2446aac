"""Parts of centuries and decades: `early`, `second half of the`, `4th quarter`, `mid- to late`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.normalise.date_words import Token, UnreadableDateError

STARTS = frozenset(["ordinal", "decade", "number"])
"""Kinds of words that a span of years can begin with."""
_THIRDS = 3


@dataclass(slots=True)
class Part:
    """The words of a part that were read so far; it waits for its century or decade.

    `nth` is that of a unit still to come, -1 for the last. The part goes from the equal part
    `first` to `last` of `of`, which is 0 before it is known.
    """

    nth: int | None = None
    first: int = 0
    last: int = 0
    of: int = 0

    @property
    def pending(self) -> bool:
        """Whether a part was read whose century or decade is still to come."""
        return self.of > 0

    @property
    def begun(self) -> bool:
        """Whether any word of a part was read."""
        return self.pending or self.nth is not None

    def read(self, token: Token) -> None:
        """Add a word: `early`, `second` or `half`.

        Raises:
            UnreadableDateError: if it does not fit those before.
        """
        if token.kind == "part":
            self._take(token.value, _THIRDS)
        elif token.kind == "nth" and self.nth is None:
            self.nth = token.value
        elif self.nth is None or self.nth > token.value:
            raise UnreadableDateError(f"unclear which {token.text} is meant")
        else:
            nth = token.value if self.nth < 0 else self.nth
            self.nth = None
            self._take(nth, token.value)

    def _take(self, nth: int, of: int) -> None:
        """Set the part, or extend it: `early to mid`."""
        if self.pending and (self.of != of or self.first > nth):
            raise UnreadableDateError("unclear which part is meant")
        self.first, self.last, self.of = self.first or nth, nth, of

    def cut(self, low: int, high: int) -> tuple[int, int]:
        """Return the part's years of a span of years."""
        size = high - low + 1
        return low + (self.first - 1) * size // self.of, low + self.last * size // self.of - 1

    def continues(self, following: Sequence[Token]) -> bool:
        """Return whether more of the part, or the century that it is a part of, comes next."""
        rest = [each for each in following if each.kind != "filler" or each.text == "("]
        joined = bool(rest) and rest[0].kind in ("range", "list")
        kind = rest[joined].kind if len(rest) > joined else ""
        hyphen = joined and rest[0].text == "-"
        return kind in ("part", "nth") or (kind in STARTS and (hyphen or not joined))
