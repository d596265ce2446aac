"""Enrichment against the bare encoder, a plain loop and the machine; nights without news; Dask.

ViT-B-32 has random weights: they change nothing of what it costs.
"""

from __future__ import annotations

import gc
import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import open_clip
import pyarrow as pa
import pytest
import torch
from PIL import Image

from catalog import duck, prepare
from catalog.hashing import sha256_of
from catalog.settings import Settings
from catalog.store import FolderStore
from flows.local_server import prefect_server
from models.classifiers.classifier import Classifier
from models.enrichment import loading
from models.networks.clip import create_clip, encode_styles
from models.networks.encoding import Encoder
from models.parameters import EngineParameters, EnrichParameters
from models.presets import ladder_config
from models.versions import registry, storage
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.served import Serving
from models.versions.serving import serving_of
from tests.benchmarks.test_images import TYPICAL_BYTES, heavy
from tests.building import WORKS, ingest_catalog, make_catalog, put
from tests.catalog.images.pictures import painting

STYLES = ("Baroque", "Realism", "Impressionism", "Rococo")
FULL, BATCH = "ViT-B-32", 32
SHARD = Settings().shard_works
IMAGES = int(os.environ.get("ARTCAT_BENCH_IMAGES", "2048"))
MODEL_MIB = 151_277_313 * 4 / 2**20
"""Weights of ViT-B-32, both towers, in single precision."""
GFLOP = 8.8
"""Of the image tower of ViT-B-32, per image."""
PRODUCTS = round(BATCH * GFLOP * 1e9 / (2 * 2048**3))
"""Matrix products of 2048 x 2048 that take as many operations as a batch."""


def say(title: str, *lines: str) -> None:
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})")
    for line in lines:
        print(f"  {line}")


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    with prefect_server():
        yield


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """A classifier as fine-tuning makes it."""
    torch.manual_seed(0)
    config = ladder_config("fine-tuned", "standard", architecture=FULL)
    clip = create_clip(FULL, config.image_size)
    with torch.no_grad():
        styles = encode_styles(clip.network.eval(), FULL, STYLES)
    even = (1 / len(STYLES),) * len(STYLES)
    counts = (10,) * len(STYLES)
    return Classifier(config, STYLES, clip.preprocessing, clip.network, counts, even, styles)


@pytest.fixture(scope="module")
def originals() -> list[bytes]:
    """Files of the size and weight that the Web Gallery of Art serves, each a little different."""
    seeds = [heavy(painting(seed, (1173, 1500))) for seed in range(8)]
    return [seeds[number % 8] + number.to_bytes(4, "big") for number in range(IMAGES)]


@pytest.fixture
def ready(tmp_path, originals, classifier) -> tuple[FolderStore, float]:
    """A home with prepared images and a champion, nothing predicted; seconds of preparation."""
    works = [{**WORKS[0], "ID": str(number)} for number in range(len(originals))]
    files = {str(number): data for number, data in enumerate(originals)}
    source = make_catalog(tmp_path / "catalog", works, images=files)
    home = FolderStore(tmp_path / "home")
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, source, "wga")
    begun = time.perf_counter()
    for start in range(0, len(plan.to_read), SHARD):
        prepare.prepare_shard(home, source, "wga", plan.to_read[start : start + SHARD], threads=2)
    seconds = time.perf_counter() - begun
    crown(home, classifier)
    return home, seconds


def crown(home: FolderStore, classifier: Classifier) -> str:
    version = storage.save(home, classifier, scheme="artist", preset="standard", training_key="")
    for role in (CLASSIFIER, EMBEDDER):
        registry.promote(home, version, "benchmark", role)
    return version


@dataclass(frozen=True)
class Alone:
    """Images a second of networks on one batch in memory, and of products alone.

    In turns of as many operations: the mean of the turns, which a whole run is compared with, and
    the best, since a machine that others share is only ever slower.
    """

    ours: float
    """Of the encoder as it is run, on average."""
    plain: float
    """Of open_clip's own tower in the same precision, on average."""
    best: float
    """Of the encoder as it is run."""
    ceiling: float
    """Of matrix products alone, the best."""


