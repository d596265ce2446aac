"""Two Dask workers compared with one."""

import time
from pathlib import Path

import pytest

from models.classifiers.classifier import Classifier
from models.parameters import EngineParameters
from models.versions.registry import CLASSIFIER
from tests.benchmarks.enriching import BATCH, small_home
from tests.benchmarks.measuring import say

pytestmark = pytest.mark.usefixtures("server")


def test_two_dask_workers_against_one(tmp_path, classifier):
    from distributed import LocalCluster

    rates = []
    for workers in (1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as dask:
            rates.append(of_dask(tmp_path / str(workers), classifier, dask.scheduler_address))
    one, two = rates
    say("workers of one thread each", f"one {one:.1f} images/s, two {two:.1f}: {two / one:.2f}")
    assert two / one >= 1.7


def of_dask(folder: Path, classifier: Classifier, address: str) -> float:
    """Images a second of workers that have loaded the model already."""
    count, shard = 1024, 64
    home, serving = small_home(folder, classifier, count, shard)
    served = {CLASSIFIER: serving}
    from prefect import flow

    spent: list[float] = []
    parameters = EngineParameters(batch_size=BATCH, dask=address)

    @flow
    def look() -> None:
        from flows.shards import Step, run_steps
        from models.enrichment.planning import plan_embeddings
        from tasks.enrichment import embed_shard

        looks = plan_embeddings(home, None, served).shards
        steps = [
            Step({"home": home.uri, "shard": each, "batch_size": BATCH}, len(each.images))
            for each in looks
        ]
        run_steps(embed_shard, steps[:4], parameters, "warm", "image")
        begun = time.perf_counter()
        run_steps(embed_shard, steps[4:], parameters, "embed", "image")
        spent.append(time.perf_counter() - begun)

    look()
    return (count - 4 * shard) / spent[0]
