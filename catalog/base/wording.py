"""Wording of messages: on one line, with the right plural."""

from __future__ import annotations

from collections.abc import Sequence


def one_line(message: object, longest: int | None = None) -> str:
    """Return a text or an error as one printable line; for an error without a text, its type.

    A server, a file or a library may have chosen its characters. An ellipsis replaces the rest of
    one that is longer than so many characters.
    """
    printable = "".join(letter if letter.isprintable() else " " for letter in str(message))
    line = " ".join(printable.split())
    if not line and isinstance(message, BaseException):
        line = type(message).__name__
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"


def listed(names: Sequence[str], most: int = 3, between: str = ", ") -> str:
    """Return the first names in one text, with `, ...` in place of further ones."""
    return between.join(names[:most]) + (", ..." if len(names) > most else "")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 field`, `2,000 fields`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
