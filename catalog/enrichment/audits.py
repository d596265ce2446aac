"""Audits: random samples of confident predictions that people decide to open a catalog."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sql
from catalog.base.errors import ArtcatError
from catalog.base.hashing import key_of
from catalog.enrichment.acceptance import CLOSED, LABELS, needed_by, overview
from catalog.enrichment.enriched import EnrichmentScope, query_resolved
from catalog.storage import duck, tables
from catalog.storage.store import Store


@dataclass(frozen=True)
class Audit:
    """A sample of a catalog's artworks for people to decide."""

    audit_id: str
    catalog: str
    artworks: int
    undecided: int
    needed: int
    """Further decisions, all right, that would open the catalog."""
    is_new: bool
    """Whether it was drawn now rather than continued."""


def prepare_audits(
    home: Store,
    scope: EnrichmentScope,
    model_version: str,
    artworks: int,
    *,
    new_sample: bool = False,
) -> list[Audit]:
    """Draw an audit, of at most so many artworks, for each catalog in scope that needs one.

    An unfinished one is continued, unless a new sample is asked for.

    Raises:
        ArtcatError: if no catalog needs an audit, or no artwork can be drawn; nothing was written.
    """
    known = overview(home, scope.catalog)
    if not known:
        whose = f"the catalog {scope.catalog}" if scope.catalog else "any catalog"
        raise ArtcatError(f"there are no predictions for {whose} yet: run `artcat enrich` first")
    rows = [row for row in known if row["state"] == CLOSED and row["basis"] != LABELS]
    if not rows:
        states = "; ".join(f"{row['catalog']} is {row['state']} ({row['reason']})" for row in known)
        raise ArtcatError(f"an audit would change nothing: {states}")
    audits: list[Audit] = []
    for row in rows:
        is_new = new_sample or not row["undecided"]
        if is_new:
            of_catalog = replace(scope, catalog=row["catalog"])
            audit_id, drawn = _draw(home, of_catalog, model_version, artworks)
            undecided = drawn
        else:
            audit_id, drawn, undecided = row["audit_id"], row["drawn"], row["undecided"]
        if drawn:
            needed = needed_by(row)
            audits.append(Audit(audit_id, row["catalog"], drawn, undecided, needed, is_new))
    if not audits:
        raise ArtcatError(
            f"no artworks to audit in {', '.join(row['catalog'] for row in rows)}: there is "
            "no undecided artwork of unknown style with a confident prediction"
        )
    return audits


def artworks_of(home: Store, audits: list[Audit]) -> list[str]:
    """Return the artwork_ids of audits that are still in their catalog, in random order."""
    connection = duck.connect(home, ("audits", "artworks"))
    audit_ids = [audit.audit_id for audit in audits]
    found = connection.execute(sql.text("audits/drawn"), {"audit_ids": audit_ids}).fetchall()
    return [artwork_id for (artwork_id,) in found]


def _draw(
    home: Store, scope: EnrichmentScope, model_version: str, artworks: int
) -> tuple[str, int]:
    """Draw and record a sample of a catalog; return its id and size."""
    counted = duck.connect(home, ("audits",)).execute(
        "SELECT count(DISTINCT audit_id) FROM audits WHERE catalog = $catalog",
        {"catalog": scope.catalog},
    )
    earlier = counted.fetchall()[0][0]
    # The sample follows from the id: it can be drawn again from the tables as they were.
    audit_id = key_of("audit", scope.catalog, model_version, earlier)[:16]
    asked = {"audit_id": audit_id, "artworks": artworks}
    drawn = query_resolved(home, scope, "audits/sample", asked)
    now = datetime.now(UTC)
    rows = [
        {
            "audit_id": audit_id,
            "catalog": scope.catalog,
            "artwork_id": row["artwork_id"],
            "stratum": row["predicted_style"],
            "drawn_at": now,
            "model_version": model_version,
            "shown_style": row["predicted_style"],
            "shown_confidence": row["confidence"],
        }
        for row in drawn
    ]
    tables.merge(home, "audits", rows)
    return audit_id, len(rows)
