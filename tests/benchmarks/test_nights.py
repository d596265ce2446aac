"""Memory of a night, and the cost of a night without changes."""

import numpy as np
import pyarrow as pa
import pytest

from catalog.storage import tables
from catalog.storage.store import FolderStore
from models.versions import registry
from models.versions.serving import Serving, serving_of
from tests.benchmarks.enriching import FULL, IMAGES, MODEL_MIB, crown, peak_memory, run_enrich
from tests.benchmarks.measuring import say

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


def merge_rows(home: FolderStore, table: str, **columns: object) -> None:
    tables.merge(home, table, pa.table(columns))
