"""A home with works to review: images, predictions, vectors, descriptions, no model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from catalog.base.hashing import sha256_of
from catalog.images import shards
from catalog.storage.store import Store
from models.enrichment.describing import describe_artworks
from models.enrichment.embeddings import embedding_key
from models.versions.serving import Serving
from tests.building import paint, put

MODEL, ENCODER, PREPROCESSING = "0" * 16, "an encoder", "224 pixels"
KEY = Serving(MODEL, "fp32", (), "").classifier_key
NOW = datetime(2024, 5, 10, tzinfo=UTC)
PICTURES = 12
HOSTILE = {
    "script": "<script>document.title = 'broken'</script><img src=x onerror=\"alert(1)\">",
    "quotes": '"It\'s" `a` \\" \'); artcat.data = null; //</script>\u2028\u2029',
    "right": "لوحة فنية \u202eeltit desrever",
    "long": "A very long title " * 280,
    "formula": '=HYPERLINK("http://example.org")\n,;\t',
}
"""Titles that must be no more than titles, by the end of the work's id."""


def work(number: int, **given: object) -> dict[str, object]:
    """A row of `artworks`: without a label, as long as none is given."""
    known = {
        "artwork_id": f"x:{number}",
        "catalog": "x",
        "artist": f"ARTIST {number % 7}",
        "artist_given": f"ARTIST {number % 7}",
        "title": f"Title {number}",
        "form": "painting",
        "date_given": "1650",
        "date_earliest": 1650,
        "date_latest": 1650,
        "first_seen_at": NOW,
    }
    return {**known, **given}


def hostile_works() -> list[dict[str, object]]:
    return [
        work(100 + at, artwork_id=f"x:{name}", title=title, artist=title, location=title)
        | {"source_url": "javascript:alert(1)", "technique_given": title}
        for at, (name, title) in enumerate(HOSTILE.items())
    ]


def fill(home: Store, works: Sequence[Mapping[str, object]]) -> None:
    """Put works with a picture and a vector each; Baroque, from sure to unsure, is predicted."""
    images = [shards.prepare(f"p{number}", paint(number, (96, 72))) for number in range(PICTURES)]
    named = [
        replace(images[at % PICTURES], artwork_id=str(row["artwork_id"]))
        for at, row in enumerate(works)
    ]
    key = shards.write_shard(home, "x", named)
    of = {image.artwork_id: image.sha256 for image in named}
    put(home, "artworks", *works)
    put(
        home,
        "images",
        *(
            {"artwork_id": name, "catalog": "x", "status": "ok", "sha256": digest, "shard": key}
            for name, digest in of.items()
        ),
    )
    put(home, "predictions", *(_prediction(*each, at) for at, each in enumerate(of.items())))
    put(home, "embeddings", *(_vector(str(image.sha256), at) for at, image in enumerate(images)))
    for role in ("classifier", "embedder"):
        put(home, "promotions", {"promoted_at": NOW, "role": role, "model_version": MODEL})
    serving = {"model_version": MODEL, "precision": "fp32", "preprocessing": PREPROCESSING}
    put(home, "serving", {**serving, "encoders": [ENCODER]})
    enrich(home)


def enrich(home: Store) -> None:
    describe_artworks(home, None, KEY)


def _prediction(artwork_id: object, digest: str | None, at: int) -> dict[str, object]:
    confidence = round(0.9 - (at % 80) / 100, 4)
    return {
        "artwork_id": artwork_id,
        "catalog": "x",
        "prediction_key": sha256_of(f"{digest}|||{KEY.key}".encode()),
        "pattern": "image",
        "style": "Baroque",
        "confidence": confidence,
        "decision": "review" if confidence >= 0.5 else "abstained",
        "top_k": [
            {"style": "Baroque", "confidence": confidence},
            {"style": "Rococo", "confidence": round(0.9 * (1 - confidence), 4)},
        ],
    }


def _vector(digest: str, at: int) -> dict[str, object]:
    angle = at / 10
    return {
        "embedding_key": embedding_key(digest, ENCODER, PREPROCESSING),
        "image_sha256": digest,
        "encoder": ENCODER,
        "preprocessing": PREPROCESSING,
        "vector": [float(np.cos(angle)), float(np.sin(angle))],
    }
