"""Train, validation and test parts: assigned once, stored, never changed.

Each dataset has two schemes: `random` by work, and `artist`, in which no artist is on two sides,
whatever the catalog (see catalog.ingestion.artists; possible namesakes count as one). In
neither are near-duplicate images on two sides. Artworks that are linked
so, directly or through others, stay together. A new artwork that would link two sides is left out.
Artworks without a usable image are assigned too: models of facts learn from them. Each part
gets its share of a style's artworks with an image, and of those without.
An artwork that only a person labelled is never in the test part, whose artworks are drawn
from the catalog and not from what curators chose to review.

The works outside the test part are also divided into folds, likewise: where a catalog is too small
for a useful validation part, a model trained on the other folds predicts each fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pyarrow as pa

import sql
from catalog.base.hashing import key_of
from catalog.datasets.dataset import ALL_PERIODS, BASES, Dataset
from catalog.datasets.reviews import view_latest
from catalog.datasets.split_assignment import TEST, SplitWork, assign
from catalog.images.placeholders import compare_images
from catalog.ingestion.artists import view_artists
from catalog.storage import duck, tables
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store

SCHEMES = ALL_PERIODS.schemes
PARTS = ALL_PERIODS.parts
FOLDS = 3
_FOLD_SHARES: Mapping[str, float] = {str(fold): 1 / FOLDS for fold in range(FOLDS)}
_TABLES = ("artworks", "images", "splits", "reviews", "audits")


def basis(home: Store, dataset: Dataset = ALL_PERIODS) -> str:
    """Return a fingerprint of the inputs of splits: while unchanged, nothing needs an update."""
    versions = {name: tables.version_of(home, name) for name in _TABLES}
    return key_of("splits", dataset.name, version("artcat"), versions)


def update_splits(home: Store, dataset: Dataset = ALL_PERIODS) -> int:
    """Assign a part to each new labelled artwork in both schemes; return how many rows changed."""
    compare_images(home)
    connection = duck.connect(home, _TABLES)
    artworks = _considered(connection, dataset, "SELECT * FROM considered WHERE dropped IS NULL")
    written = 0
    for scheme, base in zip(dataset.schemes, BASES, strict=True):
        stored = duck.arrow(
            connection, "FROM splits WHERE scheme = $scheme", {"scheme": scheme}
        ).to_pylist()
        rows = list(_rows(artworks, stored, scheme, base, dataset.parts))
        table = pa.Table.from_pylist(rows, schema=TABLES["splits"].schema)
        written += tables.merge(home, "splits", table).changed
    return written


def _rows(
    artworks: Sequence[Mapping[str, Any]],
    stored: Sequence[Mapping[str, Any]],
    scheme: str,
    base: str,
    shares: Mapping[str, float],
) -> Iterator[dict[str, Any]]:
    """Return rows of `splits` that are new or have a new fold or group; parts never change."""
    works = [_split_work(row, base) for row in artworks]
    before = {row["artwork_id"]: row for row in stored}
    parts = {artwork_id: row["part"] for artwork_id, row in before.items()}
    parts |= assign(works, parts, scheme=scheme, parts=shares)
    folds = {key: str(row["fold"]) for key, row in before.items() if row["fold"] is not None}
    seen = [work for work in works if parts.get(work.artwork_id, TEST) != TEST]
    folds |= assign(seen, folds, scheme=f"{scheme} folds", parts=_FOLD_SHARES)
    for work, artwork in zip(works, artworks, strict=True):
        if work.artwork_id not in parts:
            continue
        row = {
            "artwork_id": work.artwork_id,
            "scheme": scheme,
            "catalog": artwork["catalog"],
            "group_id": work.group_id,
            "part": parts[work.artwork_id],
            "fold": int(folds[work.artwork_id]) if work.artwork_id in folds else None,
        }
        if row != before.get(work.artwork_id):
            yield row


def dropped(home: Store, dataset: Dataset = ALL_PERIODS) -> dict[str, int]:
    """Count the artworks that are excluded from training by reason, the commonest first."""
    counts = _considered(
        duck.connect(home, _TABLES),
        dataset,
        "SELECT coalesce(dropped, 'a label that a person rejected') AS dropped, count(*) AS works "
        "FROM considered WHERE dropped IS NOT NULL OR label_rejected "
        "GROUP BY ALL ORDER BY works DESC, dropped",
    )
    return {row["dropped"]: row["works"] for row in counts}


def _considered(connection: duck.DuckDB, dataset: Dataset, question: str) -> list[dict[str, Any]]:
    """Run a statement on the relation `considered`: candidates for training."""
    parameters: dict[str, object] = {
        "styles": list(dataset.only_styles),
        "profession": dataset.profession,
        "artist_has_over": dataset.artist_has_over,
        "style_has": dataset.style_has,
    }
    view_latest(connection)
    view_artists(connection)
    asked = f"WITH considered AS ({sql.text('examples/considered')}) {question}"
    return duck.arrow(connection, asked, parameters).to_pylist()


def _split_work(row: Mapping[str, Any], base: str) -> SplitWork:
    look = row["near_duplicate_group"]
    of_both = {"by_person": row["by_person"], "has_image": row["has_image"]}
    if base == "random":
        return SplitWork(row["artwork_id"], row["style"], look or row["artwork_id"], **of_both)
    group, *others = row["artist_groups"] or [row["artwork_id"]]
    return SplitWork(row["artwork_id"], row["style"], group, look, others=tuple(others), **of_both)
