"""Predict and describe the works that lack it, and publish what people read.

Run: artcat enrich --home artcat-home
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from tqdm import tqdm

from catalog.enrichment import counts
from catalog.homes import open_existing_home, settings
from catalog.runs import Run, recorded
from catalog.store import Store
from flows.preflight import check_templates
from flows.quiet import run_id
from models.parameters import EnrichParameters
from models.versions import registry
from tasks.checking import check_table
from tasks.enrichment import (
    caption_shard,
    describe,
    plan_captions,
    plan_predictions,
    predict_shard,
    update_closest,
    update_enriched,
)
from tasks.publishing import publish


@flow(name="enrich")
def enrich(parameters: EnrichParameters) -> dict[str, Any]:
    """Bring predictions, sentences and `enriched` up to date; returns what was done."""
    home = open_existing_home(parameters.home)
    check_templates()
    with recorded(home, "enrich", parameters.name, run_id()) as run:
        enrich_steps(run, home, parameters.name, parameters.batch_size)
    return run.summary()


def enrich_steps(
    run: Run,
    home: Store,
    name: str | None,
    batch_size: int,
    vectors: tuple[str, str] | None = None,
) -> None:
    """The steps of enrichment, as `nightly` takes them too.

    Args:
        run: under way; its counts are filled.
        home: what is enriched.
        name: of the catalog; all if None.
        batch_size: images that go through a network at a time.
        vectors: encoder and preprocessing by which works are close; None for no close works.
    """
    with run.step("predict"):
        champion = registry.champion(home)
        key = registry.classifier_key(champion) if champion else None
        run.counts["champion"] = champion
        run.counts["forward_passes"] = (
            predict_works(home, name, champion, key, batch_size) if champion and key else 0
        )
    with run.step("closest"):
        run.counts["closest_changed"] = update_closest(home.uri, name, *(vectors or (None, None)))
    if captioner := settings().captioner:
        with run.step("caption"):
            plan = plan_captions(home.uri, name, captioner)
            run.counts["captioned"] = sum(
                caption_shard(home.uri, captioner, shard, ids) for shard, ids in plan.items()
            )
    with run.step("describe"):
        run.counts["described"] = describe(home.uri, name, key)
    with run.step("write"):
        update_enriched(home.uri, name, key)
        checked = check_table(home.uri, "enriched", name)
        run.counts["checks"] = [*run.counts.get("checks", ()), *checked]
        run.counts.update(counts(home, name))
    with run.step("publish"):
        run.counts["published"] = publish(home.uri)


def predict_works(
    home: Store, name: str | None, model_version: str, key: str, batch_size: int
) -> int:
    """Predict every work that the champion has not seen, a shard at a time."""
    plan = plan_predictions(home.uri, name, key)
    passes = 0
    works = sum(len(ids) for ids in plan.values())
    with tqdm(total=works, desc="predict", unit="work", disable=None) as bar:
        for shard, ids in plan.items():
            passes += predict_shard(
                home.uri, model_version, shard, ids, batch_size, settings().threads
            )
            bar.update(len(ids))
    return passes
