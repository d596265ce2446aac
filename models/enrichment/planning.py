"""Plan of a nightly run: images and artworks whose keys are not in the tables, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import sql
from catalog.enrichment import enriched
from catalog.enrichment.enriched import EnrichmentScope
from catalog.enrichment.predictions import TABLES as INPUT_TABLES
from catalog.enrichment.predictions import load_prediction_inputs
from catalog.storage import duck
from catalog.storage.store import Store
from models.enrichment.describing import template_versions, templates
from models.versions.registry import CLASSIFIER
from models.versions.serving import Serving, read_champions

PREDICTED_TOGETHER = 20_000
"""Artworks whose embeddings and probabilities are in memory at a time: some hundred MB."""


@dataclass(frozen=True)
class ShardToEmbed:
    """Images of one shard to embed with one encoder."""

    model_version: str
    number: int
    """Index of the encoder within the model."""
    precision: str
    shard: str
    images: tuple[str, ...]
    """SHA-256 of their originals."""


@dataclass(frozen=True)
class ArtworkRange:
    """Artworks from one artwork_id to another, both included, that are predicted together."""

    first: str
    last: str
    artworks: int


def plan_embeddings(
    home: Store, catalog: str | None, served: dict[str, Serving]
) -> tuple[list[ShardToEmbed], Counter[str]]:
    """List the images to embed with the champions' encoders, and count them by reason.

    A shared encoder counts once; an image for two encoders counts twice.
    """
    connection = duck.connect(home, ("artworks", "images", "embeddings"))
    shards: list[ShardToEmbed] = []
    reasons: Counter[str] = Counter()
    planned = set()
    for serving in served.values():
        for number, encoder in enumerate(serving.encoders):
            if (encoder, serving.preprocessing) in planned:
                continue
            planned.add((encoder, serving.preprocessing))
            names = {"encoder": encoder, "preprocessing": serving.preprocessing}
            asked = {"catalog": catalog, **names}
            by_shard: dict[str, list[str]] = defaultdict(list)
            rows = connection.execute(sql.text("embeddings/plan"), asked).fetchall()
            for shard, sha256, why in rows:
                by_shard[shard].append(sha256)
                reasons[why] += 1
            shards += [
                ShardToEmbed(serving.model_version, number, serving.precision, shard, tuple(images))
                for shard, images in by_shard.items()
            ]
    return shards, reasons


def plan_predictions(
    home: Store, catalog: str | None, serving: Serving, artworks: int
) -> tuple[list[ArtworkRange], Counter[str]]:
    """List ranges of this many artworks that are yet to be predicted, and count them by reason."""
    connection = duck.connect(home, (*INPUT_TABLES, "predictions"))
    load_prediction_inputs(connection, home, serving.classifier_key, catalog)
    rows = connection.execute(
        sql.text("predictions/plan"), {"model_version": serving.model_version}
    ).fetchall()
    parts = (rows[start : start + artworks] for start in range(0, len(rows), artworks))
    ranges = [ArtworkRange(part[0][0], part[-1][0], len(part)) for part in parts]
    return ranges, Counter(why for _, why in rows)


_NOT_CONFIGURED = (
    "not configured yet: the next nightly run chooses its precision; until then its work is unknown"
)


def plan_next_run(home: Store, catalog: str | None) -> dict[str, Any]:
    """Return what the next enrichment would do, and why, without doing it.

    Descriptions are counted for the present predictions: those of artworks that are still to be
    predicted depend on the result. For a champion whose precision is not chosen yet, since its
    promotion was interrupted, neither images nor artworks can be counted.
    """
    champions = read_champions(home)
    served = {role: each for role, each in champions.items() if each is not None}
    classifier = served.get(CLASSIFIER)
    key = classifier.classifier_key if classifier else None
    shards, to_embed = plan_embeddings(home, catalog, served)
    to_predict = Counter[str]()
    if classifier is not None:
        _, to_predict = plan_predictions(home, catalog, classifier, PREDICTED_TOGETHER)
    scope = EnrichmentScope(catalog, key)
    descriptions = enriched.plan_descriptions(home, scope, template_versions(templates()))
    return {
        "champions": {
            role: f"{each.model_version} in {each.precision}" if each else _NOT_CONFIGURED
            for role, each in champions.items()
        },
        "to_embed": {"images": to_embed.total(), "shards": len(shards), **to_embed},
        "to_predict": {"artworks": to_predict.total(), **to_predict},
        "to_describe": {"works": descriptions.num_rows},
    }
