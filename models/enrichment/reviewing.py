"""Import of reviews with immediate effect on descriptions, `enriched` and the published files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalog.datasets.reviews import import_reviews, read_reviews
from catalog.publishing.publish import publish
from catalog.runs.record import recorded
from catalog.storage.store import Store
from models.enrichment.describing import describe_works, templates, write_enriched
from models.enrichment.planning import PREDICTED_TOGETHER, plan_predictions
from models.versions import registry, serving
from models.versions.serving import Serving


def review_from_file(home: Store, file: Path) -> dict[str, Any]:
    """Import a file of decisions and update its artworks; return what was done.

    It is idempotent; a killed run is completed by the next one.

    Raises:
        SourceError: if no row can be used, naming the line of the first mistake; nothing was
            written.
        TemplateError: if sentences cannot be written; nothing was written.
    """
    decisions = read_reviews(file)
    templates()
    with recorded(home, "review") as run:
        with run.step("import"):
            imported = import_reviews(home, file, decisions)
            run.counts.update(asdict(imported))
            del run.counts["artwork_ids"]
            run.counts["works"] = len(imported.artwork_ids)
        champion = registry.champion(home)
        served = serving.read(home, champion) if champion else None
        key = served.classifier_key if served else None
        with run.step("predict"):
            # a decision is a label, hence evidence about the artist's other works
            run.counts["predictions"] = predict_remaining(home, served) if served else 0
        with run.step("describe"):
            run.counts["described"] = describe_works(
                home, None, key, imported.artwork_ids
            ).sentences
        with run.step("write"):
            written = write_enriched(home, None, key, imported.artwork_ids)
            run.counts["enriched_changed"] = written.changed
        with run.step("publish"):
            run.counts["published"] = publish(home)
    return run.summary()


def predict_remaining(home: Store, served: Serving) -> int:
    """Predict the artworks whose evidence changed; return how many. Loads the model only if any."""
    if not served.classifier_key.other_works:
        return 0  # decisions are not evidence for it
    ranges = plan_predictions(home, None, served, PREDICTED_TOGETHER).ranges
    if not ranges:
        return 0
    from models.enrichment.predicting import predict_artworks  # noqa: PLC0415 - needs torch

    return sum(predict_artworks(home, None, served, each) for each in ranges)
