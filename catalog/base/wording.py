"""Pluralisation in messages."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: `1 field`, `2,000 fields`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
