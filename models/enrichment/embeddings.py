"""Embeddings of images: computed once per encoder, stored in the table `embeddings`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog.base.arrow import values
from catalog.datasets import examples
from catalog.images.shards import read_shard
from catalog.storage import tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from models.arrays import Vectors
from models.enrichment.vectors import embedding_key, known_vectors
from models.networks.encoding import Encoder


def encode_once(home: Store, encoder: Encoder, works: pa.Table) -> Vectors:
    """Return an encoder's vectors `[n, d]` of artworks; cached ones are not computed again.

    `works` has the columns image (prepared JPEG) and sha256 (of the original image). Raises
    ImageError if an image cannot be decoded.
    """
    if works.num_rows == 0:
        return encoder.encode(works)
    images = [str(sha256) for sha256 in values(works, "sha256")]
    known = known_vectors(home, *_identity(encoder), images)
    missing = [row for row, image in enumerate(images) if image not in known]
    if missing:
        vectors = encoder.encode(works.take(pa.array(missing)))
        new = {images[row]: vector for row, vector in zip(missing, vectors, strict=True)}
        _keep(home, encoder, list(new), np.stack(list(new.values())))
        known |= new
    return np.stack([known[image] for image in images])


def embed_images(home: Store, encoder: Encoder, artworks: pa.Table) -> dict[str, Vectors]:
    """Embed the images of artworks, computing only what is not cached; embeddings by SHA-256.

    `artworks` has artwork_id, shard and sha256, which are null without an image. Raises ImageError
    if an image cannot be decoded.
    """
    images = {str(sha256) for sha256 in values(artworks, "sha256") if sha256 is not None}
    known = known_vectors(home, *_identity(encoder), images)
    if missing := images - known.keys():
        rows = artworks.filter(pc.is_in(artworks["sha256"], pa.array(missing, pa.string())))
        found = examples.with_images(home, rows)
        known |= dict(zip(values(found, "sha256"), encode_once(home, encoder, found), strict=True))
    return known


def embed_shard(home: Store, encoder: Encoder, shard: str, images: Sequence[str]) -> int:
    """Compute and store an encoder's vectors of a shard's images; return how many.

    Stored ones are left out: a cluster repeats a finished step when the worker that held its result
    is gone. It is idempotent, even concurrently. `images` are the SHA-256 of the originals.

    Raises:
        StoreError: if the shard is gone or damaged.
        ImageError: if an image in it cannot be decoded.
    """
    known = known_vectors(home, *_identity(encoder), images)
    missing = [image for image in images if image not in known]
    if not missing:
        return 0
    rows = read_shard(home, shard)
    wanted = rows.filter(pc.is_in(rows["sha256"], pa.array(missing, pa.string())))
    by_image = dict(zip(values(wanted, "sha256"), values(wanted, "image"), strict=True))
    vectors = encoder.encode_jpegs(list(by_image.values()))
    _keep(home, encoder, list(by_image), vectors)
    return len(by_image)


def _identity(encoder: Encoder) -> tuple[str, str]:
    return encoder.digest(), encoder.preprocessing.fingerprint()


def _keep(home: Store, encoder: Encoder, images: Sequence[str], vectors: Vectors) -> None:
    digest, preprocessing = _identity(encoder)
    ends = np.arange(len(images) + 1, dtype=np.int32) * vectors.shape[1]
    rows = pa.table(
        [
            pa.array([embedding_key(image, digest, preprocessing) for image in images]),
            pa.array(images),
            pa.repeat(digest, len(images)),
            pa.repeat(preprocessing, len(images)),
            pa.ListArray.from_arrays(pa.array(ends), pa.array(vectors.reshape(-1))),
        ],
        schema=TABLES["embeddings"].schema,
    )
    tables.merge(home, "embeddings", rows)
