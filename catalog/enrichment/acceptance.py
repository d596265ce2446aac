"""Acceptance: confident predictions count in a catalog only if their precision there is known.

A threshold that gives a precision in one museum does not give it in another. So a catalog is open
only if confident predictions were right often enough on artworks of that same catalog which
the model was not trained on: those that the catalog labels, or a random sample that reviewers have
decided.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sql
from catalog.datasets.reviews import view_latest
from catalog.enrichment.enriched import EnrichmentScope, query_resolved
from catalog.storage import duck, tables
from catalog.storage.homes import settings
from catalog.storage.store import Store

LEVEL = 0.95
"""Confidence level of the one-sided bound."""
OPEN, CLOSED = "open", "closed"
LABELS, AUDIT, NONE = "labels", "audit", "none"
MIN_LABELS = 20
"""Minimum labelled artworks for which precision is measured on the catalog's own labels."""
_SLACK = 4 / 3
"""Factor by which an audit is larger than necessary: few are free of mistakes."""


def lower_bound(right: int, artworks: int) -> float:
    """Return the exact one-sided 95 % lower bound of a proportion (Clopper and Pearson 1934).

    It is 0 of no artworks. Raises ValueError unless 0 <= right <= artworks.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - takes a moment to import

    if not 0 <= right <= artworks:
        raise ValueError(f"{right} of {artworks} cannot be right")
    if right == 0:
        return 0.0
    return float(betaincinv(right, artworks - right + 1, 1 - LEVEL))


def decisions_needed(right: int, artworks: int, target: float) -> int:
    """Return how many more artworks, all right, would bring the lower bound to the target."""

    def reached(more: int) -> bool:
        return lower_bound(right + more, artworks + more) >= target

    enough = 1
    while not reached(enough):
        enough *= 2
    return bisect_left(range(enough), True, key=reached)


@dataclass(frozen=True)
class PrecisionSample:
    """Artworks whose confident prediction was checked, and how many were right."""

    artworks: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of right predictions; None without artworks."""
        return self.right / self.artworks if self.artworks else None

    @property
    def lower(self) -> float:
        """The one-sided 95 % lower bound of the precision."""
        return lower_bound(self.right, self.artworks)


def target_of(catalog: str) -> float:
    """Return the precision that opens a catalog, from the settings."""
    own = settings()
    return own.target_precision_by_catalog.get(catalog, own.target_precision)


def update_acceptance(
    home: Store,
    scope: EnrichmentScope,
    model_version: str,
    measured: Mapping[str, tuple[int, int]] | None = None,
) -> list[dict[str, Any]]:
    """Open and close catalogs by the champion's currently known precision in each.

    Args:
        home: whose predictions are up to date.
        scope: the champion's key, and which catalog; the others are left as they are.
        model_version: the champion.
        measured: by catalog the would-be accepted artworks with a label of their own and the right
            ones of them, of out-of-fold predictions. A catalog with too few of them is measured on
            its labelled artworks that the champion did not learn from.

    Returns:
        The rows of `acceptance` that were written: those in which anything but the time differs.
    """
    counted = query_resolved(home, scope, "acceptance/measured")
    before = duck.rows(
        duck.connect(home, ("acceptance",)), "SELECT * EXCLUDE (changed_at) FROM acceptance"
    )
    known = {row["catalog"]: row for row in before}
    given = measured or {}
    rows = [_row(found, given.get(found["catalog"]), model_version) for found in counted]
    now = datetime.now(UTC)
    changed = [{**row, "changed_at": now} for row in rows if row != known.get(row["catalog"])]
    tables.merge(home, "acceptance", changed)
    return changed


def overview(home: Store, catalog: str | None = None) -> list[dict[str, Any]]:
    """Return each catalog's row of `acceptance` with its last audit and, as `next`, what to do.

    Beside the table's columns: `audit_id`, `drawn` and `undecided` (artworks of that audit).
    """
    connection = duck.connect(home, ("acceptance", "audits", "artworks", "reviews"))
    view_latest(connection)
    rows = duck.rows(connection, sql.text("acceptance/overview"), {"catalog": catalog})
    return [{**row, "next": _next_step(row)} for row in rows]


