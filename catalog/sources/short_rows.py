"""Tell rows whose last fields were left out, as some programs do, from parts of a broken row."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


class ShortRows:
    """The rows of a table that have fewer fields than its header."""

    KNOWN = 2000
    """Rows whose first fields are remembered: enough to know what they look like."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._short: list[tuple[int, str, int, bool]] = []
        self._shapes: set[str] = set()
        self._known = 0

    def add(self, at: int, fields: Sequence[str], *, torn: bool) -> None:
        """Take in a row: its place among the rows, and whether an open quote tore it."""
        if len(fields) < self._width:
            self._short.append((at, _shape(fields), len(fields), torn))
        elif self._known < self.KNOWN:
            self._known += 1
            self._shapes.add(_shape(fields))

    def problems(self, rows: int, *, ends_whole: bool) -> dict[int, str]:
        """Why rows cannot be used, by their place: those that are parts of one.

        A line break within a field makes two short rows, of which the second begins unlike any
        whole row; a file that was cut off ends in one.

        Args:
            rows: of the table.
            ends_whole: the text ends with the end of a line.
        """
        broken: set[int] = set()
        before = (-2, 0)
        for at, shape, count, torn in self._short:
            is_next = at == before[0] + 1
            fills_up = count == 1 or before[1] + count - 1 == self._width
            if self._shapes and is_next and fills_up and shape not in self._shapes:
                broken |= {at - 1, at}
            if torn or (not ends_whole and at == rows - 1 and len(self._short) == 1):
                broken.add(at)
            before = (at, before[1] + count - 1 if is_next and at in broken else count)
        return {
            at: f"the row has {count} fields, the header {self._width}"
            for at, _, count, _ in self._short
            if at in broken
        }


def _shape(fields: Sequence[str]) -> str:
    """What the first field looks like: `L.2016.5` as `a.9.9`."""
    first = fields[0][:100].strip() if fields else ""
    return _DIGITS.sub("9", _LETTERS.sub("a", first))
