"""Preparation of new or changed images: each is read once and stored in a shard.

Images that are not there need no reading: all of them are recorded at once. Whatever goes wrong
with an image becomes the status and reason on its row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from threading import BoundedSemaphore

from catalog.base.errors import ImageError
from catalog.base.hashing import sha256_of
from catalog.base.in_order import in_order
from catalog.images import rows
from catalog.images.decoding import describe_failure
from catalog.images.plan import ImagePlan, ImageToRead, plan_images
from catalog.images.rows import Outcome
from catalog.images.shards import Prepared, prepare, write_shard
from catalog.sources.image_sources import ImageSource, image_source
from catalog.storage import tables
from catalog.storage.store import Store

__all__ = ["ImagePlan", "ImageToRead", "plan_images", "prepare_shard", "record_missing"]

MAX_SHARD_BYTES = 256 * 1024 * 1024
"""Of prepared images; what goes beyond goes into another shard."""


def record_missing(home: Store, plan: ImagePlan) -> int:
    """Record the images of a plan that need no reading; return how many are missing.

    However many they are, they are merged at once. A killed run plans the same again.
    """
    tables.merge(home, "images", plan.missing)
    tables.merge(home, "images", rows.noted_rows(home, plan.kept))
    return plan.missing.num_rows


def prepare_shard(
    home: Store,
    source: Store | ImageSource,
    catalog: str,
    images: Sequence[ImageToRead],
    *,
    threads: int = 1,
    progress: Callable[[int], object] = lambda _: None,
    allow_shrink: bool = False,
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
        progress: called with 1 for each finished image.
        allow_shrink: drop images that their source reports as removed.

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
        lambda image: _outcome(origin, image, decoding, allow_shrink),
        images,
        threads=workers,
        ahead=4 * workers,
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
    tables.merge(home, "images", rows.rows_of(home, catalog, outcomes, shard))


def _outcome(
    origin: ImageSource, image: ImageToRead, decoding: BoundedSemaphore, confirmed: bool
) -> Outcome:
    """Read and prepare one image; whatever goes wrong is its status and reason."""
    try:
        return _read(origin, image, decoding, confirmed)
    except Exception as error:  # an unforeseen error must not end the run
        return _failed(image, describe_failure(error), confirmed)


def _read(
    origin: ImageSource, image: ImageToRead, decoding: BoundedSemaphore, confirmed: bool
) -> Outcome:
    artwork_id, key = image.artwork_id, image.key
    file = origin.fetch(key, image.etag, image.size)
    if file.data is None:
        return Outcome(artwork_id, "unchanged", kept={"etag": file.etag, "error": None})
    if image.sha256 is not None and image.sha256 == sha256_of(file.data):
        same = {"uri": key, "etag": file.etag, "size_bytes": file.size, "error": None}
        return Outcome(artwork_id, "ok", kept=same)
    with decoding:
        done = prepare(artwork_id, file.data)
    if done.image is None and image.held:
        return _failed(image, ImageError(done.status, done.error or done.status), confirmed)
    return Outcome(artwork_id, done.status, done, key, file.etag, file.size)


def _failed(image: ImageToRead, error: ImageError, confirmed: bool) -> Outcome:
    """Return the outcome of a failure: a stored image stays usable, with the reason on its row.

    Its row keeps what was known of the file, so that it is tried again the next time.
    """
    if image.held and not (confirmed and error.status == "missing"):
        return Outcome(image.artwork_id, error.status, kept={"error": str(error)})
    failed = Prepared(image.artwork_id, None, error.status, str(error))
    return Outcome(image.artwork_id, error.status, failed, image.key, image.etag, image.size)
