"""Cached embeddings of images, and the exact nearest neighbours among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.base.hashing import key_of
from catalog.storage import duck
from catalog.storage.store import Store
from models.arrays import Numbers, Vectors

AT_A_TIME = 50_000
"""Vectors in memory: 100 MB of 512 numbers each."""
BLOCK = 256
"""Vectors compared at a time with a batch: with 50,000 these take 50 MB of similarities."""
DIGITS = 4
"""Decimals of a similarity in comparisons, so that machines agree on the order."""
_ROUNDED_AWAY = np.float32(2 * 10.0**-DIGITS)
"""More than what rounding can change."""


def known_vectors(
    home: Store, encoder: str, preprocessing: str, images: Collection[str]
) -> dict[str, Vectors]:
    """Read the cached vectors `[d]` of images by SHA-256."""
    connection = duck.connect(home, ("embeddings",))
    connection.register("asked", pa.table({"image_sha256": pa.array(set(images), pa.string())}))
    asked: dict[str, object] = {"encoder": encoder, "preprocessing": preprocessing}
    found = duck.arrow(connection, sql.text("embeddings/of_images"), asked)
    numbers = pc.list_flatten(found["vector"])
    rows = np.asarray(numbers, np.float32).reshape(found.num_rows, -1 if len(numbers) else 0)
    return dict(zip(values(found, "image_sha256"), rows, strict=True))


def stack(known: Mapping[str, Vectors], images: Sequence[str]) -> Vectors:
    """Stack the vectors of images as `[n, d]`, in their order."""
    if not images:
        return np.empty((0, 0), np.float32)
    return np.stack([known[sha256] for sha256 in images])


def embedding_key(image_sha256: str, encoder: str, preprocessing: str) -> str:
    """Return the key of an embedding: image, preprocessing, encoder."""
    return key_of("embedding", 1, image_sha256, encoder, preprocessing)


@dataclass(frozen=True)
class UnitVectors:
    """Cached embeddings of artworks' images, normalised to length 1."""

    home: Store
    encoder: str
    preprocessing: str

    def batches(self, works: pa.Table) -> Iterator[tuple[Numbers, Vectors]]:
        """Yield positions of artworks and their vectors in batches, in any order."""
        at = pa.array(range(works.num_rows), pa.int64())
        asked = works.select(["image_sha256"]).append_column("position", at)
        with duck.connect(self.home, ("embeddings",)) as connection:
            connection.register("works", asked)
            seen_by = {"encoder": self.encoder, "preprocessing": self.preprocessing}
            found = connection.execute(sql.text("closest/vectors"), seen_by)
            for batch in found.to_arrow_reader(AT_A_TIME):
                numbers = np.asarray(pc.list_flatten(batch["vector"]), np.float32)
                rows = numbers.reshape(batch.num_rows, -1)
                yield np.asarray(batch["position"], np.int64), unit(rows)

    def of(self, works: pa.Table) -> Vectors:
        """Return the vectors `[n, d]` of artworks, in their order."""
        parts = list(self.batches(works))
        order = np.argsort(np.concatenate([positions for positions, _ in parts]))
        together: Vectors = np.concatenate([vectors for _, vectors in parts])[order]
        return together


@dataclass(frozen=True)
class Nearest:
    """The most similar other vectors of each of n queries, the nearest first."""

    similarity: Vectors
    """Cosine, `[n, count]`; minus infinity where there are fewer others."""
    position: Numbers
    """Their positions, `[n, count]`; -1 where there are fewer."""


def unit(vectors: Vectors) -> Vectors:
    """Normalise vectors to length 1, `[n, d]`; one of length 0 is near nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def nearest(
    asked: Vectors, others: Iterable[tuple[Numbers, Vectors]], count: int, floor: float
) -> Nearest:
    """Find the nearest others of each query that reach the floor; ties go to the lower position.

    Args:
        asked: unit vectors `[n, d]`.
        others: batches of positions `[m]` and unit vectors `[m, d]`, in any order.
        count: how many to find for each.
        floor: similarity that they reach.
    """
    found = Nearest(
        np.full((len(asked), count), -np.inf, np.float32), np.full((len(asked), count), -1)
    )
    for positions, vectors in others:
        for start in range(0, len(asked), BLOCK):
            block = slice(start, start + BLOCK)
            similarities = asked[block] @ vectors.T
            kept = Nearest(found.similarity[block], found.position[block])
            _improve(kept, similarities, positions, floor)
    return found


def named_nearest(
    vectors: UnitVectors, asked: pa.Table, known: pa.Table, count: int, floor: float
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each asked artwork_id with the rows of the nearest known artworks.

    Both tables have `artwork_id` and `image_sha256`; `similarity` is added, rounded to two digits.
    """
    found = nearest(vectors.of(asked), vectors.batches(known), count, floor)
    for row, artwork_id in enumerate(values(asked, "artwork_id")):
        near = found.position[row] >= 0
        works = known.take(pa.array(found.position[row][near])).to_pylist()
        for work, similarity in zip(works, found.similarity[row][near], strict=True):
            work["similarity"] = round(float(similarity), 2)
        yield artwork_id, works


def _improve(kept: Nearest, similarities: Vectors, positions: Numbers, floor: float) -> None:
    """Replace kept neighbours by nearer ones of a batch, in place.

    Few are: the others are not even rounded.
    """
    count = kept.position.shape[1]
    least = np.maximum(kept.similarity[:, -1], np.float32(floor))
    for row in np.flatnonzero(similarities.max(axis=1) >= least - _ROUNDED_AWAY):
        of_row = similarities[row]
        perhaps = np.flatnonzero(of_row >= least[row] - _ROUNDED_AWAY)
        if len(perhaps) > count:
            last = np.partition(of_row[perhaps], -count)[-count]
            perhaps = perhaps[of_row[perhaps] >= last - _ROUNDED_AWAY]
        rounded = of_row[perhaps].round(DIGITS)
        reached = rounded >= least[row]
        similar = np.concatenate([kept.similarity[row], rounded[reached]])
        which = np.concatenate([kept.position[row], positions[perhaps[reached]]])
        order = np.lexsort((which, -similar))[:count]
        kept.similarity[row], kept.position[row] = similar[order], which[order]
