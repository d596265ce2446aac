"""Made-up artworks whose style follows from when and where they were made."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from catalog.storage.schemas import TABLES
from models.facts.features import COLUMNS

SCHEMA = pa.schema([TABLES["artworks"].schema.field(name) for name in COLUMNS])
STYLES = ("Baroque", "Mannerism", "Northern Renaissance", "Rococo")


def facts(*rows: dict[str, object]) -> pa.Table:
    """A table of `COLUMNS`; what a row does not name is not known."""
    return pa.Table.from_pylist([dict.fromkeys(COLUMNS) | row for row in rows], SCHEMA)


def labelled(artists: int, each: int = 4, seed: int = 0, folds: int = 3) -> pa.Table:
    """So many artists' artworks, with style, group and fold."""
    rng = np.random.default_rng(seed)
    rows, extra = [], []
    for artist in range(artists):
        born = int(rng.integers(1480, 1740))
        nation = str(rng.choice(["Italian", "Dutch", "French"]))
        late = "Rococo" if born > 1680 else "Baroque"
        early = "Northern Renaissance" if nation == "Dutch" else "Mannerism"
        for _ in range(each):
            year = born + int(rng.integers(20, 60))
            life = {"born": born, "died": born + 60} if rng.random() < 0.8 else {}
            date = {"date_earliest": year, "date_latest": year + 3} if rng.random() < 0.8 else {}
            technique = str(rng.choice(["oil on canvas", "oil on panel", "bronze"]))
            size = {"height_cm": float(rng.integers(20, 200)), "width_cm": 60.0}
            rows.append({"nationality": nation, "technique": technique, **life, **date, **size})
            extra.append((late if born > 1580 else early, f"artist {artist}", artist % folds))
    table = facts(*rows)
    for name, values in zip(("style", "group_id", "fold"), zip(*extra, strict=True), strict=True):
        table = table.append_column(name, pa.array(values))
    ids = pa.array([f"x:{row}" for row in range(len(rows))])
    return table.append_column("artwork_id", ids)
