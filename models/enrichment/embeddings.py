"""Vectors that encoders gave of images: computed once, kept in the table `embeddings`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck, tables
from catalog.arrow import values
from catalog.hashing import key_of
from catalog.schemas import TABLES
from catalog.store import Store
from models.networks.encoding import Encoder, Vectors


def encode_once(home: Store, encoder: Encoder, works: pa.Table) -> Vectors:
    """An encoder's vectors `[n, d]` of works; no image goes through it a second time.

    Args:
        home: whose table keeps the vectors.
        encoder: what computes those that are missing.
        works: the columns image (prepared JPEG) and sha256 (of the original image).

    Raises:
        ImageError: if an image cannot be decoded.
    """
    if works.num_rows == 0:
        return encoder.encode(works)
    images = [str(sha256) for sha256 in values(works, "sha256")]
    digest, preprocessing = encoder.digest(), encoder.preprocessing.fingerprint()
    known = _known(home, digest, preprocessing, images)
    missing = [row for row, image in enumerate(images) if image not in known]
    if missing:
        vectors = encoder.encode(works.take(pa.array(missing)))
        new = {images[row]: vector for row, vector in zip(missing, vectors, strict=True)}
        _keep(home, digest, preprocessing, new)
        known |= new
    return np.stack([known[image] for image in images])


def embedding_key(image_sha256: str, encoder: str, preprocessing: str) -> str:
    """What tells a vector from all others: the image, its preparation, the encoder."""
    return key_of("embedding", 1, image_sha256, encoder, preprocessing)


def _known(home: Store, encoder: str, preprocessing: str, images: list[str]) -> dict[str, Vectors]:
    found = duck.arrow(
        duck.connect(home, ("embeddings",)),
        sql.text("embeddings/of_images"),
        {"encoder": encoder, "preprocessing": preprocessing, "images": sorted(set(images))},
    )
    numbers = pc.list_flatten(found["vector"])
    rows = np.asarray(numbers, np.float32).reshape(found.num_rows, -1 if len(numbers) else 0)
    return dict(zip(values(found, "image_sha256"), rows, strict=True))


def _keep(home: Store, encoder: str, preprocessing: str, vectors: dict[str, Vectors]) -> None:
    rows = pa.Table.from_pylist(
        [
            {
                "embedding_key": embedding_key(image, encoder, preprocessing),
                "image_sha256": image,
                "encoder": encoder,
                "preprocessing": preprocessing,
                "vector": vector,
            }
            for image, vector in vectors.items()
        ],
        schema=TABLES["embeddings"].schema,
    )
    tables.merge(home, "embeddings", rows)
