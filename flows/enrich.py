"""The flow `enrich`: embed, predict, describe, and publish.

Run: artcat enrich --home artcat-home
"""

from __future__ import annotations

from catalog.enrichment.champions import warn_of_retired
from catalog.enrichment.predictions import mark_outside
from catalog.runs.record import Run, record_start, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from catalog.storage.tables import versions
from flows.preflight import check_templates
from flows.results import EnrichResult
from flows.shards import Step, run_steps
from models.enrichment.planning import PREDICTED_TOGETHER, plan_embeddings, plan_predictions
from models.parameters import EngineParameters, EnrichParameters
from models.promotion.promote import champion_state
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.serving import Serving
from tasks.enrichment import (
    describe_artworks,
    embed_shard,
    forget_models,
    predict_artworks,
    update_acceptance,
    update_neighbours,
)
from tasks.housekeeping import check_table, publish
from tasks.learning import configure_champions
from tasks.prefect_run import run_id
from tasks.reporting import report_changes, write_pages


def enrich(parameters: EnrichParameters) -> Run[EnrichResult]:
    """Update predictions, descriptions and `enriched`; returns what was done."""
    home = open_existing_home(parameters.home)
    check_templates()
    with recorded(home, "enrich", EnrichResult(), parameters.name, run_id()) as run:
        enrich_steps(run, home, parameters.name, parameters)
    return run


def enrich_steps(
    run: Run[EnrichResult], home: Store, name: str | None, parameters: EngineParameters
) -> None:
    """Run the steps of enrichment, also within `nightly`."""
    result = run.result
    result.warn(warn_of_retired(home))
    with run.step("plan"):
        served = configure_champions(home.uri)
    classifier = served.get(CLASSIFIER)
    key = classifier.classifier_key if classifier else None
    result.update_from(champion_state(home))
    with run.step("embed"):
        result.forward_passes = embed_works(home, name, served, parameters)
    with run.step("predict"):
        result.newly_outside = mark_outside(home, name)
        if classifier:
            result.predictions = predict_new_artworks(home, name, classifier, parameters)
    if classifier:
        with run.step("acceptance"):
            result.acceptance_changed = update_acceptance(home.uri, name, classifier)
    if result.forward_passes or result.predictions:
        forget_models()
    with run.step("closest"):
        embedder = served.get(EMBEDDER)
        seen_by = (embedder.encoders[0], embedder.preprocessing) if embedder else (None, None)
        result.closest_changed = update_neighbours(home.uri, name, *seen_by)
    with run.step("describe"):
        described = describe_artworks(home.uri, name, key)
        result.described = described.descriptions
        result.checks += [*described.checks, *check_table(home.uri, "enriched", name)]
    with run.step("report"):
        if (now := versions(home)) != run.versions_before:
            record_start(home, run, now)  # then the model whose changes will be reported is known
        result.update_from(report_changes(home.uri, run.run_id, name))
        pages = write_pages(home.uri, run.run_id, name, result.counts())
        result.page, result.collection = pages
    with run.step("publish"):
        result.published = publish(home.uri)


def embed_works(
    home: Store, name: str | None, served: dict[str, Serving], parameters: EngineParameters
) -> int:
    """Embed new images with the champions' encoders; return how many were embedded."""
    shards, _ = plan_embeddings(home, name, served)
    steps = [
        Step(
            {"home": home.uri, "shard": shard, "batch_size": parameters.batch_size},
            len(shard.images),
            shard.shard,
        )
        for shard in shards
    ]
    return run_steps(embed_shard, steps, parameters, "embed", "image")


def predict_new_artworks(
    home: Store, name: str | None, serving: Serving, parameters: EngineParameters
) -> int:
    """Predict the artworks without a current prediction; return how many."""
    ranges, _ = plan_predictions(home, name, serving, PREDICTED_TOGETHER)
    given = {"home": home.uri, "name": name, "serving": serving}
    steps = [
        Step({**given, "artworks": part}, part.artworks, f"{part.first} to {part.last}")
        for part in ranges
    ]
    return run_steps(predict_artworks, steps, parameters, "predict", "artwork")
