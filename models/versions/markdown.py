"""Markdown with escaped text from catalogs and people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&#!:@$]|(?<=www)\.", re.IGNORECASE)
"""Dots, brackets and the like have no meaning within a line, where all such text is."""


def escaped(text: object) -> str:
    """Escape text for Markdown, on one line and in a cell of a table.

    Unprintable characters, which could disturb a terminal, are left out.
    """
    line = "".join(each for each in " ".join(str(text).split()) if each.isprintable())
    return _ACTIVE.sub(r"\\\g<0>", line)


def table_of(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table; its cells must be escaped already."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)
