"""Artworks as Linked Art, the JSON-LD model that museums share.

The effective style is a plain `classified_as`. A prediction that was not accepted
is an `AttributeAssignment` with its source, time, confidence, and "possibly". Concepts are those of
the Getty Art & Architecture Thesaurus (aat).

Years are those of ISO 8601 and XML Schema 1.1, which have a year 0: 1 BC is `0000`, 1390 BC is
`-1389`. The tables, which have none, have -1390; labels say "1390 BC".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from catalog.normalise.artists import parse_artists
from catalog.normalise.name_words import is_firm

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


def production(work: Mapping[str, Any]) -> Node | None:
    """Return the production of an artwork; None if neither artist nor date is known.

    Each of several makers is one `carried_out_by`. Where an artist is qualified (`workshop of X`,
    `after X`) or a publisher, the whole is also a text, and no maker is stated
    for that.
    """
    made: Node = {"type": "Production"}
    if work["artist"]:
        made |= _artists(work["artist"], work["artist_display"] or work["artist"])
    if span := _years(work):
        made["timespan"] = span
    return made if len(made) > 1 else None


def _artists(catalogued: str, display: str) -> Node:
    artists = parse_artists(catalogued)
    actors = [
        {
            "type": "Group" if is_firm(each.name) else "Person",
            "_label": each.name,
            "identified_by": [{"type": "Name", "content": each.catalogued}],
        }
        for each in artists
        if each.is_maker
    ]
    made: Node = {"carried_out_by": actors} if actors else {}
    if len(actors) < len(artists):
        made["referred_to_by"] = [text(display, DESCRIPTION)]
    return made


def _years(work: Mapping[str, Any]) -> Node | None:
    first, last = work["date_earliest"], work["date_latest"]
    span: Node = {"type": "TimeSpan"}
    if any(year is not None and year < 0 for year in (first, last)):
        span["_label"] = " to ".join(dict.fromkeys(_in_words(y) for y in (first, last) if y))
    if work["date_given"]:
        span["identified_by"] = [{"type": "Name", "content": work["date_given"]}]
    if first is not None:
        span["begin_of_the_begin"] = f"{_iso_year(first)}-01-01T00:00:00Z"
    if last is not None:
        span["end_of_the_end"] = f"{_iso_year(last)}-12-31T23:59:59Z"
    return span if len(span) > 1 else None


def _in_words(year: int) -> str:
    return f"{-year} BC" if year < 0 else f"AD {year}"


def _iso_year(year: int) -> str:
    astronomical = year + 1 if year < 0 else year
    return f"{'-' if astronomical < 0 else ''}{abs(astronomical):04}"


CONTEXT = "https://linked.art/ns/v1/linked-art.json"
BASE = "urn:artcat:"
"""Default prefix of identifiers."""

_ARTWORK = (300133025, "Artwork")
_PRIMARY_NAME = (300404670, "Primary Name")
_OWNERS_NUMBER = (300404621, "Owner-Assigned Number")
_MATERIALS = (300435429, "Material Statement")
_STYLE = (300015646, "Style")
_POSSIBLY = (300435722, "Possibly")
_CENTIMETRES = (300379098, "centimeters")
_SIZES = {
    "height_cm": (300055644, "Height"),
    "width_cm": (300055647, "Width"),
    "depth_cm": (300072633, "Depth"),
}
_PRESENTATION, _IMAGE = "http://iiif.io/api/presentation", "http://iiif.io/api/image"


def document(work: Mapping[str, Any], terms: Mapping[str, int], base: str = BASE) -> Node:
    """Return the JSON-LD document of an artwork.

    Args:
        work: a row of `sql/export/linked_art.sql`.
        terms: number of the thesaurus for each style of which it was verified.
        base: what the artwork's identifier begins with.
    """
    style = work["style"]
    guess = _guess(work, terms)
    parts: Node = {
        "@context": CONTEXT,
        "id": base + quote(work["artwork_id"], safe=""),
        "type": "HumanMadeObject",
        "_label": work["title"] or work["artwork_id"],
        "classified_as": [concept(*_ARTWORK), *([_style(style, terms)] if style else [])],
        "identified_by": _names(work),
        "produced_by": production(work),
        "dimension": _dimensions(work),
        "referred_to_by": _texts(work),
        "attributed_by": [guess] if guess else [],
        "subject_of": _manifest(work["iiif_manifest"]),
        "representation": _image(work["iiif_image"]),
    }
    return {name: value for name, value in parts.items() if value}


def _style(name: str, terms: Mapping[str, int]) -> Node:
    """Return a style with its thesaurus number if that was verified, else by name alone."""
    known = {"id": f"{AAT}{terms[name]}"} if name in terms else {}
    return {**known, "type": "Type", "_label": name, "classified_as": [concept(*_STYLE)]}


def _names(work: Mapping[str, Any]) -> list[Node]:
    names = [
        ("Name", work["title"], _PRIMARY_NAME),
        ("Identifier", work["source_id"], _OWNERS_NUMBER),
    ]
    return [
        {"type": kind, "content": content, "classified_as": [concept(*of)]}
        for kind, content, of in names
        if content
    ]


def _dimensions(work: Mapping[str, Any]) -> list[Node]:
    return [
        {
            "type": "Dimension",
            "classified_as": [concept(*of)],
            "value": work[column],
            "unit": concept(*_CENTIMETRES, kind="MeasurementUnit"),
        }
        for column, of in _SIZES.items()
        if work[column] is not None
    ]


def _texts(work: Mapping[str, Any]) -> list[Node]:
    texts = [(work["description"], DESCRIPTION), (work["technique"], _MATERIALS)]
    return [text(content, of) for content, of in texts if content]


def _guess(work: Mapping[str, Any], terms: Mapping[str, int]) -> Node | None:
    """Return the prediction if it is not the effective style; none if abstained or rejected."""
    style, decided = work["predicted_style"], work["review_decision"]
    if not style or style == work["style"] or decided or work["decision"] == "abstained":
        return None
    who = f"artcat, model {work['model_version']}"
    certainty = f"calibrated confidence {work['confidence']:.4f}, {work['decision']}"
    basis = f"; {work['because']}" if work["because"] else ""
    guess: Node = {
        "type": "AttributeAssignment",
        "_label": f"possibly {style}",
        "classified_as": [concept(*_POSSIBLY)],
        "assigned_property": "classified_as",
        "assigned": [_style(style, terms)],
        "carried_out_by": [{"type": "Group", "_label": who}],
        "referred_to_by": [text(certainty + basis, DESCRIPTION)],
    }
    if work["predicted_at"]:
        guess["timespan"] = _moment(work["predicted_at"])
    return guess


def _moment(at: datetime) -> Node:
    instant = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"type": "TimeSpan", "begin_of_the_begin": instant, "end_of_the_end": instant}


def _manifest(address: str | None) -> list[Node]:
    """Return the reference to an IIIF manifest."""
    if not address:
        return []
    file = {
        "type": "DigitalObject",
        "format": "application/ld+json",
        "conforms_to": [{"id": _PRESENTATION, "type": "InformationObject"}],
        "access_point": [{"id": address, "type": "DigitalObject"}],
    }
    return [{"type": "LinguisticObject", "digitally_carried_by": [file]}]


def _image(address: str | None) -> list[Node]:
    """Return the reference to an IIIF image service."""
    if not address:
        return []
    service = {
        "type": "DigitalService",
        "conforms_to": [{"id": _IMAGE, "type": "InformationObject"}],
        "access_point": [{"id": address, "type": "DigitalObject"}],
    }
    picture = {"type": "DigitalObject", "digitally_available_via": [service]}
    return [{"type": "VisualItem", "digitally_shown_by": [picture]}]
