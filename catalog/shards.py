"""Prepared images in shards: Parquet files of small JPEGs, read in order by every model.

A shard's name is the hash of what is in it, so that preparing the same images again writes the
same shard, and a shard that is there is whole.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from catalog.errors import ImageError
from catalog.hashing import key_of, sha256_of
from catalog.images import decode_with_facts
from catalog.store import Store

SHORT_SIDE = 256
JPEG_QUALITY = 90
PREPARATION = key_of("short side", SHORT_SIDE, "jpeg", JPEG_QUALITY, "bicubic", "draft", 1)[:16]
"""Says how images were prepared: other values mean that all are to be prepared again."""

_BYTES: pa.DataType = pa.large_binary()
SCHEMA = pa.schema([("artwork_id", pa.string()), ("sha256", pa.string()), ("image", _BYTES)])


@dataclass(frozen=True)
class Prepared:
    """An image that was read: prepared bytes, or the status that says why there are none."""

    artwork_id: str
    sha256: str | None
    status: str
    error: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    image: bytes | None = None


def prepare(artwork_id: str, data: bytes) -> Prepared:
    """Check an image file and scale it so that its short side is at most `SHORT_SIDE` pixels."""
    digest = sha256_of(data)
    if not data:
        return Prepared(artwork_id, digest, "corrupt", "the file is empty")
    try:
        image, facts = decode_with_facts(data, target=SHORT_SIDE)
    except ImageError as error:
        return Prepared(artwork_id, digest, error.status, str(error))
    scale = SHORT_SIDE / min(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return Prepared(
        artwork_id,
        digest,
        "ok",
        format=facts.format,
        width=facts.width,
        height=facts.height,
        image=buffer.getvalue(),
    )


def write_shard(home: Store, catalog: str, images: Sequence[Prepared]) -> str | None:
    """Write the usable images as one shard and return its key; None if there are none."""
    usable = [image for image in images if image.image is not None]
    if not usable:
        return None
    contents = [(image.artwork_id, image.sha256) for image in usable]
    key = f"shards/{catalog}/{key_of(PREPARATION, contents)[:32]}.parquet"
    if not home.exists(key):
        rows = [{"artwork_id": i.artwork_id, "sha256": i.sha256, "image": i.image} for i in usable]
        sink = io.BytesIO()
        # JPEG does not compress further; small row groups let a reader stream
        pq.write_table(
            pa.Table.from_pylist(rows, schema=SCHEMA), sink, compression="none", row_group_size=256
        )
        home.write(key, sink.getvalue())
    return key


def read_shard(home: Store, key: str) -> pa.Table:
    """The rows of a shard: artwork_id, sha256, image (JPEG bytes).

    Raises:
        FileNotFoundError: if the shard is gone.
        ImageError: with status `corrupt` if it is no shard.
    """
    try:
        return pq.read_table(io.BytesIO(home.read(key)), schema=SCHEMA)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise ImageError("corrupt", f"the shard {key} cannot be read: {error}") from error
