"""Preparation of new or changed images: each is read once and stored in a shard.

A plan lists which images are new, changed or missing, without reading any. Images that are not
there need no reading: all of them are recorded at once. Whatever goes wrong with an image becomes
the status and reason on its row; one that may still be there keeps what was read of it before.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from threading import BoundedSemaphore
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.base.errors import ImageError
from catalog.base.hashing import sha256_of
from catalog.base.in_order import in_order
from catalog.base.wording import one_line
from catalog.images.comparison import compare, refuse_compared
from catalog.images.decoding import describe_failure
from catalog.images.shards import (
    DECODER,
    PREPARATION,
    REFUSED,
    Prepared,
    prepare,
    write_shard,
)
from catalog.ingestion.checks import SHOWN, CheckResult
from catalog.sources.image_folder import Listing
from catalog.sources.image_sources import ImageSource
from catalog.storage import duck, tables
from catalog.storage.store import Store

_LOG = logging.getLogger("artcat.progress")  # shown beside the steps
MAX_SHARD_BYTES = 256 * 1024 * 1024
"""Of prepared images; what goes beyond goes into another shard."""
_MAX_MESSAGE = 500
"""Maximum characters of a message."""


@dataclass(frozen=True)
class ImageToRead:
    """An image as the listing of its folder shows it.

    Of an image at a web address `key` is the address, and `etag` that of the stored file.
    `sha256` is that of the stored file if it was prepared as now required; `held` also counts one
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
    """Images to read, statuses known without reading, and files of no artwork.

    `missing` and `kept` are Arrow, not Python: a catalog may come without any of its million
    images.
    """

    to_read: tuple[ImageToRead, ...]
    missing: pa.Table
    """Rows for images that are not there or may not be read."""
    kept: pa.Table
    """`artwork_id` and `reason` of images that stay as they are, although their file is not."""
    orphans: tuple[str, ...]
    checks: tuple[dict[str, object], ...] = ()
    """Warnings from the listing, in the form of check results."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of an image: newly prepared or failed, or else kept with some columns changed."""

    artwork_id: str
    status: str
    columns: Mapping[str, Any]
    """Of its row in the table `images`."""
    prepared: Prepared | None = None


def plan_images(
    home: Store, origin: ImageSource, catalog: str, *, allow_shrink: bool = False
) -> ImagePlan:
    """Compare an image source with the table `images`, without reading images.

    Raises:
        SourceError: if over a tenth of the images that were usable are missing, unless
            `allow_shrink` gives them up.
        StoreError: if the images cannot be listed at all.
    """
    with duck.connect(home, ("artworks", "images")) as connection:
        listing = _without_home(origin, origin.listing(), home)
        compare(connection, home, origin, catalog, listing)
        if not allow_shrink:
            refuse_compared(connection, origin, catalog, listing)
        confirmed = allow_shrink or listing is None or listing.is_complete
        steps = duck.arrow(connection, sql.text("images/steps"), {"confirmed": confirmed})
        orphans = (
            () if listing is None else connection.execute(sql.text("images/orphans")).fetchall()
        )
    to_read = _where(steps, "step", "read").select([each.name for each in fields(ImageToRead)])
    recorded = _where(steps, "step", "record")
    missing = recorded.select(["artwork_id", "key", "status", "reason"]).rename_columns(
        ["artwork_id", "uri", "status", "error"]
    )
    vanished = _where(recorded.filter(recorded["known"]), "status", "missing")
    gone = values(vanished, "artwork_id")
    unlisted = [
        entry.reason
        for entry in (listing.unreadable if listing else ())
        if entry.folder and entry.status == "unreadable"
    ]
    return ImagePlan(
        tuple(ImageToRead(**row) for row in to_read.to_pylist()),
        missing.append_column("catalog", pa.repeat(catalog, recorded.num_rows)),
        _where(steps, "step", "keep").select(["artwork_id", "reason"]),
        tuple(key for (key,) in orphans),
        (
            _check("vanished", "images that were usable are missing", gone),
            _check("listed", "parts of the image folder cannot be listed", unlisted),
        ),
    )


def _without_home(origin: ImageSource, listing: Listing | None, home: Store) -> Listing | None:
    """Leave out what belongs to a home inside the catalog's folder: shards and reports."""
    inside = f"{home.uri}/".removeprefix(f"{origin.place}/")
    if listing is None or inside in ("", f"{home.uri}/"):
        return listing
    files = tuple(info for info in listing.files if not info.key.startswith(inside))
    if len(files) < len(listing.files):
        _LOG.info("the home %s is among the images: its files are skipped", home.uri)
    return Listing(files, listing.unreadable)


