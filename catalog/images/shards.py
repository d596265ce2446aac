"""Shards of prepared images: Parquet files of small JPEGs, read in order by every model.

A shard's name is the hash of its contents, so that preparing the same images again writes the
same shard, and an existing shard is complete.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from catalog.base.errors import StoreError
from catalog.base.hashing import key_of, sha256_of
from catalog.images.decoding import DRAFT, decode_with_facts, describe_failure
from catalog.images.near_duplicates import HASH_PARAMETERS, perceptual_hash
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
    ("srgb", "on white", "phash", HASH_PARAMETERS),
    2,
)[:16]
"""Version of the preparation: if it changes, all images are prepared again."""
DECODER = "decoder 2"
"""Version of the decoders: if it changes, images that failed are tried again."""
REFUSED = ("corrupt", "unsupported", "too_large")
"""Statuses of files that are read again only if they change, or the decoder does."""

_MAX_SIDE = 65_500
"""Maximum side of a JPEG."""
_ROW_GROUP = 256
_DAMAGED = "is damaged"
_BYTES: pa.DataType = pa.large_binary()
SCHEMA = pa.schema([("artwork_id", pa.string()), ("sha256", pa.string()), ("image", _BYTES)])


@dataclass(frozen=True)
class Prepared:
    """The result of preparing an image: its bytes, or a status that says why there are none."""

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
        image, facts = decode_with_facts(data, target=SHORT_SIDE)
        scale = min(1.0, SHORT_SIDE / min(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        if max(size) > _MAX_SIDE:
            error = f"{facts.width} x {facts.height} pixels: too elongated"
            return Prepared(artwork_id, digest, "too_large", error)
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=REDUCING_GAP)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=JPEG_QUALITY)
        return Prepared(
            *(artwork_id, digest, "ok", None, facts.format, facts.width, facts.height),
            *(buffer.getvalue(), perceptual_hash(image)),
        )
    except Exception as raised:
        failure = describe_failure(raised, "corrupt")
        return Prepared(artwork_id, digest, failure.status, str(failure))


def write_shard(home: Store, catalog: str, images: Sequence[Prepared]) -> str | None:
    """Write the usable images as one shard and return its key; None if there are none."""
    usable = [image for image in images if image.image is not None]
    if not usable:
        return None
    contents = [(image.artwork_id, image.sha256) for image in usable]
    key = f"shards/{catalog}/{key_of(PREPARATION, contents)[:32]}.parquet"
    sink = io.BytesIO()
    # JPEG does not compress further; dictionaries and statistics of it are useless.
    with pq.ParquetWriter(
        sink,
        SCHEMA,
        compression="none",
        use_dictionary=False,
        write_statistics=["artwork_id", "sha256"],
        write_page_checksum=True,
    ) as writer:
        for start in range(0, len(usable), _ROW_GROUP):  # so that a reader can stream
            rows = [vars(image) for image in usable[start : start + _ROW_GROUP]]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
    # Even if it exists: an old shard that is in no row yet may be removed by maintenance.
    home.write(key, sink.getvalue())
    return key


def read_shard(home: Store, key: str) -> pa.Table:
    """Read the rows of a shard: artwork_id, sha256, image (JPEG bytes).

    A damaged shard is removed: its images are prepared again at the next ingestion.

    Raises:
        StoreError: if the shard is damaged or gone.
    """
    found = _read(home, key)
    if isinstance(found, pa.Table):
        return found
    if found == _DAMAGED:
        home.delete(key)
        found = "was damaged, and has been removed"
    raise StoreError(
        f"{home.uri_of(key)}, a shard of prepared images, {found}: run `artcat nightly` or `artcat "
        "ingest` with the catalog, which prepares its images again"
    )


def problem_of(home: Store, key: str) -> str | None:
    """Return what is wrong with a shard, None if nothing is; raises StoreError."""
    found = _read(home, key)
    return found if isinstance(found, str) else None


def _read(home: Store, key: str) -> pa.Table | str:
    """Read a shard, or return what is wrong with it: `is missing`, or `_DAMAGED`."""
    try:
        data = home.read(key)
    except FileNotFoundError:
        return "is missing"
    try:
        return pq.read_table(io.BytesIO(data), schema=SCHEMA, page_checksum_verification=True)
    except pa.ArrowMemoryError:
        raise  # no fault of the shard
    except (pa.ArrowException, OSError):
        return _DAMAGED


def shard_keys(home: Store, catalog: str) -> list[str]:
    """Return the keys of a catalog's existing shards."""
    return [info.key for info in home.list(f"shards/{catalog}")]
