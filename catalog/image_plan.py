"""Find the images that are new, changed or gone, without reading any of them.

What vanishes from its folder does not silently take away what people have: most images gone at
once is a share that is not mounted, and stops the run before anything is written; an image that
may still be there keeps what was read of it before, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

import sql
from catalog import duck, image_rows
from catalog.arrow import values
from catalog.checks import SHOWN, CheckResult
from catalog.errors import SourceError
from catalog.image_listing import Listing
from catalog.image_names import ImageNames, spell
from catalog.image_sources import FOLDER, ImageSource, image_source
from catalog.ingest import SHRINK
from catalog.shards import DECODER, PREPARATION, REFUSED, shard_keys
from catalog.store import ObjectInfo, Store

_NAMED = pa.schema([(name, pa.string()) for name in ("given", "image_key", "status", "reason")])


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
    """What there is to read, what is known without reading, and files that are no work's.

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
    """What the listing told that people should know, as checks of tables do."""


def plan_images(
    home: Store,
    source: Store | ImageSource,
    catalog: str,
    folder: str = FOLDER,
    *,
    allow_shrink: bool = False,
) -> ImagePlan:
    """Compare what there is with the table `images`; reads no image.

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
        listing = origin.listing()
        _compare(connection, home, origin, catalog, listing)
        if not allow_shrink:
            _refuse_vanished(connection, origin, catalog, listing)
        confirmed = allow_shrink or listing is None or listing.is_complete
        steps = duck.arrow(connection, sql.text("images/steps"), {"confirmed": confirmed})
        orphans = (
            () if listing is None else connection.execute(sql.text("images/orphans")).fetchall()
        )
    recorded = steps.filter(pc.equal(steps["step"], "record"))
    return ImagePlan(
        _to_read(steps.filter(pc.equal(steps["step"], "read"))),
        image_rows.unread_rows(catalog, recorded),
        steps.filter(pc.equal(steps["step"], "keep")).select(["artwork_id", "reason"]),
        tuple(key for (key,) in orphans),
        _checks(recorded, listing),
    )


def refuse_vanished(home: Store, source: ImageSource, catalog: str, artworks: pa.Table) -> None:
    """Raise SourceError if over a tenth of the usable images of a catalog would be gone.

    Args:
        home: where the table `images` is.
        source: where the images are now.
        catalog: the catalog's name.
        artworks: those that are about to be written: `artwork_id`, `image_key`, `source_url`.

    Raises:
        SourceError: that says how many have vanished.
        StoreError: if the images cannot be listed at all.
    """
    with duck.connect(home, ("images",)) as connection:
        usable = "SELECT count(*) FROM images WHERE catalog = $catalog AND status = 'ok'"
        if connection.execute(usable, {"catalog": catalog}).fetchall() == [(0,)]:
            return
        connection.register("given_artworks", artworks)
        connection.execute(
            "CREATE VIEW artworks AS SELECT *, getvariable('catalog') AS catalog, "
            "NULL::TIMESTAMPTZ AS removed_at FROM given_artworks"
        )
        connection.execute("SET VARIABLE catalog = $catalog", {"catalog": catalog})
        listing = source.listing()
        _compare(connection, home, source, catalog, listing)
        _refuse_vanished(connection, source, catalog, listing)


def _compare(
    connection: duck.DuckDB,
    home: Store,
    origin: ImageSource,
    catalog: str,
    listing: Listing | None,
) -> None:
    """Make the relation `compared`: what is there, beside what `images` has."""
    parameters: dict[str, object] = {"catalog": catalog, "absence": origin.absence}
    parameters |= {"preparation": PREPARATION, "decoder": DECODER, "refused": list(REFUSED)}
    shards = pa.array(shard_keys(home, catalog), pa.string())
    connection.register("kept", pa.table({"shard": shards}))
    statement = "images/plan_addresses"
    if listing is not None:
        statement = "images/plan"
        connection.register("listed", _listed(listing.files))
        unmatched = duck.arrow(connection, sql.text("images/unmatched"), {"catalog": catalog})
        named = _named(listing, values(unmatched, "image_key"), origin.absence)
        connection.register("named", named)
    connection.execute(f"CREATE TABLE compared AS {sql.text(statement)}", parameters)


def _listed(files: Sequence[ObjectInfo]) -> pa.Table:
    return pa.table(
        {
            "image_key": pa.array([info.key for info in files], pa.string()),
            "etag": pa.array([info.etag for info in files], pa.string()),
            "size_bytes": pa.array([info.size for info in files], pa.int64()),
        }
    )


def _named(listing: Listing, unmatched: Sequence[str], absence: str) -> pa.Table:
    """What is meant by names that are no file's to the letter, or why nothing can be read there."""
    names = ImageNames(
        [info.key for info in listing.files]
        + [entry.key for entry in listing.unreadable if not entry.folder]
    )
    rows = []
    for given in unmatched if listing.files or listing.unreadable else ():
        found = names.find(given)
        key = found.key or spell(given)
        if (entry := listing.unreadable_at(key)) is not None:
            rows.append((given, key, entry.status, entry.reason))
        elif found.key is not None:
            rows.append((given, key, None, None))
        elif key.startswith("../"):
            rows.append((given, given, "missing", "the name leads out of the folder of images"))
        else:
            rows.append((given, given, "missing", f"{absence}{found.hint}"))
    columns = zip(*rows, strict=True) if rows else [()] * len(_NAMED)
    return pa.Table.from_arrays([pa.array(each, pa.string()) for each in columns], schema=_NAMED)


def _refuse_vanished(
    connection: duck.DuckDB, origin: ImageSource, catalog: str, listing: Listing | None
) -> None:
    known, vanished, examples, reason = connection.execute(sql.text("images/vanished")).fetchall()[
        0
    ]
    if vanished <= SHRINK * known:
        return
    is_empty = listing is not None and not listing.files and not listing.unreadable
    where = f"{origin.place} holds nothing at all: is it mounted? " if is_empty else ""
    more = ", ..." if vanished > len(examples) else ""
    raise SourceError(
        f"{where}{vanished:,} of the {known:,} usable images of the catalog {catalog} have "
        f"vanished from {origin.place} ({', '.join(examples)}{more}: {reason}): if that is right, "
        "run again with --allow-shrink; nothing was written"
    )


def _to_read(planned: pa.Table) -> tuple[ImageToRead, ...]:
    names = ("artwork_id", "image_key", "etag", "size_bytes", "sha256", "held")
    columns = [planned[name].to_pylist() for name in names]
    return tuple(ImageToRead(*row) for row in zip(*columns, strict=True))


def _checks(recorded: pa.Table, listing: Listing | None) -> tuple[dict[str, object], ...]:
    """Warnings about images that have vanished, and about folders that could not be listed."""
    vanished = recorded.filter(pc.and_(recorded["known"], pc.equal(recorded["status"], "missing")))
    reasons = [
        entry.reason
        for entry in (listing.unreadable if listing else ())
        if entry.folder and entry.status == "unreadable"
    ]
    return (
        _check("vanished", "images that were usable have vanished", values(vanished, "artwork_id")),
        _check("listed", "parts of the folder of images cannot be listed", reasons),
    )


def _check(name: str, meaning: str, found: Sequence[str]) -> dict[str, object]:
    outcome = "warned" if found else "passed"
    return asdict(CheckResult(f"images/{name}", outcome, meaning, len(found), list(found[:SHOWN])))