def needed_by(row: Mapping[str, Any]) -> int:
    """Return how many more audit decisions, all right, would open a row's catalog."""
    counted = row["right_artworks"], row["artworks"]
    right, artworks = counted if row["basis"] == AUDIT else (0, 0)
    return decisions_needed(right, artworks, row["target"])


def _row(
    found: Mapping[str, Any], given: tuple[int, int] | None, model_version: str
) -> dict[str, Any]:
    """Return a row of `acceptance` without the time of the change."""
    target = target_of(found["catalog"])
    labels = PrecisionSample(*given) if given else PrecisionSample(0, 0)
    if labels.artworks < MIN_LABELS:  # then on labelled artworks that it did not learn from
        labels = PrecisionSample(found["labelled"], found["labelled_right"])
    if labels.artworks >= MIN_LABELS:
        precision = labels.right / labels.artworks
        basis, measure, is_open = LABELS, labels, precision >= target
        verdict = f"precision {precision:.4f} {'reaches' if is_open else 'below'} {target:g}"
        reason = f"labels: {_counted(labels)}, {verdict}"
    elif found["has_audit"]:
        basis = AUDIT
        measure, is_open, reason = _by_audit(found, target)
    else:
        basis, measure, is_open = NONE, labels, False
        reason = (
            "no audit, and no labelled artwork outside the training data with a confident "
            "prediction"
        )
        if labels.artworks:
            reason = (
                f"only {labels.artworks} labelled artworks outside the training data have a "
                f"confident prediction ({MIN_LABELS} are needed), and no audit"
            )
    return {
        "catalog": found["catalog"],
        "state": OPEN if is_open else CLOSED,
        "basis": basis,
        "model_version": model_version,
        "target": target,
        "artworks": measure.artworks,
        "right_artworks": measure.right,
        "precision": measure.precision,
        "lower": measure.lower,
        "reason": reason,
    }


def _by_audit(found: Mapping[str, Any], target: float) -> tuple[PrecisionSample, bool, str]:
    """Measure on the audit sample and on all decisions; use the smaller lower bound.

    People choose what else they decide, often what the model is surest of: that may close a
    catalog, but it cannot open one.
    """
    sample = PrecisionSample(found["audited"], found["audited_right"])
    everything = PrecisionSample(found["decided"], found["decided_right"])
    measure = min(sample, everything, key=lambda each: each.lower)
    needed = max(
        decisions_needed(each.right, each.artworks, target) for each in (sample, everything)
    )
    of = "audit" if measure is sample else "audit and other reviews"
    if needed == 0:
        reason = f"{of}: {_counted(measure)}, lower bound {measure.lower:.4f} reaches {target:g}"
        return measure, True, reason
    finding = "nothing decided yet"
    if measure.artworks:
        finding = f"{_counted(measure)}, lower bound {measure.lower:.4f} below {target:g}"
    more = "decisions" if needed > 1 else "decision"
    reason = f"{of}: {finding}: {needed:,} more {more} without a correction would open it"
    return measure, False, reason


def _counted(measure: PrecisionSample) -> str:
    return f"{measure.right:,} of {measure.artworks:,} right"


def _next_step(row: Mapping[str, Any]) -> str:
    if row["state"] == OPEN:
        return "nothing: confident predictions are accepted"
    if row["basis"] == LABELS:
        return "review predictions; the catalog opens when a model reaches the target"
    command = f"`artcat review build --name {row['catalog']} --audit"
    if row["undecided"]:
        return (
            f"decide {row['undecided']:,} of the {row['drawn']:,} artworks in the audit: "
            f"{command} {row['drawn']}` shows them"
        )
    # More than needed, in tens
    return f"{command} {math.ceil(needed_by(row) * _SLACK / 10) * 10}` draws a sample to decide"
