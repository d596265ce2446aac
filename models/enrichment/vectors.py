"""The vectors of images that are kept, and what tells one from all others."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck
from catalog.arrow import values
from catalog.hashing import key_of
from catalog.store import Store

Vectors = npt.NDArray[np.float32]


def known_vectors(
    home: Store, encoder: str, preprocessing: str, images: Collection[str]
) -> dict[str, Vectors]:
    """The vectors `[d]` that are kept of images, by the images' SHA-256."""
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


def embedding_key(image_sha256: str, encoder: str, preprocessing: str) -> str:
    """What tells a vector from all others: the image, its preparation, the encoder."""
    return key_of("embedding", 1, image_sha256, encoder, preprocessing)
