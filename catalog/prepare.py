"""Find the images that are new or changed, read each once, and keep them in shards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

import sql
from catalog import duck, tables
from catalog.errors import StoreError
from catalog.schemas import TABLES
from catalog.shards import PREPARATION, Prepared, prepare, write_shard
from catalog.store import Store


@dataclass(frozen=True)
class ImageToRead:
    """An image as the listing of its folder shows it; no etag means that it is not there."""

    artwork_id: str
    key: str
    etag: str | None
    size: int | None


@dataclass(frozen=True)
class ImagePlan:
    """What there is to read, and the files that belong to no work."""

    to_read: tuple[ImageToRead, ...]
    orphans: tuple[str, ...]


def plan_images(home: Store, source: Store, catalog: str, folder: str = "artwork") -> ImagePlan:
    """Compare the images folder with the table `images`; reads no image."""
    connection = duck.connect(home, ("artworks", "images"))
    listing = list(source.list(folder))
    connection.register(
        "listed",
        pa.table(
            {
                "image_key": pa.array([info.key for info in listing], pa.string()),
                "etag": pa.array([info.etag for info in listing], pa.string()),
                "size_bytes": pa.array([info.size for info in listing], pa.int64()),
            }
        ),
    )
    rows = connection.execute(
        sql.text("images/plan"), {"catalog": catalog, "preparation": PREPARATION}
    ).fetchall()
    orphans = connection.execute(
        "SELECT image_key FROM listed ANTI JOIN (SELECT * FROM artworks WHERE catalog = $catalog "
        "AND removed_at IS NULL) USING (image_key) ORDER BY image_key",
        {"catalog": catalog},
    ).fetchall()
    return ImagePlan(tuple(ImageToRead(*row) for row in rows), tuple(key for (key,) in orphans))


def prepare_shard(
    home: Store,
    source: Store,
    catalog: str,
    images: Sequence[ImageToRead],
    *,
    threads: int = 1,
    progress: Callable[[int], object] = lambda _: None,
) -> dict[str, int]:
    """Read and prepare images, write them as one shard, then record them; counts per status.

    The shard is whole before a row names it: a run that is killed in between does it again.
    """

    def one(image: ImageToRead) -> Prepared:
        done = _read(source, image)
        progress(1)
        return done

    with ThreadPoolExecutor(threads) as pool:
        prepared = list(pool.map(one, images))
    shard = write_shard(home, catalog, prepared)
    rows = [
        {
            "artwork_id": done.artwork_id,
            "catalog": catalog,
            "uri": image.key,
            "etag": image.etag,
            "size_bytes": image.size,
            "sha256": done.sha256,
            "format": done.format,
            "width": done.width,
            "height": done.height,
            "status": done.status,
            "error": done.error,
            "preparation": PREPARATION if done.status == "ok" else None,
            "shard": shard if done.status == "ok" else None,
        }
        for image, done in zip(images, prepared, strict=True)
    ]
    tables.merge(home, "images", pa.Table.from_pylist(rows, schema=TABLES["images"].schema))
    counts: dict[str, int] = {}
    for done in prepared:
        counts[done.status] = counts.get(done.status, 0) + 1
    return counts


def _read(source: Store, image: ImageToRead) -> Prepared:
    if image.etag is None:
        return Prepared(image.artwork_id, None, "missing", "there is no such file")
    try:
        return prepare(image.artwork_id, source.read(image.key))
    except FileNotFoundError:
        return Prepared(image.artwork_id, None, "missing", "the file vanished while it was read")
    except StoreError as error:
        return Prepared(image.artwork_id, None, "unreadable", str(error))
