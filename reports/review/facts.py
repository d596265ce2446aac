"""Influence of facts on the predictions that are shown for review."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from catalog.base.arrow import values
from catalog.storage import duck
from catalog.storage.store import Store
from models.evidence.patterns import FACTS
from models.versions.serving import Serving


def influence_of_facts(
    home: Store, classifier: Serving | None, artwork_ids: Sequence[str]
) -> dict[str, list[tuple[str, float]]]:
    """Measure by artwork_id what each group of facts adds to the probability of its style.

    Args:
        home: whose artworks.
        classifier: the champion; without a facts classifier nothing is measured.
        artwork_ids: the artworks that are shown.
    """
    if classifier is None or FACTS not in classifier.evidence or not artwork_ids:
        return {}
    from models.enrichment import loading  # noqa: PLC0415 - needs torch
    from models.evidence.explanation import fact_influence  # noqa: PLC0415

    facts = loading.classifier(home.uri, classifier.model_version).facts
    if facts is None:
        return {}
    with duck.connect(home, ("artworks",)) as connection:
        connection.register("asked", pa.table({"artwork_id": list(artwork_ids)}))
        artworks = duck.arrow(connection, "FROM artworks SEMI JOIN asked USING (artwork_id)")
    found = fact_influence(facts, artworks)
    return dict(zip(map(str, values(artworks, "artwork_id")), found, strict=True))
