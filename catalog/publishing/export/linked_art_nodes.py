"""Nodes that documents in Linked Art are made of: concepts of the Getty thesaurus and texts."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]

AAT = "http://vocab.getty.edu/aat/"
DESCRIPTION = (300435416, "Description")
_BRIEF_TEXT = (300418049, "Brief Text")


def concept(number: int, label: str, kind: str = "Type") -> Node:
    """A concept of the Getty Art & Architecture Thesaurus."""
    return {"id": f"{AAT}{number}", "type": kind, "_label": label}


def text(content: str, of: tuple[int, str]) -> Node:
    """A text about something, and the concept that says which text it is."""
    kind = {**concept(*of), "classified_as": [concept(*_BRIEF_TEXT)]}
    return {"type": "LinguisticObject", "content": content, "classified_as": [kind]}