def alone(encoder: Encoder, plain: torch.nn.Module, images: int) -> Alone:
    """Measure the networks and the products, a batch each by turns."""
    size, weights = encoder.preprocessing.image_size, next(encoder.network.parameters())
    pixels = torch.rand(BATCH, 3, size, size).to(weights.dtype)
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    one, other = torch.rand(2048, 2048).to(weights.dtype), torch.rand(2048, 2048).to(weights.dtype)
    ours, theirs, products = [], [], []
    with torch.inference_mode():
        encoder.network(pixels), plain(pixels)
        for _ in range(max(images // BATCH, 1)):
            ours.append(timed(lambda: encoder.network(pixels)))
            theirs.append(timed(lambda: plain(pixels)))
            products.append(timed(lambda: [one @ other for _ in range(PRODUCTS)]))
    ceiling = PRODUCTS * 2 * 2048**3 / min(products) / 1e9 / GFLOP
    mean = [BATCH * len(turns) / sum(turns) for turns in (ours, theirs)]
    return Alone(*mean, BATCH / min(ours), ceiling)


def timed(function: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def plain_loop(network: torch.nn.Module, originals: list[bytes]) -> float:
    """Images a second of the loop that everybody writes first."""
    transform = open_clip.image_transform(224, is_train=False)
    begun = time.perf_counter()
    with torch.inference_mode():
        for start in range(0, len(originals), BATCH):
            images = [Image.open(io.BytesIO(d)) for d in originals[start : start + BATCH]]
            network(torch.stack([transform(image.convert("RGB")) for image in images]))
    return len(originals) / (time.perf_counter() - begun)


def run_enrich(home: FolderStore) -> tuple[float, dict[str, float]]:
    """Seconds of a run, and of each of its steps."""
    from flows.enrich import enrich

    steps: dict[str, float] = {}

    def run() -> None:
        steps.update(enrich(EnrichParameters(home=home.uri, batch_size=BATCH))["seconds"])

    return timed(run), steps


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_enrich_against_the_bare_encoder_and_a_plain_loop(ready, originals, precision):
    home, preparation = ready
    version = registry.champion(home)
    settled = serving_of(home, version)
    if precision == "fp32":
        row = {**vars(settled), "encoders": [e.removesuffix("-bf16") for e in settled.encoders]}
        put(home, "serving", {**row, "precision": "fp32"})
    encoder = loading.encoder(home.uri, version, 0, precision, BATCH)
    tower = loading.encoder(home.uri, version, 0, "fp32", BATCH).network
    plain = deepcopy(tower).to(next(encoder.network.parameters()).dtype)
    few = IMAGES // 8
    before = alone(encoder, plain, few)
    seconds, steps = run_enrich(home)
    rate = IMAGES / seconds
    after = alone(encoder, plain, few)
    ours, theirs = (before.ours + after.ours) / 2, (before.plain + after.plain) / 2
    ceiling = max(before.ceiling, after.ceiling)
    share = max(before.best, after.best) / ceiling
    loop = plain_loop(tower, originals[: max(few, BATCH)])
    prepared = IMAGES / (IMAGES / rate + preparation)
    say(
        f"enrich with {FULL}, {precision}, {IMAGES} images; settled: {settled.reason}",
        f"ours {rate:.1f} images/s; open_clip's tower {theirs:.1f}: {rate / theirs:.2f}; "
        f"the same as we run it {ours:.1f}: {rate / ours:.2f}",
        f"plain loop in fp32 {loop:.1f}: {rate / loop:.2f}, "
        f"with the preparation of shards {prepared / loop:.2f}",
        f"seconds of the steps: {steps}",
        f"the tower as we run it, at its best, {share:.2f} of the matrix products' "
        f"{ceiling:.1f} images/s",
    )
    assert rate / loop >= (2.0 if precision == "bf16" else 1.2)
    assert share >= 0.85
    assert rate / ours >= 0.9


def of_many_works(home: FolderStore, works: int, served: Serving) -> None:
    """Tables as they are when all images have been looked at; there are no shards."""
    rng = np.random.default_rng(0)
    digest, preprocessing = served.encoders[0], served.preprocessing
    for start in range(0, works, 50_000):
        count = min(50_000, works - start)
        numbers = range(start, start + count)
        ids = [f"wga:{number}" for number in numbers]
        hashes = [f"{number:064x}" for number in numbers]
        artist = [f"PAINTER {number % 5000}, Ann" if number % 20 else None for number in numbers]
        merge_rows(
            home,
            "artworks",
            artwork_id=ids,
            catalog=["wga"] * count,
            artist=artist,
            title=[f"View of the river {number}" for number in numbers],
            form=["painting"] * count,
            profession=["painter"] * count,
        )
        merge_rows(
            home,
            "images",
            artwork_id=ids,
            catalog=["wga"] * count,
            sha256=hashes,
            status=["ok"] * count,
            shard=[f"shards/wga/{number // 512}.parquet" for number in numbers],
        )
        vectors = rng.normal(size=(count, 512)).astype(np.float32)
        ends = np.arange(count + 1, dtype=np.int32) * 512
        merge_rows(
            home,
            "embeddings",
            embedding_key=hashes,
            image_sha256=hashes,
            encoder=[digest] * count,
            preprocessing=[preprocessing] * count,
            vector=pa.ListArray.from_arrays(pa.array(ends), pa.array(vectors.reshape(-1))),
        )


def clip_retrieval(program: str, folder: Path, classifier: Classifier, files: list[bytes]) -> float:
    """Seconds of `clip-retrieval inference` over these files with the same weights."""
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
    begun = time.perf_counter()
    subprocess.run([program, "inference", *words], check=True, capture_output=True)
    return time.perf_counter() - begun


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
    ours = {row["image_sha256"]: row["vector"] for row in duck.ask(home, asked).to_pylist()}
    vectors = np.array([ours[sha256_of(data)] for data in originals], np.float32)
    norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((vectors * theirs).sum(1) / norms).min())


def peak_memory(home: FolderStore) -> float:
    """MiB of the command `artcat enrich`, a process of its own.

    As the kernel keeps it for that process: what a parent gets told of a child that has ended
    counts the parent's own memory, which the child had for a moment.
    """
    words = ["enrich", "--json", "--home", home.uri, "--batch-size", str(BATCH)]
    peak = 0
    with subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *words], stdout=subprocess.DEVNULL
    ) as night:
        while night.poll() is None:
            told = Path(f"/proc/{night.pid}/status").read_text("utf-8")
            peak = next((int(kib) for kib in re.findall(r"VmHWM:\s+(\d+) kB", told)), peak)
            time.sleep(0.1)
    assert night.returncode == 0
    return peak / 1024


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


