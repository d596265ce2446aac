"""Nights on a full or read-only disk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.homes import check_like
from tests.drills.nights import Night, finish
from tests.python_process import artcat_process
from tests.services.processes import base_environment, run

MEBIBYTE = 2**20


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A file system of its own, in memory: the first half of it is ours to fill."""
    if os.geteuid() != 0:
        pytest.skip("SKIPPED, only root can mount a file system")
    run(f"mount -t tmpfs -o size=64m tmpfs {tmp_path}")
    yield tmp_path
    run(f"umount {tmp_path}")


def one_line(err: str) -> str:
    lines = [line for line in err.strip().splitlines() if line.startswith("artcat: ")]
    assert lines == err.strip().splitlines()[-1:], err
    return lines[0]


@pytest.mark.parametrize("free", [64 * 1024, MEBIBYTE])
def test_a_full_disk_is_reported_and_the_next_night_finishes(
    disk, free, catalog, place, with_model, reference
):
    home = with_model(str(disk / "home"))
    usage = os.statvfs(disk)
    filler = disk / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, usage.f_bavail * usage.f_frsize - free)
    ended = Night(catalog, home, place.folder, place.environment).wait()
    assert ended.code == 2
    assert "No space left on device" in one_line(ended.err)
    filler.unlink()
    finish(catalog, home, place.folder, place.environment)
    check_like(home, reference)


@pytest.mark.parametrize("command", ["nightly", "enrich", "status"])
def test_a_home_that_may_only_be_read(disk, command, catalog, place, reference):
    home = disk / "home"
    run(f"cp -r {reference} {home}")
    run(f"mount -o remount,ro {disk}")
    more = ["--catalog", str(catalog)] if command == "nightly" else []
    environment = {**base_environment(), **place.environment}
    done = artcat_process(command, *more, "--home", str(home), env=environment)
    if command == "status":
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 2
    assert "cannot write to the home" in one_line(done.stderr)
