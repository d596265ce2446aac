"""Overhead of Prefect: a run of `enrich` compared with the same functions called directly.

Both look at as many images with ViT-B-32 in single precision as take ten minutes on two cores;
what is orchestrated has a Prefect server beside it.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from catalog.enrichment import work_changes
from catalog.ingestion import checks
from catalog.publishing import publish
from catalog.runs.record import recorded
from catalog.storage.store import FolderStore
from flows.results import EnrichResult
from models.classifiers.classifier import Classifier
from models.enrichment import describing, loading, neighbours
from models.enrichment.embeddings import embed_shard
from models.enrichment.planning import (
    PREDICTED_TOGETHER,
    ShardToEmbed,
    plan_embeddings,
    plan_predictions,
)
from models.enrichment.predicting import predict_artworks
from models.parameters import EnrichParameters
from models.versions import registry
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.serving import configure_champions
from reports.collection import page
from reports.collection.content import gather
from tests.benchmarks.enriching import BATCH, FULL, SHARD, small_home
from tests.benchmarks.measuring import say, timed
from tests.building import put, rows_of
from tests.temporary_prefect import prefect_server

MANY = int(os.environ.get("ARTCAT_BENCH_MANY_IMAGES", "8192"))
WARM = 32


def prepared_home(folder: Path, model: Classifier, images: int) -> FolderStore:
    home, settled = small_home(folder, model, images, SHARD)
    encoders = [encoder.removesuffix("-bf16") for encoder in settled.encoders]
    put(home, "serving", {**vars(settled), "encoders": encoders, "precision": "fp32"})
    return home


def plainly(home: FolderStore) -> None:
    """What the flow does, without Prefect: in as many threads, and recorded as well."""
    parameters = EnrichParameters(home=home.uri, batch_size=BATCH)
    served = configure_champions(home)
    serving = served[CLASSIFIER]
    with (
        ThreadPoolExecutor(parameters.workers) as threads,
        recorded(home, "enrich", EnrichResult()) as run,
    ):

        def look(each: ShardToEmbed) -> int:
            encoder = loading.encoder(
                home.uri, each.model_version, each.number, each.precision, BATCH
            )
            return embed_shard(home, encoder, each.shard, each.images)

        done = threads.map(look, plan_embeddings(home, None, served)[0])
        run.result.forward_passes = sum(done)
        ranges, _ = plan_predictions(home, None, serving, PREDICTED_TOGETHER)
        predicted = [predict_artworks(home, None, serving, each) for each in ranges]
        run.result.predictions = sum(predicted)
        embedder = served[EMBEDDER]
        neighbours.update_neighbours(home, None, embedder.encoders[0], embedder.preprocessing)
        describing.describe_artworks(home, None, serving.classifier_key)
        checks.check_table(home, "enriched", None)
        publish.publish(home)
        run.result.reported = work_changes.record_changes(home, run.run_id, None, None)
        page.write_run(home, gather(home, None, run.run_id, run.result.counts()))
        page.write_collection(home, always=False)


def orchestrated(home: FolderStore) -> None:
    from flows.deployed import enrich

    enrich(EnrichParameters(home=home.uri, batch_size=BATCH))


def test_orchestration(tmp_path, classifier):
    homes = {
        name: prepared_home(tmp_path / name, classifier, images)
        for name, images in (("plain", MANY), ("flow", MANY), ("warm", WARM))
    }
    with prefect_server():
        orchestrated(homes["warm"])
        for name in ("plain", "flow"):
            loading.encoder(homes[name].uri, registry.champion(homes[name]), 0, "fp32", BATCH)
        flow = timed(lambda: orchestrated(homes["flow"]))
        plain = timed(lambda: plainly(homes["plain"]))
    assert enriched(homes["flow"]) == enriched(homes["plain"])
    say(
        f"enrich of {MANY} images with {FULL} in fp32: a flow, and its functions alone",
        f"{flow:.1f} s, {plain:.1f} s: {flow / plain:.3f} times",
    )
    assert flow / plain <= 1.05


def enriched(home: FolderStore) -> Iterable[Any]:
    return sorted(rows_of(home, "enriched"), key=lambda row: row["artwork_id"])
