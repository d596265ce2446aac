"""Homes enriched with ViT-B-32, with measurements of time and memory.

Its weights are random: they change nothing of what it costs.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import torch

from catalog.base.settings import Settings
from catalog.images import prepare
from catalog.sources.image_sources import StoredImages
from catalog.storage.store import FolderStore
from models.classifiers.classifier import Classifier
from models.networks.encoding import Encoder
from models.versions import registry, storage
from models.versions.registry import CLASSIFIER, EMBEDDER
from models.versions.serving import Serving, serving_of
from tests.benchmarks import pictures
from tests.building import WORKS, ingest_catalog, make_catalog

FULL, BATCH = "ViT-B-32", 32
SHARD = Settings().shard_works
IMAGES = int(os.environ.get("ARTCAT_BENCH_IMAGES", "4096"))
MODEL_MIB = 151_277_313 * 4 / 2**20
"""Weights of ViT-B-32, both towers, in single precision."""
GFLOP = 8.8
"""Of the image tower of ViT-B-32, per image."""


def crown(home: FolderStore, classifier: Classifier) -> str:
    version = storage.save(home, classifier, scheme="artist", preset="standard", training_key="")
    for role in (CLASSIFIER, EMBEDDER):
        registry.promote(home, version, "benchmark", role)
    return version


def small_home(
    folder: Path, model: Classifier, images: int, shard: int
) -> tuple[FolderStore, Serving]:
    """A home with so many small images, prepared, and a champion; how that one is run."""
    some = [pictures.small(seed) for seed in range(8)]
    files = [some[number % 8] + number.to_bytes(4, "big") for number in range(images)]
    home, _ = prepared(folder, files, shard)
    return home, serving_of(home, crown(home, model))


def prepared(folder: Path, files: list[bytes], shard: int) -> tuple[FolderStore, float]:
    works = [{**WORKS[0], "ID": str(number)} for number in range(len(files))]
    images = {str(number): data for number, data in enumerate(files)}
    source = make_catalog(folder / "catalog", works, images=images)
    home = FolderStore(folder / "home")
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    begun = time.perf_counter()
    for start in range(0, len(plan.to_read), shard):
        prepare.prepare_shard(
            home, StoredImages(source), "wga", plan.to_read[start : start + shard], threads=2
        )
    return home, time.perf_counter() - begun


def run_enrich(home: FolderStore, batch_size: int = BATCH) -> tuple[float, dict[str, float]]:
    """Seconds of the command `artcat enrich`, start of the process included, and of its steps."""
    begun = time.perf_counter()
    done = subprocess.run(
        _command(home, batch_size), stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8"
    )
    steps: dict[str, float] = json.loads(done.stdout.splitlines()[-1])["seconds"]
    return time.perf_counter() - begun, steps


def peak_memory(home: FolderStore) -> float:
    """MiB of the command `artcat enrich`, as the kernel keeps it for that process.

    What a parent is told of a child that has ended counts the parent's own memory too.
    """
    peak = 0
    with subprocess.Popen(_command(home, BATCH), stdout=subprocess.DEVNULL) as night:
        while night.poll() is None:
            told = Path(f"/proc/{night.pid}/status").read_text("utf-8")
            peak = next((int(kib) for kib in re.findall(r"VmHWM:\s+(\d+) kB", told)), peak)
            time.sleep(0.1)
    assert night.returncode == 0
    return peak / 1024


def pixels_of(encoder: Encoder, batch: int) -> torch.Tensor:
    """A batch `[n, 3, size, size]` on the encoder's device, of its weights' kind."""
    size, weights = encoder.preprocessing.image_size, next(encoder.network.parameters())
    pixels = torch.rand(batch, 3, size, size, device=encoder.device).to(weights.dtype)
    return pixels.contiguous(memory_format=torch.channels_last)


def _command(home: FolderStore, batch_size: int) -> list[str]:
    words = ["enrich", "--json", "--home", home.uri, "--batch-size", str(batch_size)]
    return [sys.executable, "-m", "flows.cli", *words]