def _where(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.filter(pc.equal(table[column], pa.scalar(value)))


def _check(name: str, meaning: str, found: Sequence[str]) -> dict[str, object]:
    outcome = "warned" if found else "passed"
    return asdict(CheckResult(f"images/{name}", outcome, meaning, len(found), list(found[:SHOWN])))


def record_missing(home: Store, plan: ImagePlan) -> int:
    """Record the images of a plan that need no reading; return how many are missing.

    However many they are, they are merged at once. A killed run plans the same again.
    """
    tables.merge(home, "images", plan.missing)
    if plan.kept.num_rows:
        with duck.connect(home, ("images",)) as connection:
            connection.register("noted", plan.kept)
            noted = duck.arrow(connection, sql.text("images/kept"))
        tables.merge(home, "images", noted)
    return plan.missing.num_rows


def prepare_shard(
    home: Store,
    origin: ImageSource,
    catalog: str,
    images: Sequence[ImageToRead],
    *,
    threads: int = 1,
    progress: Callable[[int], object] = lambda _: None,
    allow_shrink: bool = False,
) -> dict[str, int]:
    """Read and prepare images of a plan, write them as one shard, then record them.

    The shard is whole before a row names it: a run that is killed in between does it again. There
    are more shards than one only beyond `MAX_SHARD_BYTES`. No more originals are in memory than
    are requested at once.

    `threads` decode; `progress` is called with 1 for each finished image; `allow_shrink` drops
    images that their source reports as removed.

    Returns:
        Images by status; besides those of rows, `unchanged` for a file that was not sent again.
    """
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


def _outcome(
    origin: ImageSource, image: ImageToRead, decoding: BoundedSemaphore, confirmed: bool
) -> Outcome:
    """Read and prepare one image; whatever goes wrong is its status and reason.

    A stored image stays usable, with the reason on its row, which keeps what was known of the file,
    so that it is tried again the next time.
    """
    artwork_id, key = image.artwork_id, image.key
    try:
        file = origin.fetch(key, image.etag, image.size)
        if file.data is None:
            return Outcome(artwork_id, "unchanged", {"etag": file.etag, "error": None})
        of_file = {"uri": key, "etag": file.etag, "size_bytes": file.size}
        if image.sha256 is not None and image.sha256 == sha256_of(file.data):
            return Outcome(artwork_id, "ok", {**of_file, "error": None})
        with decoding:
            done = prepare(artwork_id, file.data)
        if done.image is not None or not image.held:
            return Outcome(artwork_id, done.status, of_file, done)
        failure = ImageError(done.status, done.error or done.status)
    except Exception as error:  # an unforeseen error must not end the run
        failure = describe_failure(error)
    if image.held and not (confirmed and failure.status == "missing"):
        return Outcome(artwork_id, failure.status, {"error": str(failure)})
    of_file = {"uri": key, "etag": image.etag, "size_bytes": image.size}
    failed = Prepared(artwork_id, None, failure.status, str(failure))
    return Outcome(artwork_id, failure.status, of_file, failed)


def _record(home: Store, catalog: str, outcomes: Sequence[Outcome]) -> None:
    """Write the usable images as one shard, then a row for each image."""
    shard = write_shard(home, catalog, [done.prepared for done in outcomes if done.prepared])
    rows: list[dict[str, Any]] = []
    kept = {done.artwork_id: done.columns for done in outcomes if done.prepared is None}
    for done in outcomes:
        if done.prepared is not None:
            row = {**vars(done.prepared), **done.columns, "catalog": catalog}
            if done.status == "ok":
                row |= {"preparation": PREPARATION, "shard": shard}
            elif done.status in REFUSED:
                row["preparation"] = DECODER
            rows.append(row)
    if kept:
        connection = duck.connect(home, ("images",))
        connection.register("asked", pa.table({"artwork_id": pa.array(kept, pa.string())}))
        for row in duck.rows(connection, "FROM images SEMI JOIN asked USING (artwork_id)"):
            reason = {"error": row["error"]} if row["status"] == "placeholder" else {}
            rows.append({**row, **kept[row["artwork_id"]], **reason})
    for row in rows:
        if row["error"] is not None:  # storable, whatever was quoted in it
            text = row["error"].encode("utf-8", "backslashreplace").decode("utf-8")
            row["error"] = one_line(text, _MAX_MESSAGE) or "no reason was given"
    tables.merge(home, "images", rows)


def images_by_status(home: Store, catalog: str) -> dict[str, int]:
    """Count a catalog's artworks by image status."""
    connection = duck.connect(home, ("artworks", "images"))
    found = connection.execute(sql.text("images/by_status"), {"catalog": catalog}).fetchall()
    return dict(found)