def merge_rows(home: FolderStore, table: str, **columns: object) -> None:
    from catalog import tables

    tables.merge(home, table, pa.table(columns))


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


def test_two_dask_workers_against_one(tmp_path, classifier):
    from distributed import LocalCluster

    rates = []
    for workers in (1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as dask:
            rates.append(of_dask(tmp_path / str(workers), classifier, dask.scheduler_address))
    one, two = rates
    say("workers of one thread each", f"one {one:.1f} images/s, two {two:.1f}: {two / one:.2f}")
    assert two / one >= 1.7


def small_home(
    folder: Path, model: Classifier, images: int, shard: int
) -> tuple[FolderStore, Serving]:
    """A home with so many small images, prepared, and a champion; how that one is run."""
    small = [heavy_free(seed) for seed in range(8)]
    works = [{**WORKS[0], "ID": str(number)} for number in range(images)]
    files = {str(n): small[n % 8] + n.to_bytes(4, "big") for n in range(images)}
    source = make_catalog(folder / "catalog", works, images=files)
    home = FolderStore(folder / "home")
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, source, "wga")
    for start in range(0, images, shard):
        read = plan.to_read[start : start + shard]
        prepare.prepare_shard(home, source, "wga", read, threads=2)
    return home, serving_of(home, crown(home, model))


def of_dask(folder, classifier: Classifier, address: str) -> float:
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
        from models.enrichment.planning import plan_looks
        from tasks.enrichment import embed_shard

        looks = plan_looks(home, None, served).shards
        steps = [
            Step({"home": home.uri, "look": each, "batch_size": BATCH}, len(each.images))
            for each in looks
        ]
        run_steps(embed_shard, steps[:4], parameters, "warm", "image")
        begun = time.perf_counter()
        run_steps(embed_shard, steps[4:], parameters, "embed", "image")
        spent.append(time.perf_counter() - begun)

    look()
    return (count - 4 * shard) / spent[0]


def heavy_free(seed: int) -> bytes:
    """A small file: reading and decoding it is not what is measured."""
    buffer = io.BytesIO()
    painting(seed, (320, 256)).save(buffer, "JPEG")
    assert len(buffer.getvalue()) < TYPICAL_BYTES
    return buffer.getvalue()
