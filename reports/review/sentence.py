"""A sentence in parts, so that it can be seen where each of its slots came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def parts(text: str, slots: Sequence[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    """The sentence cut at its slots; joined, the parts are the sentence again.

    A slot that stands in the sentence in other words (a title with another ending, a period in
    another language) is not found in it, and is no part.

    Args:
        text: the sentence.
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
    """Where a value stands, as words of its own and beside those taken; -1 if nowhere."""
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        alone = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if alone and all(end <= start or at >= stop for start, stop, *_ in taken):
            return at
        at = text.find(value, at + 1)
    return -1
