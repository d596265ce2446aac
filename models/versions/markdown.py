"""Writes parts of Markdown: whatever came from a catalog or a person is shown as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&#!:@$]|(?<=www)\.", re.IGNORECASE)
"""Dots, brackets and the like mean nothing in the middle of a line, where all such text stands."""


def escaped(text: object) -> str:
    """Escape text so that Markdown shows it as it is, on one line and in a cell of a table.

    Characters that cannot be printed, which could upset a terminal, are left out.
    """
    line = "".join(each for each in " ".join(str(text).split()) if each.isprintable())
    return _ACTIVE.sub(r"\\\g<0>", line)


def table_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; its cells must be escaped already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)
