"""Counts of artworks by state, defined in docs/glossary.md."""

from __future__ import annotations

from dataclasses import dataclass, fields

import sql
from catalog.storage import duck
from catalog.storage.store import Store

_TABLES = ("artworks", "images", "enriched", "quarantine")


@dataclass(frozen=True)
class Counts:
    """Artworks of a catalog, or of a home, by state; all but `removed` are current artworks."""

    artworks: int = 0
    removed: int = 0
    quarantined: int = 0
    """Rows of the source that could not be used."""
    with_image: int = 0
    labelled: int = 0
    with_prediction: int = 0
    accepted: int = 0
    uncertain: int = 0
    abstained: int = 0
    outside: int = 0
    """Artworks to which no style of the vocabulary can apply; they are not predicted."""
    disagreeing: int = 0
    with_flags: int = 0
    decided: int = 0
    waiting: int = 0
    flagged: int = 0
    unknown: int = 0
    need_decision: int = 0
    """waiting + flagged + unknown"""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def decisions_in_words(self) -> str:
        """Describe how many artworks need a decision, and why."""
        reasons = (
            (self.waiting, "with a prediction to review"),
            (self.flagged, "flagged"),
            (self.unknown, "of unknown style"),
        )
        why = ", ".join(f"{count:,} {reason}" for count, reason in reasons if count)
        return f"{self.need_decision:,} need a decision" + (f" ({why})" if why else "")

    def in_words(self) -> str:
        """Summarise the counts on one line."""
        return (
            f"{self.artworks:,} artworks, {self.with_image:,} with an image, {self.labelled:,} "
            f"labelled, {self.with_prediction:,} with a prediction, "
            f"{self.outside:,} outside the vocabulary, {self.decisions_in_words()}, "
            f"{self.removed:,} removed; rows in quarantine: {self.quarantined:,}"
        )


def counts_by_catalog(home: Store) -> dict[str, Counts]:
    """Count the artworks of each catalog."""
    connection = duck.connect(home, _TABLES)
    rows = duck.rows(connection, sql.text("analysts/views/catalog_counts"))
    return {row.pop("catalog"): Counts(**row) for row in rows}


def count_artworks(home: Store, catalog: str | None = None) -> Counts:
    """Count the artworks of a catalog, of all catalogs together if None."""
    found = counts_by_catalog(home)
    wanted = found.values() if catalog is None else [found.get(catalog, Counts())]
    return sum(wanted, Counts())
