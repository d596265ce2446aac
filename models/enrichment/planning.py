"""What a night has to do, and why: works whose keys are not in the tables."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import sql
from catalog import duck
from catalog.store import Store
from models.enrichment.describing import plan_sentences
from models.versions.registry import CLASSIFIER
from models.versions.served import Serving
from models.versions.serving import champions_served


@dataclass(frozen=True)
class Look:
    """Images of one shard that one encoder has not seen."""

    model_version: str
    number: int
    """Which of the model's encoders looks."""
    precision: str
    shard: str
    images: tuple[str, ...]
    """SHA-256 of their originals."""


@dataclass(frozen=True)
class Looks:
    """All that is to be looked at, shard by shard."""

    shards: tuple[Look, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    """Images by why they are to be looked at."""

    @property
    def images(self) -> int:
        """Images in all; one that two encoders look at counts twice."""
        return sum(len(look.images) for look in self.shards)


@dataclass(frozen=True)
class Part:
    """Shards whose works are judged together, and how many works that are."""

    shards: tuple[str, ...]
    works: int


@dataclass(frozen=True)
class Judging:
    """Works that a classifier has not judged."""

    parts: tuple[Part, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    """Works by why they are to be judged."""


def plan_looks(home: Store, catalog: str | None, served: dict[str, Serving]) -> Looks:
    """What the encoders of the champions have not seen; an encoder that two share looks once."""
    connection = duck.connect(home, ("artworks", "images", "embeddings"))
    shards: list[Look] = []
    reasons: Counter[str] = Counter()
    planned = set()
    for serving in served.values():
        for number, encoder in enumerate(serving.encoders):
            names = {"encoder": encoder, "preprocessing": serving.preprocessing}
            if tuple(names.values()) in planned:
                continue
            planned.add(tuple(names.values()))
            asked = {"catalog": catalog, **names}
            by_shard: dict[str, list[str]] = defaultdict(list)
            rows = connection.execute(sql.text("embeddings/plan"), asked).fetchall()
            for shard, sha256, why in rows:
                by_shard[shard].append(sha256)
                reasons[why] += 1
            shards += [
                Look(serving.model_version, number, serving.precision, shard, tuple(images))
                for shard, images in by_shard.items()
            ]
    return Looks(tuple(shards), dict(reasons))


def plan_judging(home: Store, catalog: str | None, classifier_key: str, works: int) -> Judging:
    """What the classifier has not judged, in parts of some `works` works."""
    connection = duck.connect(home, ("artworks", "images", "predictions"))
    asked = {"catalog": catalog, "classifier_key": classifier_key}
    reasons: Counter[str] = Counter()
    by_shard: Counter[str] = Counter()
    for shard, why, count in connection.execute(sql.text("predictions/plan"), asked).fetchall():
        reasons[why] += count
        by_shard[shard] += count
    return Judging(_packed(by_shard, works), dict(reasons))


def plan_of(home: Store, catalog: str | None) -> dict[str, Any]:
    """What the next enrichment would do, and why; nothing is done.

    Sentences are counted for the predictions that there are: those of works that are still to be
    judged follow from what will be said of them.
    """
    served = champions_served(home, keep=False)
    classifier = served.get(CLASSIFIER)
    key = classifier.classifier_key if classifier else None
    looks = plan_looks(home, catalog, served)
    judging = Judging() if key is None else plan_judging(home, catalog, key, sys.maxsize)
    sentences = plan_sentences(home, catalog, key)
    return {
        "champions": {
            role: f"{each.model_version} in {each.precision}" for role, each in served.items()
        },
        "to_embed": {"images": looks.images, "shards": len(looks.shards), **looks.reasons},
        "to_predict": {"works": sum(part.works for part in judging.parts), **judging.reasons},
        "to_describe": {"works": sentences.num_rows},
    }


def _packed(by_shard: Counter[str], works: int) -> tuple[Part, ...]:
    """Shards in order, put together until they have so many works."""
    parts: list[Part] = []
    for shard, count in by_shard.items():
        if parts and parts[-1].works + count <= works:
            last = parts.pop()
            parts.append(Part((*last.shards, shard), last.works + count))
        else:
            parts.append(Part((shard,), count))
    return tuple(parts)
