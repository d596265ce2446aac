"""Small catalogs in the layout of historic-art, written for a test."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import DeltaTable
from PIL import Image

from catalog.enrichment.work_changes import ReportedChanges
from catalog.images import prepare
from catalog.ingestion.ingest import IngestReport, ingest
from catalog.sources import open_source
from catalog.sources.image_sources import StoredImages, WebImages
from catalog.sources.parameters import IngestParameters
from catalog.storage.access import delta_options
from catalog.storage.schemas import PROPERTY, TABLES
from catalog.storage.store import FolderStore, Store
from catalog.storage.tables import Written, merge, table_exists, table_uri


@dataclass
class NightResult(IngestReport, ReportedChanges):
    """What a night of a test did."""


_SAFE = re.compile(r"\w{1,50}")
ARTWORK_COLUMNS = ("ID", "artist", "title", "picture data", "file info", "jpg url")
ARTIST_COLUMNS = ("artist", "born-died", "period", "school", "url", "base", "nationality")

MONET = {
    "artist": "MONET, Claude",
    "born-died": "(1840-1926)",
    "period": "Impressionism",
    "school": "painter",
    "url": "https://www.wga.hu/html/m/monet/index.html",
    "base": "Giverny",
    "nationality": "French",
}
BERNINI = {
    "artist": "BERNINI, Gian Lorenzo",
    "born-died": "(1598-1680)",
    "period": "Baroque",
    "school": "sculptor",
    "url": "https://www.wga.hu/html/b/bernini/gianlore/index.html",
    "base": "Rome",
    "nationality": "Italian",
}
WATER_LILIES = {
    "ID": "1",
    "artist": "MONET, Claude",
    "title": "water-lilies",
    "picture data": "1906, oil on canvas, 88 x 93 cm, art institute, chicago",
    "jpg url": "https://www.wga.hu/art/m/monet/lilies.jpg",
}
PONT = {
    "ID": "2",
    "artist": "MONET, Claude",
    "title": "the pont de l'europe",
    "picture data": "1877, oil on canvas, 64 x 81 cm, musée marmottan, paris",
    "jpg url": "https://www.wga.hu/art/m/monet/pont.jpg",
}
DAVID = {
    "ID": "3",
    "artist": "BERNINI, Gian Lorenzo",
    "title": "david",
    "picture data": "1623-24, marble, height 170 cm, galleria borghese, rome",
    "jpg url": "https://www.wga.hu/art/b/bernini/gianlore/david.jpg",
}
WORKS = (WATER_LILIES, PONT, DAVID)
ARTISTS = (MONET, BERNINI)


def paint(seed: object = 0, size: tuple[int, int] = (48, 36), image_format: str = "JPEG") -> bytes:
    """An image file of a gradient between two colours that the seed draws."""
    colours = np.random.default_rng(list(str(seed).encode())).integers(0, 255, (2, 3))
    slope = np.linspace(0, 1, size[0])[None, :, None]
    pixels = colours[0] + (colours[1] - colours[0]) * slope
    pixels = np.broadcast_to(pixels, (size[1], size[0], 3)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, image_format)
    return buffer.getvalue()


def make_catalog(
    folder: Path,
    artworks: Sequence[Mapping[str, str]] = WORKS,
    artists: Sequence[Mapping[str, str]] = ARTISTS,
    images: Mapping[str, bytes | None] | None = None,
) -> FolderStore:
    """Write both CSVs, and an image for each ID that can be a file's name.

    `images` are files by ID that are not painted; None is no file, an ID without row an orphan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "artwork_dataset.csv", ARTWORK_COLUMNS, artworks)
    write_csv(folder / "info_dataset.csv", ARTIST_COLUMNS, artists)
    (folder / "artwork").mkdir(exist_ok=True)
    names = [row["ID"] for row in artworks if _SAFE.fullmatch(row.get("ID", ""))]
    painted = {name: paint(name) for name in names}
    for name, data in {**painted, **(images or {})}.items():
        file = folder / "artwork" / f"{name}.jpg"
        if data is None:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_bytes() != data:
            file.write_bytes(data)
    return FolderStore(folder)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def ingest_catalog(home: Store, source: FolderStore, name: str = "wga") -> IngestReport:
    return ingest(home, open_source(IngestParameters(catalog=source.uri)), name, allow_shrink=True)


def prepare_catalog(
    home: Store, source: Store | StoredImages | WebImages, name: str = "wga"
) -> dict[str, int]:
    """Bring the images that are new, changed or missing into a home, as one shard."""
    images = source if isinstance(source, StoredImages | WebImages) else StoredImages(source)
    plan = prepare.plan_images(home, images, name, allow_shrink=True)
    missing = prepare.record_missing(home, plan)
    read = prepare.prepare_shard(home, images, name, plan.to_read, allow_shrink=True)
    return {**read, "missing": missing + read.get("missing", 0)} if missing else read


def rows_of(home: Store, table: str, *columns: str) -> list[dict[str, object]]:
    """The rows of a table in order of its first column, without DuckDB."""
    if not table_exists(home, table):
        return []
    delta = DeltaTable(table_uri(home, table), storage_options=delta_options(home))
    rows = delta.to_pyarrow_table(columns=list(columns) or None).to_pylist()
    return sorted(rows, key=lambda row: str(next(iter(row.values()))))


def put(home: Store, table: str, *rows: Mapping[str, object]) -> Written:
    """Merge rows into a table; columns that are left out are null."""
    return merge(home, table, pa.Table.from_pylist(list(rows), schema=TABLES[table].schema))


def promote(home: Store, model_version: str = "m1") -> None:
    """Promote a model to classifier: a small row in a small table."""
    at = datetime(2024, 5, 1, 12, tzinfo=UTC)
    row = {"promoted_at": at, "role": "classifier", "model_version": model_version}
    put(home, "promotions", row)


def set_schema_version(home: Store, name: str, version: str) -> None:
    """Let a table state that it is of another version of the schema."""
    table = DeltaTable(table_uri(home, name), storage_options=delta_options(home))
    table.alter.set_table_properties({PROPERTY: version}, raise_if_not_exists=False)
