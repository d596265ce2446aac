"""Content of the review page, as plain data without markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.storage import duck
from catalog.storage.store import Store
from catalog.vocabulary import style_names
from models.enrichment.vectors import UnitVectors, named_nearest
from models.evidence.patterns import FACTS
from models.versions import registry, serving
from models.versions.serving import Serving

_READ = ("enriched", "artworks", "images", "predictions", "descriptions", "reviews")
_OF_NEIGHBOURS = ("artwork_id", "artist", "title", "style", "style_source", "similarity")
_NEIGHBOURS = 3
"""Maximum number of neighbours reviewed by people, and of those labelled by the catalog."""
_SHORT = 120
"""Maximum characters of a title or artist in lists; the artwork itself shows all."""
Row = Mapping[str, Any]


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
) -> dict[str, Any]:
    """Gather the first artworks to be reviewed, or the chosen ones in their order.

    `works` are as `work` returns them, those that need a decision first; `pictures` are the shards
    of their images by SHA-256; `styles` are for corrections; `all_works` counts the artworks that
    could be shown, `to_decide` those of them that need a decision.
    """
    served = serving.read_champions(home)
    ids = None if chosen is None else list(chosen)
    asked: dict[str, object] = {"catalog": catalog, "shown": shown, "artwork_ids": ids}
    rows = duck.rows(duck.connect(home, _READ), sql.text("review/works"), asked)
    if chosen is not None:
        order = {artwork_id: at for at, artwork_id in enumerate(chosen)}
        rows.sort(key=lambda row: order[row["artwork_id"]])
    near = nearest(home, served.get(registry.EMBEDDER), rows)
    neighbours = [each for found in near.values() for each in found]
    shown_ids = [row["artwork_id"] for row in rows]
    influence = influence_of_facts(home, served.get(registry.CLASSIFIER), shown_ids)
    return {
        "works": [
            work(row, near.get(i, ()), influence.get(i, ()))
            for i, row in zip(shown_ids, rows, strict=True)
        ],
        "pictures": {
            row["image_sha256"]: row["shard"] for row in (*rows, *neighbours) if row["shard"]
        },
        "styles": style_names(),
        "all_works": rows[0]["works"] if rows else 0,
        "to_decide": rows[0]["to_decide"] if rows else 0,
    }


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
        "sentence": parts_of(row["description"] or "", row["slots"] or ()),
        "near": [
            {**{name: each[name] for name in _OF_NEIGHBOURS}, "picture": each["image_sha256"]}
            for each in near
        ],
        "reviews": [
            {**each, "decided_at": each["decided_at"].isoformat()} for each in row["reviews"]
        ],
    }


def listed(shown: Row) -> list[Any]:
    """Return the fields of an artwork for lists and filters, in the order of the page."""
    names = ("id", "title", "artist", "proposal", "confidence", "flags", "need", "picture")
    short = {
        name: f"{shown[name][:_SHORT]}…"
        for name in ("title", "artist")
        if len(shown[name] or "") > _SHORT
    }
    return [short.get(name, shown[name]) for name in names]


def _facts(row: Row) -> list[list[str]]:
    years = sorted({row["date_earliest"], row["date_latest"]} - {None})
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


def nearest(
    home: Store, embedder: Serving | None, works: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Find each artwork's nearest ones of a known style, those reviewed by people first.

    Cosine similarity of the embedder's vectors in `embeddings`, of all catalogs; an artwork without
    one has no neighbours. Returns rows of `review/known` with `similarity` by artwork_id.
    """
    if embedder is None:
        return {}
    asked: dict[str, object] = {
        "encoder": embedder.encoders[0],
        "preprocessing": embedder.preprocessing,
    }
    connection = duck.connect(home, ("enriched", "images", "embeddings"))
    known = duck.arrow(connection, sql.text("review/known"), asked)
    schema = pa.schema([("artwork_id", pa.string()), ("image_sha256", pa.string())])
    connection.register("shown", pa.Table.from_pylist(list(works), schema=schema))
    seen = duck.arrow(
        connection,
        "FROM shown SEMI JOIN (FROM embeddings WHERE encoder = $encoder "
        "AND preprocessing = $preprocessing) USING (image_sha256) ORDER BY artwork_id",
        asked,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    if not known.num_rows or not seen.num_rows:
        return found
    vectors = UnitVectors(home, embedder.encoders[0], embedder.preprocessing)
    for source in ("reviewed", "catalog"):
        of_source = known.filter(pc.equal(known["style_source"], pa.scalar(source)))
        if of_source.num_rows:
            count = _NEIGHBOURS + 1  # one is itself
            for artwork_id, near in named_nearest(vectors, seen, of_source, count, -1.0):
                others = [each for each in near if each["artwork_id"] != artwork_id]
                found.setdefault(artwork_id, []).extend(others[:_NEIGHBOURS])
    return found


def influence_of_facts(
    home: Store, classifier: Serving | None, artwork_ids: Sequence[str]
) -> dict[str, list[tuple[str, float]]]:
    """Measure by artwork_id what each group of facts adds to the probability of its style.

    Without a facts classifier nothing is measured.
    """
    if classifier is None or FACTS not in classifier.evidence or not artwork_ids:
        return {}
    from models.enrichment import loading  # noqa: PLC0415 - needs torch
    from models.evidence.explanation import fact_influence  # noqa: PLC0415

    facts = loading.classifier(home.uri, classifier.model_version).facts
    if facts is None:
        return {}
    with duck.connect(home, ("artworks",)) as connection:
        connection.register("asked", pa.table({"artwork_id": list(artwork_ids)}))
        artworks = duck.arrow(connection, "FROM artworks SEMI JOIN asked USING (artwork_id)")
    found = fact_influence(facts, artworks)
    return dict(zip(map(str, values(artworks, "artwork_id")), found, strict=True))


def parts_of(text: str, slots: Sequence[Row]) -> list[tuple[str, str | None, str | None]]:
    """Split a description at its slots; joined, the parts are the description again.

    Each part comes with its slot and source, None for the words between. A slot that is worded
    differently in the description (a title with another ending, a period in another language) is
    not found in it, and is not a part.
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
    """Find a value as whole words outside the parts already found; -1 if missing."""
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        alone = not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum())
        if alone and all(end <= start or at >= stop for start, stop, *_ in taken):
            return at
        at = text.find(value, at + 1)
    return -1
