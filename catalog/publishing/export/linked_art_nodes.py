"""Nodes of Linked Art documents: concepts of the Getty thesaurus, and texts."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]

AAT = "http://vocab.getty.edu/aat/"
DESCRIPTION = (300435416, "Description")
_BRIEF_TEXT = (300418049, "Brief Text")


def concept(number: int, label: str, kind: str = "Type") -> Node:
    """Return a concept of the Getty Art & Architecture Thesaurus."""
    return {"id": f"{AAT}{number}", "type": kind, "_label": label}


def text(content: str, of: tuple[int, str]) -> Node:
    """Return a text with the concept that classifies it."""
    kind = {**concept(*of), "classified_as": [concept(*_BRIEF_TEXT)]}
    return {"type": "LinguisticObject", "content": content, "classified_as": [kind]}
