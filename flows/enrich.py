"""The flow `enrich`: embed, predict, describe, and publish.

Run: artcat enrich --home artcat-home
"""

from __future__ import annotations

from typing import Any

from catalog.enrichment.champions import warn_of_retired
from catalog.enrichment.predictions import mark_outside
from catalog.runs.record import Run, announce, recorded
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from catalog.storage.tables import versions
from flows.preflight import check_templates
from flows.quiet import run_id
from flows.shards import Step, run_steps
from models.enrichment.planning import PREDICTED_TOGETHER, plan_embeddings, plan_predictions
from models.parameters import EngineParameters, EnrichParameters
from models.promotion.absence import champion_state
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.served import Serving
from tasks.checking import check_table
from tasks.enrichment import (
    describe,
    embed_shard,
    forget_models,
    predict_artworks,
    update_acceptance,
    update_closest,
    update_enriched,
)
from tasks.learning import configure_champions
from tasks.publishing import publish
from tasks.reporting import report_changes, write_pages

_TOLD = (
    *("rows_read", "artworks", "quarantined", "duplicates", "new", "changed", "removed"),
    *("images_read", "orphans", "forward_passes", "predictions", "closest_changed", "described"),
)
"""Counts shown on the page about a run."""


def enrich(parameters: EnrichParameters) -> dict[str, Any]:
    """Update predictions, descriptions and `enriched`; returns what was done."""
    home = open_existing_home(parameters.home)
    check_templates()
    with recorded(home, "enrich", parameters.name, run_id()) as run:
        enrich_steps(run, home, parameters.name, parameters)
    return run.summary()


def enrich_steps(run: Run, home: Store, name: str | None, parameters: EngineParameters) -> None:
    """Run the steps of enrichment, also within `nightly`."""
    warn(run, warn_of_retired(home))
    with run.step("plan"):
        served = configure_champions(home.uri)
    classifier = served.get(CLASSIFIER)
    key = classifier.classifier_key if classifier else None
    run.counts["champion"] = classifier.model_version if classifier else None
    if classifier is None:
        run.counts.update(champion_state(home))
    with run.step("embed"):
        run.counts["forward_passes"] = embed_works(home, name, served, parameters)
    with run.step("predict"):
        run.counts["newly_outside"] = mark_outside(home, name)
        run.counts["predictions"] = (
            predict_new_artworks(home, name, classifier, parameters) if classifier else 0
        )
    if classifier:
        with run.step("acceptance"):
            run.counts["acceptance_changed"] = update_acceptance(home.uri, name, classifier)
    if run.counts["forward_passes"] or run.counts["predictions"]:
        forget_models()
    with run.step("closest"):
        embedder = served.get(EMBEDDER)
        seen_by = (embedder.encoders[0], embedder.preprocessing) if embedder else (None, None)
        run.counts["closest_changed"] = update_closest(home.uri, name, *seen_by)
    with run.step("describe"):
        described = describe(home.uri, name, key)
        run.counts["described"] = described.sentences
    with run.step("write"):
        update_enriched(home.uri, name, key)
        checked = check_table(home.uri, "enriched", name)
        run.counts["checks"] = [*run.counts.get("checks", ()), *described.checks, *checked]
    with run.step("report"):
        if (now := versions(home)) != run.versions_before:
            announce(home, run, now)  # then the model whose changes will be reported is known
        run.counts.update(report_changes(home.uri, run.run_id, name))
        counted = {what: run.counts[what] for what in _TOLD if what in run.counts}
        run.counts.update(write_pages(home.uri, run.run_id, name, counted))
    with run.step("publish"):
        run.counts["published"] = publish(home.uri)


def warn(run: Run, warning: str | None) -> None:
    """Add a warning, if any, to the start of the run's output."""
    found = run.counts.get("warnings", [])
    if warning and warning not in found:
        run.counts["warnings"] = [*found, warning]


def embed_works(
    home: Store, name: str | None, served: dict[str, Serving], parameters: EngineParameters
) -> int:
    """Embed new images with the champions' encoders; return how many were embedded."""
    steps = [
        Step(
            {"home": home.uri, "look": look, "batch_size": parameters.batch_size},
            len(look.images),
            (look.shard,),
        )
        for look in plan_embeddings(home, name, served).shards
    ]
    return run_steps(embed_shard, steps, parameters, "embed", "image")


def predict_new_artworks(
    home: Store, name: str | None, serving: Serving, parameters: EngineParameters
) -> int:
    """Predict the artworks without a current prediction; return how many."""
    planned = plan_predictions(home, name, serving, PREDICTED_TOGETHER)
    given = {"home": home.uri, "name": name, "serving": serving}
    steps = [
        Step({**given, "artworks": part}, part.artworks, (f"{part.first} to {part.last}",))
        for part in planned.ranges
    ]
    return run_steps(predict_artworks, steps, parameters, "predict", "artwork")
