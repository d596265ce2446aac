"""Take in what people decided, and say it at once: sentences, `enriched`, the published files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalog.publish import publish
from catalog.reviews import import_reviews, read_reviews
from catalog.runs import recorded
from catalog.store import Store
from models.enrichment.describing import describe_works, templates, write_enriched
from models.versions import registry, serving


def review_from_file(home: Store, file: Path) -> dict[str, Any]:
    """Import a file of decisions and bring its works up to date; what was done.

    Doing it twice changes nothing more; a run that was killed is completed by the next one.

    Raises:
        SourceError: naming the line of the first mistake; nothing was written.
        TemplateError: if sentences cannot be written; nothing was written.
    """
    reviews = read_reviews(file)
    templates()
    with recorded(home, "review") as run:
        with run.step("import"):
            imported = import_reviews(home, file, reviews)
            run.counts.update(asdict(imported))
            del run.counts["artwork_ids"]
            run.counts["works"] = len(imported.artwork_ids)
        champion = registry.champion(home)
        served = serving.read(home, champion) if champion else None
        key = served.classifier_key if served else None
        with run.step("describe"):
            run.counts["described"] = describe_works(home, None, key, imported.artwork_ids)
        with run.step("write"):
            written = write_enriched(home, None, key, imported.artwork_ids)
            run.counts["enriched_changed"] = written.changed
        with run.step("publish"):
            run.counts["published"] = publish(home)
    return run.summary()
