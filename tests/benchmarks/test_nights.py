"""Nights: their memory, without changes, on Dask workers, and beside `clip-retrieval inference`."""

import os
import subprocess
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from catalog.base.hashing import sha256_of
from catalog.storage import duck, tables
from catalog.storage.store import FolderStore
from models.classifiers.classifier import Classifier
from models.parameters import EngineParameters
from models.versions import registry
from models.versions.registry import CLASSIFIER
from models.versions.serving import Serving, serving_of
from tests.benchmarks.enriching import (
    BATCH,
    FULL,
    IMAGES,
    MODEL_MIB,
    crown,
    peak_memory,
    run_enrich,
    small_home,
)
from tests.benchmarks.measuring import say, timed

pytestmark = pytest.mark.usefixtures("server")


def test_memory_of_a_night(ready):
    home, _ = ready
    shorter = serving_of(home, registry.champion(home)).precision == "bf16"
    weights = MODEL_MIB * (1.5 if shorter else 1)  # in bf16 half as much again, beside the first
    memory = peak_memory(home)
    say(
        f"peak memory of `artcat enrich` with {FULL}, {IMAGES} images",
        f"{memory:.0f} MiB, of which the weights, as read and as run, are {weights:.0f} MiB",
    )
    assert memory - weights < 3 * 1024


def test_a_night_without_news(tmp_path, classifier):
    lines, spent, peaks = [], [], []
    for works in (45_000, 450_000):
        home = FolderStore(tmp_path / str(works))
        version = crown(home, classifier)
        of_many_works(home, works, serving_of(home, version))
        judging = peak_memory(home)
        nothing = min(run_enrich(home)[0] for _ in range(2))
        peaks.append((judging, peak_memory(home)))
        spent.append(nothing)
        lines.append(
            f"{works:,} works: judged, described and written with a peak of {judging:.0f} MiB; "
            f"nothing new {nothing:.1f} s ({nothing / spent[0]:.1f} times), {peaks[-1][1]:.0f} MiB"
        )
    say("nights whose images are all known", *lines)
    assert spent[0] < 10
    assert spent[1] <= 5 * spent[0]
    assert max(max(pair) for pair in peaks) - MODEL_MIB < 3 * 1024


def of_many_works(home: FolderStore, works: int, served: Serving) -> None:
    """Tables as they are when all images have been looked at; there are no shards."""
    rng = np.random.default_rng(0)
    seen = {"encoder": served.encoders[0], "preprocessing": served.preprocessing}
    for start in range(0, works, 50_000):
        count = min(50_000, works - start)
        numbers = range(start, start + count)
        same = {"artwork_id": [f"wga:{n}" for n in numbers], "catalog": ["wga"] * count}
        hashes = [f"{number:064x}" for number in numbers]
        artworks = {
            "artist": [f"PAINTER {n % 5000}, Ann" if n % 20 else None for n in numbers],
            "title": [f"View of the river {number}" for number in numbers],
            **{"form": ["painting"] * count, "profession": ["painter"] * count},
        }
        shards = [f"shards/wga/{number // 512}.parquet" for number in numbers]
        images = {"sha256": hashes, "status": ["ok"] * count, "shard": shards}
        vectors = pa.array(rng.normal(size=count * 512).astype(np.float32))
        ends = pa.array(np.arange(count + 1, dtype=np.int32) * 512)
        embeddings = {
            **{"embedding_key": hashes, "image_sha256": hashes},
            **{name: [value] * count for name, value in seen.items()},
            "vector": pa.ListArray.from_arrays(ends, vectors),
        }
        tables.merge(home, "artworks", pa.table({**same, **artworks}))
        tables.merge(home, "images", pa.table({**same, **images}))
        tables.merge(home, "embeddings", pa.table(embeddings))


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

        looks = plan_embeddings(home, None, served)[0]
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


def clip_retrieval(program: str, folder: Path, classifier: Classifier, files: list[bytes]) -> float:
    folder.mkdir()
    for number, data in enumerate(files):
        (folder / f"{number:06}.jpg").write_bytes(data)
    weights = folder.with_suffix(".pt")
    torch.save(classifier.network.state_dict(), weights)
    given = {
        "input_dataset": folder,
        "output_folder": folder.with_suffix(".out"),
        "clip_model": f"open_clip:{FULL}/{weights}",
        "use_jit": False,
        "batch_size": BATCH,
        "enable_text": False,
        "enable_metadata": False,
        "num_prepro_workers": 2,
    }
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    command = [program, "inference", *words]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def test_enrich_against_clip_retrieval(ready, originals, classifier, tmp_path):
    program = os.environ.get("ARTCAT_BENCH_CLIP_RETRIEVAL")
    if program is None:
        pytest.skip("ARTCAT_BENCH_CLIP_RETRIEVAL names no clip-retrieval: see README.md here")
    home, preparation = ready
    few = originals[: 2 * BATCH]
    start = clip_retrieval(program, tmp_path / "few", classifier, few)
    theirs = clip_retrieval(program, tmp_path / "all", classifier, originals) - start
    rate = (IMAGES - len(few)) / theirs  # without its start
    seconds, _ = run_enrich(home)
    ours, whole = IMAGES / seconds, IMAGES / (seconds + preparation)
    found = np.load(tmp_path / "all.out" / "img_emb" / "img_emb_0.npy").astype(np.float32)
    cosine = least_cosine(home, originals, found)
    say(
        f"enrich beside clip-retrieval inference, {FULL}, {IMAGES} images",
        f"clip-retrieval {rate:.1f} images/s without its start; ours {ours:.1f}: "
        f"{ours / rate:.2f}; with the preparation of shards {whole:.1f}: {whole / rate:.2f}",
        f"least cosine of the two vectors of an image {cosine:.4f}",
    )
    assert cosine > 0.9
    assert whole / rate >= 1.5


def least_cosine(home: FolderStore, originals: list[bytes], theirs: np.ndarray) -> float:
    """Of our vectors and theirs, of all images; both in the order of the files."""
    asked = "SELECT image_sha256, vector FROM embeddings"
    ours = {row["image_sha256"]: row["vector"] for row in duck.run_query(home, asked).to_pylist()}
    vectors = np.array([ours[sha256_of(data)] for data in originals], np.float32)
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((vectors * theirs).sum(1) / norms).min())
