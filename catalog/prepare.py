"""Find the images that are new or changed, read each once, and keep them in shards.

Images that are not there need no reading: all of them are recorded at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck, image_rows, tables
from catalog.errors import ImageError
from catalog.hashing import sha256_of
from catalog.image_rows import Outcome
from catalog.image_sources import FOLDER, ImageSource, WebImages, image_source
from catalog.in_order import in_order
from catalog.shards import PREPARATION, Prepared, prepare, shard_keys, write_shard
from catalog.store import ObjectInfo, Store

MAX_SHARD_BYTES = 256 * 1024 * 1024
"""Of prepared images; what goes beyond goes into another shard."""

_PASSING = {"unreachable", "refused", "unreadable"}
"""Failures that say nothing of the image: one that is held stays in use."""


@dataclass(frozen=True)
class ImageToRead:
    """An image as the listing of its folder shows it.

    Of an image at a web address `key` is the address, and `etag` what came with the file that is
    held. `sha256` is that of the file that is held as it is to be prepared; `held` also counts one
    that was prepared in another way.
    """

    artwork_id: str
    key: str
    etag: str | None
    size: int | None
    sha256: str | None = field(default=None, compare=False)
    held: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class ImagePlan:
    """What there is to read, rows that say which images are missing, files that are no work's.

    `missing` is Arrow, not Python: a catalog may come without any of its million images.
    """

    to_read: tuple[ImageToRead, ...]
    missing: pa.Table
    orphans: tuple[str, ...]


def plan_images(
    home: Store, source: Store | ImageSource, catalog: str, folder: str = FOLDER
) -> ImagePlan:
    """Compare what there is with the table `images`; reads no image.

    Args:
        home: where the tables are.
        source: the catalog's store, or another source of images.
        catalog: the catalog's name.
        folder: in a store, the one that holds the images.
    """
    connection = duck.connect(home, ("artworks", "images"))
    names: dict[str, object] = {"catalog": catalog}
    versioned = {**names, "preparation": PREPARATION}
    connection.register("kept", _kept(shard_keys(home, catalog)))
    origin = image_source(source, folder)
    listing = origin.listing()
    if listing is None:
        layout = origin.folder if isinstance(origin, WebImages) else folder
        planned = duck.arrow(
            connection, sql.text("images/plan_addresses"), {**versioned, "folder": layout}
        )
        orphans = []
    else:
        connection.register("listed", _listed(list(listing)))
        planned = duck.arrow(connection, sql.text("images/plan"), versioned)
        orphans = connection.execute(sql.text("images/orphans"), names).fetchall()
    is_missing = planned["missing"]
    return ImagePlan(
        _to_read(planned.filter(pc.invert(is_missing))),
        image_rows.missing_rows(catalog, planned.filter(is_missing), origin.absence),
        tuple(key for (key,) in orphans),
    )


def _to_read(planned: pa.Table) -> tuple[ImageToRead, ...]:
    columns = [column.to_pylist() for column in planned.drop_columns(["missing"]).columns]
    return tuple(ImageToRead(*row) for row in zip(*columns, strict=True))


def _listed(listing: Sequence[ObjectInfo]) -> pa.Table:
    return pa.table(
        {
            "image_key": pa.array([info.key for info in listing], pa.string()),
            "etag": pa.array([info.etag for info in listing], pa.string()),
            "size_bytes": pa.array([info.size for info in listing], pa.int64()),
        }
    )


def _kept(shards: Sequence[str]) -> pa.Table:
    return pa.table({"shard": pa.array(shards, pa.string())})


def record_missing(home: Store, plan: ImagePlan) -> int:
    """Record the plan's missing images in one merge, however many they are; how many.

    A run that is killed before that plans the same again.
    """
    tables.merge(home, "images", plan.missing)
    return plan.missing.num_rows


def prepare_shard(
    home: Store,
    source: Store | ImageSource,
    catalog: str,
    images: Sequence[ImageToRead],
    *,
    threads: int = 1,
    progress: Callable[[int], object] = lambda _: None,
) -> dict[str, int]:
    """Read and prepare images, write them as one shard, then record them; counts per status.

    The shard is whole before a row names it: a run that is killed in between does it again. There
    are more shards than one only beyond `MAX_SHARD_BYTES`. No more originals are in memory than
    are asked for at once.

    Args:
        home: where shards and tables are.
        source: the catalog's store, or another source of images.
        catalog: the catalog's name.
        images: of the plan.
        threads: that decode.
        progress: told 1 for each image that is done.

    Returns:
        Images by status; besides those of rows, `unchanged` for a file that was not sent again.
    """
    origin = image_source(source)
    decoding = BoundedSemaphore(threads)
    workers = max(threads, origin.simultaneous)
    counts: Counter[str] = Counter()
    batch: list[Outcome] = []
    size = 0
    for outcome in in_order(
        lambda image: _outcome(origin, image, decoding), images, threads=workers, ahead=4 * workers
    ):
        if size > MAX_SHARD_BYTES:
            _record(home, catalog, batch)
            batch, size = [], 0
        batch.append(outcome)
        size += len(outcome.prepared.image or b"") if outcome.prepared else 0
        counts[outcome.status] += 1
        progress(1)
    _record(home, catalog, batch)
    return dict(counts)


def _record(home: Store, catalog: str, outcomes: Sequence[Outcome]) -> None:
    """Write the usable images as one shard, then a row for each image."""
    shard = write_shard(home, catalog, [done.prepared for done in outcomes if done.prepared])
    tables.merge(home, "images", image_rows.rows_of(home, catalog, outcomes, shard))


def _outcome(origin: ImageSource, image: ImageToRead, decoding: BoundedSemaphore) -> Outcome:
    """What became of one image."""
    artwork_id, key = image.artwork_id, image.key
    try:
        file = origin.fetch(key, image.etag, image.size)
    except ImageError as error:
        if image.held and error.status in _PASSING:
            return Outcome(artwork_id, error.status, kept={"error": str(error)})
        failed = Prepared(artwork_id, None, error.status, str(error))
        return Outcome(artwork_id, error.status, failed, key, image.etag, image.size)
    if file.data is None:
        return Outcome(artwork_id, "unchanged", kept={"etag": file.etag, "error": None})
    if image.sha256 is not None and image.sha256 == sha256_of(file.data):
        same = {"uri": key, "etag": file.etag, "size_bytes": file.size, "error": None}
        return Outcome(artwork_id, "ok", kept=same)
    with decoding:
        done = prepare(artwork_id, file.data)
    return Outcome(artwork_id, done.status, done, key, file.etag, file.size)
