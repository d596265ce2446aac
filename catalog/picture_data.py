"""The free text that WGA shows below a picture: "date, technique, size, location"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATE = re.compile(
    r"^(?:(?:(?:c|ca)\.\s*|(?:circa|about|before|after|around|by|begun|until|from|between|early|mid|late|"
    r"probably|summer|spring|autumn|winter|first|second|third|last)\b).*\d.*|\d{3,5}s?\b.*|"
    r"\d{1,2}(?:st|nd|rd|th)\b.*|.*\bcentur(?:y|ies)\b.*)$",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\b\d[\d.,]*\s*(?:x\s*\d[\d.,]*\s*)*(?:mm|cm|m)\b|^(?:height|diameter|width|length)\b",
    re.IGNORECASE,
)
# A comma without a space is a decimal one: "86,5 x 68 cm". Some sizes come after a full stop.
_SEPARATOR = re.compile(r",\s+|(?<=[a-z]{3})\.\s+(?=\d[\d.,]* x )")


@dataclass(frozen=True)
class PictureData:
    """The parts that were found, as they stand in the text."""

    date: str | None = None
    technique: str | None = None
    size: str | None = None
    location: str | None = None


def parse_picture_data(text: str) -> PictureData:
    """Split the text into its parts; any of them may be missing."""
    parts = [part.strip() for part in _SEPARATOR.split(text.strip().rstrip(",")) if part.strip()]
    date: list[str] = []
    while parts and _DATE.match(parts[0]) and not _SIZE.search(parts[0]):
        date.append(parts.pop(0))
    size_at = next((i for i, part in enumerate(parts) if _SIZE.search(part)), None)
    if size_at is None:
        technique, size, location = parts[:1], [], parts[1:]
    else:
        technique, size = parts[:size_at], parts[size_at : size_at + 1]
        location = parts[size_at + 1 :]
    return PictureData(*(", ".join(part) or None for part in (date, technique, size, location)))
