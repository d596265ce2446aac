"""Cached embeddings of images, and their keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.base.hashing import key_of
from catalog.storage import duck
from catalog.storage.store import Store
from models.arrays import Numbers, Vectors
from models.enrichment.nearest import unit

AT_A_TIME = 50_000
"""Vectors in memory: 100 MB of 512 numbers each."""


def known_vectors(
    home: Store, encoder: str, preprocessing: str, images: Collection[str]
) -> dict[str, Vectors]:
    """Read the cached vectors `[d]` of images by SHA-256."""
    connection = duck.connect(home, ("embeddings",))
    connection.register("asked", pa.table({"image_sha256": pa.array(set(images), pa.string())}))
    found = duck.arrow(
        connection,
        sql.text("embeddings/of_images"),
        {"encoder": encoder, "preprocessing": preprocessing},
    )
    numbers = pc.list_flatten(found["vector"])
    rows = np.asarray(numbers, np.float32).reshape(found.num_rows, -1 if len(numbers) else 0)
    return dict(zip(values(found, "image_sha256"), rows, strict=True))


def stack(known: Mapping[str, Vectors], images: Sequence[str]) -> Vectors:
    """Stack the vectors of images as `[n, d]`, in their order."""
    return (
        np.stack([known[sha256] for sha256 in images]) if images else np.empty((0, 0), np.float32)
    )


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
