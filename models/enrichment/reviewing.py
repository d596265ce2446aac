"""Import of reviews with immediate effect on descriptions, `enriched` and the published files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalog.base.results import RunResult
from catalog.datasets.reviews import Imported, import_reviews, read_reviews
from catalog.publishing.publish import publish
from catalog.runs.record import Run, recorded
from catalog.storage.store import Store
from models.enrichment.describing import describe_artworks, templates
from models.enrichment.planning import PREDICTED_TOGETHER, plan_predictions
from models.versions import serving
from models.versions.registry import CLASSIFIER
from models.versions.serving import Serving


@dataclass
class ReviewResult(Imported, RunResult):
    """What was imported, and what followed from it."""

    predictions: int = 0
    """Predictions that were made."""
    described: int = 0
    """Descriptions that were written."""
    enriched_changed: int = 0
    """Artworks of `enriched` that differ."""
    published: bool = False
    """Whether the published files were replaced."""


def review_from_file(home: Store, file: Path) -> Run[ReviewResult]:
    """Import a file of decisions and update its artworks; return what was done.

    It is idempotent; a killed run is completed by the next one.

    Raises:
        SourceError: if no row can be used, naming the line of the first mistake; nothing was
            written.
        TemplateError: if descriptions cannot be written; nothing was written.
    """
    decisions = read_reviews(file)
    templates()
    with recorded(home, "review", ReviewResult()) as run:
        result = run.result
        with run.step("import"):
            imported, artwork_ids = import_reviews(home, file, decisions)
            result.update_from(imported)
        served = serving.read_champions(home).get(CLASSIFIER)
        key = served.classifier_key if served else None
        with run.step("predict"):
            # a decision is a label, hence evidence about the artist's other works
            result.predictions = predict_remaining(home, served) if served else 0
        with run.step("describe"):
            described = describe_artworks(home, None, key, artwork_ids)
            result.described = described.descriptions
            result.enriched_changed = described.enriched.changed
        with run.step("publish"):
            result.published = publish(home)
    return run


def predict_remaining(home: Store, served: Serving) -> int:
    """Predict the artworks whose evidence changed; return how many. Loads the model only if any."""
    if not served.classifier_key.other_works:
        return 0  # decisions are not evidence for it
    ranges, _ = plan_predictions(home, None, served, PREDICTED_TOGETHER)
    if not ranges:
        return 0
    from models.enrichment.predicting import predict_artworks  # noqa: PLC0415 - needs torch

    return sum(predict_artworks(home, None, served, each) for each in ranges)
