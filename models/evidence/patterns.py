"""Kinds of evidence, and patterns: the sets of kinds that artworks have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

IMAGE, FACTS, OTHER_WORKS = "image", "facts", "other works"
KINDS = (IMAGE, FACTS, OTHER_WORKS)
"""Every kind of evidence, in the order in which it is named."""
ALL = "all"
"""In evaluations: whatever evidence each artwork has."""
FACTS_WITH_IMAGE = "facts, with an image"
"""In evaluations: the facts of artworks that have an image too, to compare `image+facts` with."""


def kinds_of(pattern: str) -> tuple[str, ...]:
    """List the kinds of evidence in a pattern."""
    return tuple(pattern.split("+")) if pattern else ()


def patterns_from(kinds: Collection[str]) -> Iterator[str]:
    """Yield every pattern that these kinds of evidence can form, the smallest first."""
    present = [kind for kind in KINDS if kind in kinds]
    for size in range(1, len(present) + 1):
        yield from map("+".join, combinations(present, size))


def in_words(evidence: str) -> str:
    """Describe the evidence of a row of `evaluations` in words."""
    if evidence == ALL:
        return "whatever each artwork has"
    if evidence == FACTS_WITH_IMAGE:
        return "facts (those with an image)"
    return "all evidence" if kinds_of(evidence) == KINDS else evidence.replace("+", " + ")


def rests_on_image(evidence: str) -> bool:
    """Return whether only artworks with an image are evaluated with this evidence."""
    return evidence == FACTS_WITH_IMAGE or IMAGE in kinds_of(evidence)
