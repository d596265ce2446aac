"""Write the sentences that are missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pyarrow as pa

from catalog import enrichment, tables
from catalog.enrichment import Wording
from catalog.schemas import TABLES
from catalog.store import Store
from models.enrichment.descriptions import LANGUAGE, TEMPLATE_KEY, DescriptionFacts, describe

WORDING = Wording(TEMPLATE_KEY, LANGUAGE)


def describe_works(home: Store, catalog: str | None, classifier_key: str | None) -> int:
    """Write a sentence for each work that has none for its present facts; how many."""
    todo = enrichment.plan_descriptions(home, catalog, classifier_key, WORDING)
    rows = [_row(work) for work in todo.to_pylist()]
    schema = TABLES["descriptions"].schema
    tables.merge(home, "descriptions", pa.Table.from_pylist(rows, schema=schema))
    return len(rows)


def _row(work: dict[str, Any]) -> dict[str, Any]:
    description = describe(
        DescriptionFacts(
            artist=work["artist"],
            profession=work["profession"],
            form=work["form"],
            title=work["title"],
            style=work["told_style"],
            style_source=work["told_source"],
            hedged=work["hedged"],
        )
    )
    return {
        "artwork_id": work["artwork_id"],
        "catalog": work["catalog"],
        "description_key": work["description_key"],
        "language": LANGUAGE,
        "text": description.text,
        "slots": [asdict(slot) for slot in description.slots],
    }
