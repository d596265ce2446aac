"""Artworks as Linked Art, the JSON-LD model that museums share.

The effective style is a plain `classified_as`. A prediction that was not accepted
is an `AttributeAssignment` with its source, time, confidence, and "possibly". Concepts are those of
the Getty Art & Architecture Thesaurus (aat).

Years are those of ISO 8601 and XML Schema 1.1, which have a year 0: 1 BC is `0000`, 1390 BC is
`-1389`. The tables, which have none, have -1390; labels say "1390 BC".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import quote

from catalog.normalise.artists import parse_artists
from catalog.normalise.name_words import is_firm

Node = dict[str, Any]
_Term = tuple[int, str]
"""A concept of the Getty Art & Architecture Thesaurus: its number and label."""

AAT = "http://vocab.getty.edu/aat/"
CONTEXT = "https://linked.art/ns/v1/linked-art.json"
BASE = "urn:artcat:"
"""Default prefix of identifiers."""
_ARTWORK = (300133025, "Artwork")
_DESCRIPTION = (300435416, "Description")
_BRIEF_TEXT = (300418049, "Brief Text")
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
    names = [
        ("Name", work["title"], _PRIMARY_NAME),
        ("Identifier", work["source_id"], _OWNERS_NUMBER),
    ]
    texts = [(work["description"], _DESCRIPTION), (work["technique"], _MATERIALS)]
    style = [_style(work["style"], terms)] if work["style"] else []
    parts: Node = {
        "@context": CONTEXT,
        "id": base + quote(work["artwork_id"], safe=""),
        "type": "HumanMadeObject",
        "_label": work["title"] or work["artwork_id"],
        "classified_as": [_concept(_ARTWORK), *style],
        "identified_by": [
            {"type": kind, "content": content, "classified_as": [_concept(term)]}
            for kind, content, term in names
            if content
        ],
        "produced_by": production(work),
        "dimension": [
            {
                "type": "Dimension",
                "classified_as": [_concept(term)],
                "value": work[column],
                "unit": _concept(_CENTIMETRES, "MeasurementUnit"),
            }
            for column, term in _SIZES.items()
            if work[column] is not None
        ],
        "referred_to_by": [_text(content, term) for content, term in texts if content],
        "attributed_by": _guess(work, terms),
    }
    if address := work["iiif_manifest"]:
        file = _digital("DigitalObject", address, _PRESENTATION) | {"format": "application/ld+json"}
        parts["subject_of"] = [{"type": "LinguisticObject", "digitally_carried_by": [file]}]
    if address := work["iiif_image"]:
        service = _digital("DigitalService", address, _IMAGE)
        picture = {"type": "DigitalObject", "digitally_available_via": [service]}
        parts["representation"] = [{"type": "VisualItem", "digitally_shown_by": [picture]}]
    return {name: value for name, value in parts.items() if value}


def _concept(term: _Term, kind: str = "Type") -> Node:
    number, label = term
    return {"id": f"{AAT}{number}", "type": kind, "_label": label}


def _text(content: str, term: _Term) -> Node:
    """Return a text with the concept that classifies it."""
    kind = {**_concept(term), "classified_as": [_concept(_BRIEF_TEXT)]}
    return {"type": "LinguisticObject", "content": content, "classified_as": [kind]}


def _style(name: str, terms: Mapping[str, int]) -> Node:
    """Return a style with its thesaurus number if that was verified, else by name alone."""
    known = {"id": f"{AAT}{terms[name]}"} if name in terms else {}
    return {**known, "type": "Type", "_label": name, "classified_as": [_concept(_STYLE)]}


def _digital(kind: str, address: str, standard: str) -> Node:
    """Return what is at an address by a standard of IIIF."""
    return {
        "type": kind,
        "conforms_to": [{"id": standard, "type": "InformationObject"}],
        "access_point": [{"id": address, "type": "DigitalObject"}],
    }


def production(work: Mapping[str, Any]) -> Node | None:
    """Return the production of an artwork; None if neither artist nor date is known.

    Each of several makers is one `carried_out_by`. Where an artist is qualified (`workshop of X`,
    `after X`) or a publisher, the whole is also a text, and no maker is stated
    for that.
    """
    made: Node = {"type": "Production"}
    artists = parse_artists(work["artist"]) if work["artist"] else ()
    makers = [each for each in artists if each.is_maker]
    if makers:
        made["carried_out_by"] = [
            {
                "type": "Group" if is_firm(each.name) else "Person",
                "_label": each.name,
                "identified_by": [{"type": "Name", "content": each.catalogued}],
            }
            for each in makers
        ]
    if len(makers) < len(artists):
        made["referred_to_by"] = [_text(work["artist_display"] or work["artist"], _DESCRIPTION)]
    first, last = work["date_earliest"], work["date_latest"]
    span: Node = {"type": "TimeSpan"}
    if any(year is not None and year < 0 for year in (first, last)):
        words = (f"{-year} BC" if year < 0 else f"AD {year}" for year in (first, last) if year)
        span["_label"] = " to ".join(dict.fromkeys(words))
    if work["date_given"]:
        span["identified_by"] = [{"type": "Name", "content": work["date_given"]}]
    if first is not None:
        span["begin_of_the_begin"] = f"{_iso_year(first)}-01-01T00:00:00Z"
    if last is not None:
        span["end_of_the_end"] = f"{_iso_year(last)}-12-31T23:59:59Z"
    if len(span) > 1:
        made["timespan"] = span
    return made if len(made) > 1 else None


def _iso_year(year: int) -> str:
    astronomical = year + 1 if year < 0 else year
    return f"{'-' if astronomical < 0 else ''}{abs(astronomical):04}"


def _guess(work: Mapping[str, Any], terms: Mapping[str, int]) -> list[Node]:
    """Return the prediction if it is not the effective style; none if abstained or rejected."""
    style, decided = work["predicted_style"], work["review_decision"]
    if not style or style == work["style"] or decided or work["decision"] == "abstained":
        return []
    who = f"artcat, model {work['model_version']}"
    certainty = f"calibrated confidence {work['confidence']:.4f}, {work['decision']}"
    basis = f"; {work['because']}" if work["because"] else ""
    guess: Node = {
        "type": "AttributeAssignment",
        "_label": f"possibly {style}",
        "classified_as": [_concept(_POSSIBLY)],
        "assigned_property": "classified_as",
        "assigned": [_style(style, terms)],
        "carried_out_by": [{"type": "Group", "_label": who}],
        "referred_to_by": [_text(certainty + basis, _DESCRIPTION)],
    }
    if work["predicted_at"]:
        at = work["predicted_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        guess["timespan"] = {"type": "TimeSpan", "begin_of_the_begin": at, "end_of_the_end": at}
    return [guess]
