"""Failing homes: one clear line, nothing lost, and the next run recovers."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.base.errors import StoreError
from catalog.images.shards import read_shard
from catalog.storage import duck
from catalog.storage.store import FolderStore, S3Store, Store
from tests.building import WORKS, ingest_catalog, make_catalog, prepare_catalog, rows_of
from tests.drills.proxy import Faults, failing

pytestmark = pytest.mark.full

FACTS = ("artwork_id", "title", "artist", "row_hash")
IMAGES = ("artwork_id", "status", "sha256", "shard")
Rows = list[dict[str, object]]


@pytest.fixture
def source(tmp_path: Path) -> FolderStore:
    return make_catalog(tmp_path / "art")


def bring_in(home: Store, source: FolderStore) -> None:
    ingest_catalog(home, source)
    prepare_catalog(home, source)


def rows(home: Store) -> tuple[Rows, Rows]:
    return rows_of(home, "artworks", *FACTS), rows_of(home, "images", *IMAGES)


@pytest.fixture
def expected(source, tmp_path) -> tuple[Rows, Rows]:
    """The rows of a home that never failed."""
    home = FolderStore(tmp_path / "well")
    bring_in(home, source)
    return rows(home)


def garbled(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes(50) + data[middle + 50 :]


@pytest.mark.parametrize("damage", [garbled, lambda data: data[:99], None])
def test_a_damaged_shard_is_prepared_again(any_home, source, expected, damage):
    bring_in(any_home, source)
    (shard,) = {row["shard"] for row in rows_of(any_home, "images")}
    if damage is None:
        any_home.delete(shard)
    else:
        any_home.write(shard, damage(any_home.read(shard)))
    with pytest.raises(StoreError, match="prepares its images again"):
        read_shard(any_home, shard)
    assert prepare_catalog(any_home, source) == {"ok": len(WORKS)}
    assert read_shard(any_home, shard).num_rows == len(WORKS)
    assert rows(any_home) == expected
    assert prepare_catalog(any_home, source) == {}


@pytest.mark.parametrize("size", [0, 500, 2000, 4000])
def test_files_that_cannot_be_written_whole_are_reported_in_one_line(home, source, expected, size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:  # no file may grow larger, as with a quota or on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        with pytest.raises(StoreError, match=r"^cannot write ") as caught:
            bring_in(home, source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    bring_in(home, source)
    assert rows(home) == expected


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    """A file system of its own; only root may mount one, and not everywhere."""
    place.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root mounts file systems")
    done = subprocess.run([mount, *options, str(place)], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_reported_in_one_line_and_loses_nothing(tmp_path, source, expected):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=1m", "tmpfs") as disk:
        home = FolderStore(disk / "home")
        ingest_catalog(home, source)
        kept = rows_of(home, "artworks", *FACTS)
        ballast = disk / "ballast"
        with ballast.open("wb") as file, pytest.raises(OSError, match="No space"):
            while True:
                os.write(file.fileno(), bytes(4096))
        with pytest.raises(StoreError, match=r"cannot write .*[Nn]o space") as caught:
            bring_in(home, source)
        assert "\n" not in str(caught.value)
        assert rows_of(home, "artworks", *FACTS) == kept
        ballast.unlink()
        bring_in(home, source)
        assert rows(home) == expected


def test_a_home_that_may_only_be_read_is_refused_and_still_read(tmp_path, source):
    home = FolderStore(tmp_path / "home")
    bring_in(home, source)
    with mounted(tmp_path / "seen", "--bind", "-o", "ro", home.uri) as place:
        seen = FolderStore(place)
        with pytest.raises(StoreError, match=r"cannot write to the home .*Read-only") as caught:
            seen.check_writable()
        assert "\n" not in str(caught.value)
        make_catalog(source.folder, [{**WORKS[0], "title": "another"}, *WORKS[1:]])
        with pytest.raises(StoreError, match=r"cannot write the table artworks: .*Read-only"):
            ingest_catalog(seen, source)
        assert rows(seen) == rows(home)
        assert duck.run_query(seen, "SELECT count(*) FROM artworks").num_rows == 1


def test_storage_that_fails_now_and_then_loses_nothing(s3_home, source, expected, monkeypatch):
    faults = Faults(seconds=0.05)
    with failing(os.environ["AWS_ENDPOINT_URL"], faults) as address, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", address)
        home = S3Store(s3_home.uri)
        bring_in(home, source)
        both = "SELECT artwork_id FROM images JOIN artworks USING (artwork_id)"
        assert duck.run_query(home, both).num_rows == len(WORKS)
    assert rows(s3_home) == expected


def test_two_runs_at_once_write_what_one_writes(any_home, source, expected):
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(bring_in, any_home, source) for _ in range(2)]:
            future.result()
    assert rows(any_home) == expected
    assert prepare_catalog(any_home, source) == {}
