"""Content of the review page, as plain data without markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sql
from catalog.storage import duck
from catalog.storage.store import Store
from catalog.vocabulary import style_names
from models.versions import registry, serving
from reports.review import description
from reports.review.facts import influence_of_facts
from reports.review.nearest import nearest

_READ = ("enriched", "artworks", "images", "predictions", "descriptions", "reviews")
_SHORT = 120
"""Maximum characters of a title or artist in lists; the artwork itself shows all."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ReviewContent:
    """The content of the page."""

    works: Sequence[Row]
    """As `work` returns them, those that need a decision first."""
    pictures: Mapping[str, str]
    """By the SHA-256 of an image: the shard that holds the prepared one."""
    styles: Sequence[str]
    """Styles for corrections."""
    all_works: int
    """Artworks that could be shown."""
    to_decide: int
    """Those of them that need a decision."""


@dataclass(frozen=True)
class Chosen:
    """Artworks that were chosen for a page of their own."""

    artwork_ids: tuple[str, ...]
    """In the order in which they are shown."""
    heading: str
    explained: str
    """The purpose of the page."""


def gather(
    home: Store, catalog: str | None, shown: int, chosen: Sequence[str] | None = None
) -> ReviewContent:
    """Gather the first artworks to be reviewed.

    Args:
        home: whose artworks.
        catalog: only its artworks; all if None.
        shown: maximum number.
        chosen: only these artworks, in their order.
    """
    champions = registry.champions(home)
    served = {role: serving.read(home, version) for role, version in champions.items()}
    rows = duck.arrow(
        duck.connect(home, _READ),
        sql.text("review/works"),
        {
            "catalog": catalog,
            "shown": shown,
            "artwork_ids": None if chosen is None else list(chosen),
        },
    ).to_pylist()
    if chosen is not None:
        order = {artwork_id: at for at, artwork_id in enumerate(chosen)}
        rows.sort(key=lambda row: order[row["artwork_id"]])
    near = nearest(home, served.get(registry.EMBEDDER), rows)
    neighbours = [each for found in near.values() for each in found]
    ids = [row["artwork_id"] for row in rows]
    influence = influence_of_facts(home, served.get(registry.CLASSIFIER), ids)
    return ReviewContent(
        [
            work(row, near.get(i, ()), influence.get(i, ()))
            for i, row in zip(ids, rows, strict=True)
        ],
        {row["image_sha256"]: row["shard"] for row in (*rows, *neighbours) if row["shard"]},
        style_names(),
        rows[0]["works"] if rows else 0,
        rows[0]["to_decide"] if rows else 0,
    )


def work(
    row: Row, near: Sequence[Row] = (), influence: Sequence[tuple[str, float]] = ()
) -> dict[str, Any]:
    """Collect what is shown of an artwork, with its neighbours and the facts that mattered."""
    proposal = row["predicted_style"] or row["catalog_style"]
    return {
        "id": row["artwork_id"],
        "title": row["title"],
        "artist": row["artist"],
        "need": row["need"],
        "flags": row["flags"] or [],
        "picture": row["image_sha256"] if row["shard"] else None,
        "proposal": proposal,
        "confidence": row["confidence"],
        "prediction_key": row["prediction_key"],
        "decision": row["decision"],
        "outside": row["because"] if row["decision"] == "outside" else None,
        "evidence": row["evidence"] or [],
        "influence": [[fact, round(change, 3)] for fact, change in influence],
        "guesses": [[each["style"], each["confidence"]] for each in row["top_k"] or ()],
        "style": row["style"],
        "style_source": row["style_source"],
        "catalog_style": row["catalog_style"],
        "facts": _facts(row),
        "link": _link(row["source_url"]),
        "sentence": description.parts(row["description"] or "", row["slots"] or ()),
        "near": [_neighbour(each) for each in near],
        "reviews": [_review(each) for each in row["reviews"]],
    }


def listed(shown: Row) -> list[Any]:
    """Return the fields of an artwork for lists and filters, in the order of the page."""
    names = ("id", "title", "artist", "proposal", "confidence", "flags", "need", "picture")
    return [
        _shortened(shown[name]) if name in {"title", "artist"} else shown[name] for name in names
    ]


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _facts(row: Row) -> list[list[str]]:
    years = sorted(
        {year for year in (row["date_earliest"], row["date_latest"]) if year is not None}
    )
    facts = {
        "Artist as catalogued": row["artist_given"],
        "Life": row["born_died_given"],
        "Nationality": row["nationality"],
        "Date": row["date_given"] or "–".join(map(str, years)),
        "Technique": row["technique_given"] or row["technique"],
        "Size": row["size_given"],
        "Location": row["location"],
        "Form": row["form"],
        "Style in the catalog": row["style_given"] or row["catalog_style"],
    }
    return [[name, str(value)] for name, value in facts.items() if value]


def _link(address: str | None) -> str | None:
    """Return a web address; other schemes are never links."""
    try:
        return address if address and urlsplit(address).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _neighbour(near: Row) -> dict[str, Any]:
    names = ("artwork_id", "artist", "title", "style", "style_source", "similarity")
    return {**{name: near[name] for name in names}, "picture": near["image_sha256"]}


def _review(given: Row) -> dict[str, Any]:
    return {**given, "decided_at": given["decided_at"].isoformat()}
