"""Agreement of curators with predictions: calibration on reviewed artworks.

Curators first see uncertain predictions and those that contradict the catalog: so this shows
nothing about all artworks, but within a band of confidence it can be compared with that confidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import sql
from catalog.storage import duck
from catalog.storage.store import Store

BANDS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Lower bounds of the bands of confidence."""


@dataclass(frozen=True)
class Agreed:
    """Decisions on predictions, and the share of predictions that were confirmed."""

    kind: str
    """`all`, `band` (of confidence) or `month`."""
    name: str
    """Which band or month; empty for all."""
    decisions: int
    agreement: float
    """0 to 1."""
    lower: float
    upper: float
    """95 % interval of the agreement (Wilson 1927)."""
    confidence: float
    """Mean confidence of the model, 0 to 1."""

    @property
    def verdict(self) -> str:
        """Whether the agreement is compatible with the model's confidence."""
        if self.lower > self.confidence:
            return "right more often than its confidence"
        if self.upper < self.confidence:
            return "right less often than its confidence"
        return "calibrated, within chance"


def agreement(home: Store) -> list[Agreed]:
    """Measure agreement overall, by band of confidence and by month; empty without decisions."""
    from scipy.stats import binomtest  # noqa: PLC0415 - takes a second to import

    connection = duck.connect(home, ("reviews",))
    rows = duck.arrow(connection, sql.text("reviews/agreement"), {"bands": list(BANDS)})
    names = {
        low: f"{low:.2f} to {high:.2f}" for low, high in zip(BANDS, (*BANDS[1:], 1.0), strict=True)
    }
    found = []
    for row in rows.to_pylist():
        kind, decisions, agreeing = row["kind"], row["decisions"], row["agreeing"]
        if decisions:
            name = names[float(row["band"])] if kind == "band" else str(row["month"] or "")
            interval = binomtest(agreeing, decisions).proportion_ci(method="wilson")
            ends = float(interval.low), float(interval.high)
            share, confidence = agreeing / decisions, float(row["confidence"])
            found.append(Agreed(kind, name, decisions, share, *ends, confidence))
    return found
