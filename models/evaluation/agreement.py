"""Agreement of curators with predictions: calibration on reviewed artworks.

Curators first see uncertain predictions and those that contradict the catalog: so this shows
nothing about all artworks, but within a band of confidence it can be compared with that confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    rows = duck.arrow(
        duck.connect(home, ("reviews",)), sql.text("reviews/agreement"), {"bands": list(BANDS)}
    ).to_pylist()
    return [_agreed(row) for row in rows if row["decisions"]]


def _agreed(row: dict[str, object]) -> Agreed:
    from scipy.stats import binomtest  # noqa: PLC0415 - takes a second to import

    decisions, agreeing = int(str(row["decisions"])), int(str(row["agreeing"]))
    interval = binomtest(agreeing, decisions).proportion_ci(method="wilson")
    return Agreed(
        str(row["kind"]),
        _band(row["band"]) if row["kind"] == "band" else str(row["month"] or ""),
        decisions,
        agreeing / decisions,
        float(interval.low),
        float(interval.high),
        float(str(row["confidence"])),
    )


def _band(low: object) -> str:
    edges: Sequence[float] = (*BANDS, 1.0)
    above = edges[edges.index(float(str(low))) + 1]
    return f"{float(str(low)):.2f} to {above:.2f}"
