"""Split of a description into parts, to show the source of each slot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def parts(text: str, slots: Sequence[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    """Split a description at its slots; joined, the parts are the description again.

    A slot that is worded differently in the description (a title with another ending, a period in
    another language) is not found in it, and is not a part.

    Args:
        text: the description.
        slots: each with `slot`, `value` and `source`, as the table `descriptions` has them.

    Returns:
        Each part with its slot and source, None for the words between.
    """
    found: list[tuple[int, int, str, str]] = []
    # The longest first: "Rome" must not be found within "The Fall of Rome"
    for slot in sorted(slots, key=lambda each: -len(each["value"] or "")):
        value = slot["value"]
        start = _free(text, value, found) if value else -1
        if start >= 0:
            found.append((start, start + len(value), slot["slot"], slot["source"]))
    cut: list[tuple[str, str | None, str | None]] = []
    at = 0
    for start, end, name, source in sorted(found):
        cut += [(text[at:start], None, None), (text[start:end], name, source)]
        at = end
    cut.append((text[at:], None, None))
    return [part for part in cut if part[0]]


def _free(text: str, value: str, taken: Sequence[tuple[int, int, str, str]]) -> int:
    """Find a value as whole words outside the parts already found; -1 if missing."""
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        alone = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if alone and all(end <= start or at >= stop for start, stop, *_ in taken):
            return at
        at = text.find(value, at + 1)
    return -1
