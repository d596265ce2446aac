"""Speed of preparing and reading images, as ratios within one run."""

import io
import time

import pytest
from PIL import Image

from catalog.base.in_order import in_order
from catalog.datasets import splits
from catalog.images import prepare, shards
from catalog.images.decoding import decode
from catalog.sources.image_sources import StoredImages
from tests.benchmarks.measuring import say
from tests.benchmarks.pictures import SIZE, heavy
from tests.building import WORKS, ingest_catalog, make_catalog, rows_of
from tests.catalog.images.pictures import jpeg, painting
from tests.python_process import python

SHARD = 512


@pytest.fixture(scope="module")
def typical():
    return [heavy(painting(seed, SIZE)) for seed in range(8)]


def as_pillow_would(data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    scale = shards.SHORT_SIDE / min(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC)


def core_seconds(function, items, rounds=5):
    """The least time on one core of several rounds, for each item."""
    least = []
    for item in items:
        spent = []
        for _ in range(rounds):
            begun = time.thread_time()
            function(item)
            spent.append(time.thread_time() - begun)
        least.append(min(spent))
    return sum(least) / len(least)


def folder_of(home, folder, files):
    """A catalog whose images are links to a few files, ingested; reading them is all that costs."""
    works = [{**WORKS[0], "ID": str(number)} for number in range(files[0])]
    source = make_catalog(folder, works, images={work["ID"]: None for work in works})
    for index, data in enumerate(files[1]):
        (folder / f"{index}.bin").write_bytes(data)
    for number in range(files[0]):
        original = folder / f"{number % len(files[1])}.bin"
        (folder / "artwork" / f"{number}.jpg").hardlink_to(original)
    ingest_catalog(home, source)
    return source


def prepare_all(home, source, threads):
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    for start in range(0, len(plan.to_read), SHARD):
        chunk = plan.to_read[start : start + SHARD]
        prepare.prepare_shard(home, StoredImages(source), "wga", chunk, threads=threads)


def test_preparing_beats_decoding_in_full(typical):
    size = sum(map(len, typical)) / len(typical) / 1000
    full = core_seconds(as_pillow_would, typical)
    ours = core_seconds(lambda data: shards.prepare("x:1", data), typical)
    say(
        f"one core, {SIZE[0]} x {SIZE[1]} px, {size:.0f} kB: Pillow in full and bicubic "
        f"{1 / full:.0f} images/s, ours with hashes and encoding {1 / ours:.0f}: "
        f"{full / ours:.2f} x"
    )
    assert full / ours > 1.6


def test_two_cores_share_the_work(typical):
    """The best of many short rounds: the other core must be free to be of use."""
    images = typical * 8

    def seconds(threads):
        begun = time.perf_counter()
        for _ in in_order(
            lambda data: shards.prepare("x:1", data), images, threads=threads, ahead=8
        ):
            pass
        return time.perf_counter() - begun

    rounds = [(seconds(1), seconds(2)) for _ in range(15)]
    one, two = (min(spent) for spent in zip(*rounds, strict=True))
    say(
        f"threads: 1 {len(images) / one:.0f} images/s, 2 {len(images) / two:.0f}: {one / two:.2f} x"
    )
    assert one / two > 1.0


_MANY = """
import resource, sys
from catalog.storage.store import FolderStore
from tests.benchmarks.test_images import prepare_all
prepare_all(FolderStore(sys.argv[1]), FolderStore(sys.argv[2]), 2)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_number_of_images(typical, home, tmp_path):
    source = folder_of(home, tmp_path / "art", (2000, typical))
    done = python("-c", _MANY, home.uri, source.uri, check=True)
    peak = int(done.stdout.strip())
    originals = 2000 * len(typical[0]) / 1e6
    say(f"memory: 2,000 images ({originals:.0f} MB of files): peak {peak} MiB")
    assert peak < 1500


def test_an_unchanged_folder_costs_little(home, tmp_path):
    small = [jpeg(painting(seed, (256, 192))) for seed in range(64)]
    source = folder_of(home, tmp_path / "art", (10_000, small))

    def night():
        begun = time.perf_counter()
        prepare_all(home, source, 2)
        splits.update_splits(home)
        return time.perf_counter() - begun

    first, again = night(), min(night() for _ in range(3))
    say(
        f"10,000 images of 256 x 192 px: first {first:.1f} s, unchanged {again:.2f} s: "
        f"{again / first:.1%}"
    )
    assert len(rows_of(home, "images", "artwork_id")) == 10_000
    assert again / first < 0.15


def test_shards_are_read_as_fast_as_images_are_decoded(typical, home, tmp_path):
    source = folder_of(home, tmp_path / "art", (SHARD, typical))
    prepare_all(home, source, 2)
    (key,) = {row["shard"] for row in rows_of(home, "images", "artwork_id", "shard")}
    images = shards.read_shard(home, key)["image"].to_pylist()

    def bare(_):
        for data in images:
            Image.open(io.BytesIO(data)).convert("RGB")

    def from_shard(_):
        for data in shards.read_shard(home, key)["image"].to_pylist():
            decode(data)

    alone, with_reading = core_seconds(bare, [0], 3), core_seconds(from_shard, [0], 3)
    say(
        f"a shard of {SHARD}: bare decoding {SHARD / alone:.0f} images/s on one core, read and "
        f"decoded {SHARD / with_reading:.0f}: {alone / with_reading:.2f} x"
    )
    assert alone / with_reading > 0.6
