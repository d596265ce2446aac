"""Planning of image reads: which images are new, changed or gone, without reading any.

An image that may still be there keeps what was read of it before, with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog.base.arrow import values
from catalog.images import rows
from catalog.images.comparison import compare, refuse_compared
from catalog.ingestion.checks import SHOWN, CheckResult
from catalog.sources.image_folder import Listing
from catalog.sources.image_sources import FOLDER, ImageSource, image_source
from catalog.storage import duck
from catalog.storage.store import Store

_LOG = logging.getLogger("artcat.progress")  # shown beside the steps


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


def plan_images(
    home: Store,
    source: Store | ImageSource,
    catalog: str,
    folder: str = FOLDER,
    *,
    allow_shrink: bool = False,
) -> ImagePlan:
    """Compare an image source with the table `images`, without reading images.

    Args:
        home: where the tables are.
        source: the catalog's store, or another source of images.
        catalog: the catalog's name.
        folder: in a store, the one that holds the images.
        allow_shrink: give up images that are not there, however many they are.

    Raises:
        SourceError: if over a tenth of the images that were usable have vanished.
        StoreError: if the images cannot be listed at all.
    """
    origin = image_source(source, folder)
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
    recorded = steps.filter(_has(steps, "step", "record"))
    return ImagePlan(
        _to_read(steps.filter(_has(steps, "step", "read"))),
        rows.unread_rows(catalog, recorded),
        steps.filter(_has(steps, "step", "keep")).select(["artwork_id", "reason"]),
        tuple(key for (key,) in orphans),
        _checks(recorded, listing),
    )


def _without_home(origin: ImageSource, listing: Listing | None, home: Store) -> Listing | None:
    """Leave out what lies in a home inside of the catalog's folder: shards and reports."""
    inside = f"{home.uri}/".removeprefix(f"{origin.place}/")
    if listing is None or inside in ("", f"{home.uri}/"):
        return listing
    files = tuple(info for info in listing.files if not info.key.startswith(inside))
    if len(files) < len(listing.files):
        _LOG.info("the home %s lies among the images: its files are skipped", home.uri)
    return Listing(files, listing.unreadable)


def _to_read(planned: pa.Table) -> tuple[ImageToRead, ...]:
    names = ("artwork_id", "image_key", "etag", "size_bytes", "sha256", "held")
    columns = [planned[name].to_pylist() for name in names]
    return tuple(ImageToRead(*row) for row in zip(*columns, strict=True))


def _has(table: pa.Table, column: str, value: str) -> pa.BooleanArray:
    return pc.equal(table[column], pa.scalar(value))


def _checks(recorded: pa.Table, listing: Listing | None) -> tuple[dict[str, object], ...]:
    """Warnings about images that have vanished, and about folders that could not be listed."""
    vanished = recorded.filter(pc.and_(recorded["known"], _has(recorded, "status", "missing")))
    reasons = [
        entry.reason
        for entry in (listing.unreadable if listing else ())
        if entry.folder and entry.status == "unreadable"
    ]
    return (
        _check("vanished", "images that were usable have vanished", values(vanished, "artwork_id")),
        _check("listed", "parts of the image folder cannot be listed", reasons),
    )


def _check(name: str, meaning: str, found: Sequence[str]) -> dict[str, object]:
    outcome = "warned" if found else "passed"
    return asdict(CheckResult(f"images/{name}", outcome, meaning, len(found), list(found[:SHOWN])))
