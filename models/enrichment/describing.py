"""Writing of missing descriptions, and of the table `enriched`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from catalog.enrichment import enriched
from catalog.enrichment.enriched import EnrichmentScope, TemplateVersion
from catalog.enrichment.predictions import ClassifierKey
from catalog.ingestion.checks import SHOWN, CheckResult
from catalog.storage import tables
from catalog.storage.homes import settings
from catalog.storage.schemas import TABLES
from catalog.storage.store import Store
from catalog.vocabulary import style_names
from models.enrichment import template_check, wording
from models.enrichment.descriptions import (
    WORDING,
    Closest,
    DescriptionFacts,
    describe_with_fallback,
)
from models.enrichment.wording import Template

_AT_A_TIME = 10_000
"""Descriptions in memory as Python objects, which take ten times as much as a table."""
_checked: set[tuple[str, ...]] = set()
"""Templates and styles that were checked in this process: a check takes a third of a second."""


@dataclass(frozen=True)
class Described:
    """Descriptions written, rows changed in `enriched`, and checks about template failures."""

    descriptions: int
    enriched: tables.Written
    checks: tuple[dict[str, Any], ...] = ()
    """As `catalog.ingestion.checks.run` gives them: empty if every template was rendered."""


def templates() -> tuple[Template, ...]:
    """Load the templates of the configured languages, in order.

    Raises:
        TemplateError: naming file and line, if one of them cannot be used.
    """
    own = settings()
    found = tuple(wording.from_folder(own.templates, language) for language in own.languages)
    for template in found:
        checked = (template.digest, *style_names())
        if checked not in _checked:
            template_check.check(template)
            _checked.add(checked)
    return found


def describe_artworks(
    home: Store,
    catalog: str | None,
    classifier_key: ClassifierKey | None,
    artwork_ids: Sequence[str] | None = None,
) -> Described:
    """Describe each artwork that has no description of its present facts, and update `enriched`.

    If a template fails for an artwork, the built-in template is used, and the reason recorded.

    Raises:
        TemplateError: if a template cannot be used; nothing was written.
    """
    used = templates()
    by_language = {template.language: template for template in used}
    schema = TABLES["descriptions"].schema
    count = 0
    failed: list[dict[str, Any]] = []

    def describe(artworks: pa.Table) -> pa.Table:
        nonlocal count
        parts = [schema.empty_table()]
        for batch in artworks.to_batches(max_chunksize=_AT_A_TIME):
            rows = [_row(work, by_language[work["language"]]) for work in batch.to_pylist()]
            failed.extend(row for row in rows if row["slots"][-1]["slot"] == WORDING)
            parts.append(pa.Table.from_pylist(rows, schema=schema))
        count += artworks.num_rows
        return pa.concat_tables(parts)

    only = None if artwork_ids is None else tuple(artwork_ids)
    scope, versions = EnrichmentScope(catalog, classifier_key, only), template_versions(used)
    written = enriched.update_enriched(home, scope, versions, describe)
    return Described(count, written, _checks(failed))


def _checks(failed: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    if not failed:
        return ()
    meaning = "artworks described by the built-in template, since the museum's failed for them"
    examples = [str(row["artwork_id"]) for row in failed[:SHOWN]]
    examples[0] += f" ({failed[0]['slots'][-1]['source']})"
    check = CheckResult("descriptions/template_fits", "warned", meaning, len(failed), examples)
    return (asdict(check),)


def template_versions(used: Sequence[Template]) -> list[TemplateVersion]:
    """Return what descriptions depend on of these templates."""
    return [TemplateVersion(each.language, each.digest, each.mentions_closest) for each in used]


def _row(work: dict[str, Any], template: Template) -> dict[str, Any]:
    description = describe_with_fallback(
        DescriptionFacts(
            artist=work["artist"],
            profession=work["profession"],
            form=work["form"],
            title=work["title"],
            style=work["described_style"],
            style_source=work["described_source"],
            hedged=work["hedged"],
            style_evidence=work["described_evidence"],
            closest=tuple(Closest(**near) for near in work["closest"] or ()),
        ),
        template,
    )
    return {
        "artwork_id": work["artwork_id"],
        "catalog": work["catalog"],
        "description_key": work["description_key"],
        "language": template.language,
        "text": description.text,
        "slots": [asdict(slot) for slot in description.slots],
    }
