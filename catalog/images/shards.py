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

from catalog.base.errors import ImageError, StoreError
from catalog.base.hashing import key_of, sha256_of
from catalog.images import perceptual_hash
from catalog.images.decoding import DRAFT, ImageFacts, decode_with_facts, describe_failure
from catalog.storage.store import Store

SHORT_SIDE = 256
JPEG_QUALITY = 90
REDUCING_GAP = 1.1
"""Whole pixels are averaged first, then bicubic goes the rest of the way, at least this factor.

Measured on paintings against decoding in full and bicubic alone: values of the prepared JPEG differ
by 2.8 of 255 on average, where they do by 2.6 without any shortcut, for its quality's sake.
"""
PREPARATION = key_of(
    ("short side", SHORT_SIDE, "jpeg", JPEG_QUALITY),
    ("bicubic", "gap", REDUCING_GAP, "draft", DRAFT),
    ("srgb", "on white", "phash", perceptual_hash.PARAMETERS),
    2,
)[:16]
"""Says how images were prepared: other values mean that all are to be prepared again."""
DECODER = "decoder 2"
"""Says what refused an image: with another, what was refused is tried once more."""
REFUSED = ("corrupt", "unsupported", "too_large")
"""Statuses of files that are read again only if they change, or the decoder does."""

_LONGEST_SIDE = 65_500
"""What a JPEG can hold."""
_ROW_GROUP = 256
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
    phash: str | None = None


def prepare(artwork_id: str, data: bytes) -> Prepared:
    """Check an image file and scale it so that its short side is at most `SHORT_SIDE` pixels.

    Whatever is wrong with the file is the status and error of the result; nothing is raised.
    """
    digest = sha256_of(data)
    if not data:
        return Prepared(artwork_id, digest, "corrupt", "the file is empty")
    try:
        return _prepared(artwork_id, digest, data)
    except Exception as error:
        failure = describe_failure(error, "corrupt")
        return Prepared(artwork_id, digest, failure.status, str(failure))


def _prepared(artwork_id: str, digest: str, data: bytes) -> Prepared:
    image, facts = decode_with_facts(data, target=SHORT_SIDE)
    image = _scaled(image, facts)
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
        phash=perceptual_hash.perceptual_hash(image),
    )


def _scaled(image: Image.Image, facts: ImageFacts) -> Image.Image:
    scale = min(1.0, SHORT_SIDE / min(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if max(size) > _LONGEST_SIDE:
        raise ImageError("too_large", f"{facts.width} x {facts.height} pixels: too long a strip")
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=REDUCING_GAP)


def write_shard(home: Store, catalog: str, images: Sequence[Prepared]) -> str | None:
    """Write the usable images as one shard and return its key; None if there are none."""
    usable = [image for image in images if image.image is not None]
    if not usable:
        return None
    contents = [(image.artwork_id, image.sha256) for image in usable]
    key = f"shards/{catalog}/{key_of(PREPARATION, contents)[:32]}.parquet"
    # Also if it is there: one that is as old as it looks, and in no row yet, may be removed.
    home.write(key, _parquet(usable))
    return key


def _parquet(images: Sequence[Prepared]) -> bytes:
    """A Parquet file in row groups, so that a reader can stream.

    JPEG does not compress further, and neither a dictionary nor extremes of it serve anyone.
    """
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink,
        SCHEMA,
        compression="none",
        use_dictionary=False,
        write_statistics=["artwork_id", "sha256"],
        write_page_checksum=True,
    ) as writer:
        for start in range(0, len(images), _ROW_GROUP):
            rows = [
                {"artwork_id": one.artwork_id, "sha256": one.sha256, "image": one.image}
                for one in images[start : start + _ROW_GROUP]
            ]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
    return sink.getvalue()


def read_shard(home: Store, key: str) -> pa.Table:
    """The rows of a shard: artwork_id, sha256, image (JPEG bytes).

    One that is damaged is removed: its images are prepared anew when the catalog is next ingested.

    Raises:
        StoreError: of one line that says so, if the shard is damaged or gone.
    """
    try:
        return _read(home, key)
    except FileNotFoundError as error:
        raise StoreError(_lost(home, key, "is gone")) from error
    except _DamagedError as error:
        home.delete(key)
        raise StoreError(_lost(home, key, "was damaged, and is removed")) from error


def problem_of(home: Store, key: str) -> str | None:
    """Say what is wrong with a shard, None if nothing is; raises StoreError."""
    try:
        _read(home, key)
    except FileNotFoundError:
        return "is gone"
    except _DamagedError:
        return "is damaged"
    return None


class _DamagedError(Exception):
    """A shard that cannot be read, or whose checksums differ."""


def _read(home: Store, key: str) -> pa.Table:
    data = home.read(key)
    try:
        return pq.read_table(io.BytesIO(data), schema=SCHEMA, page_checksum_verification=True)
    except pa.ArrowMemoryError:
        raise  # says nothing of the shard
    except (pa.ArrowException, OSError) as error:
        raise _DamagedError(key) from error


def shard_keys(home: Store, catalog: str) -> list[str]:
    """The shards of a catalog that are there."""
    return [info.key for info in home.list(f"shards/{catalog}")]


def _lost(home: Store, key: str, what: str) -> str:
    return (
        f"{home.uri_of(key)}, a file of prepared images, {what}: run `artcat nightly` or `artcat "
        "ingest` with the catalog, which prepares its images again"
    )
