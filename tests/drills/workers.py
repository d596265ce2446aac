"""Kill Dask workers in the middle of nights, and compare the result with a night on threads.

Run: python -m tests.drills.workers --kills 3 --works 600 --seed 1 [--home s3://bucket/prefix]
"""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from distributed import Client, LocalCluster

from catalog.storage.store import open_store
from tests.drills.catalogs import change_catalog, paint_catalog
from tests.drills.command import main, one_prefect_server, places, say
from tests.drills.faults import carry_models
from tests.drills.homes import State, check_equal, check_kept, check_keys, check_passes, state_of
from tests.drills.nights import DrillError, Night, finish

WORKERS = 2
CHANGED = 120
"""Works of each kind that change from night to night: enough for several shards."""


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers of one thread, each a process: its address, and the workers."""
    with (
        LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as scheduler,
        ExitStack() as stack,
    ):
        address = scheduler.scheduler_address
        workers = [start_worker(address, folder) for _ in range(WORKERS)]
        stack.callback(lambda: [stop(worker) for worker in workers])
        with Client(address) as client:
            client.wait_for_workers(WORKERS, timeout=120)
        yield address, workers


def start_worker(address: str, folder: Path) -> subprocess.Popen[bytes]:
    """A worker that nobody starts anew when it is gone."""
    words = "--no-nanny --nthreads 1 --no-dashboard --local-directory".split()
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", address, *words, str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stop(worker: subprocess.Popen[bytes]) -> None:
    """End it as the kernel does."""
    worker.kill()
    worker.wait()


def kill_a_worker(
    night: Night, home: str, before: State, worker: subprocess.Popen[bytes], rng: random.Random
) -> bool:
    """Once some shards are written, and a random moment later; False if the night was faster."""
    while len(state_of(home).done["embeddings"]) == len(before.done["embeddings"]):
        if night.process.poll() is not None:
            return False
        time.sleep(0.05)
    time.sleep(rng.uniform(0.0, 1.5))
    if night.process.poll() is not None:
        return False
    stop(worker)
    return True


def one_night(
    catalog: Path, home: str, folder: Path, prefect: dict[str, str], rng: random.Random
) -> bool:
    """A night on two workers of which one is killed; whether the kill hit."""
    before = state_of(home)
    with cluster(folder) as (address, workers):
        night = Night(catalog, home, folder, prefect, ("--dask", address))
        hit = kill_a_worker(night, home, before, rng.choice(workers), rng)
        ended = night.wait()
    if ended.code != 0:
        raise DrillError(f"a night ended with {ended.code}: {ended.err.strip()[-3000:]}")
    now = state_of(home)
    check_kept(before, now)
    check_keys(home)
    passes = check_passes(before, now, ended)
    say(f"  {ended.seconds:.0f} s, worker {'killed' if hit else 'not hit'}, {passes} passes told")
    return hit


def drill(folder: Path, *, kills: int, works: int, seed: int, home: str | None) -> str:
    """Nights until so many workers were killed; homes are compared after each.

    Raises:
        DrillError: at the first thing that must not happen.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)  # a lost worker is what is wanted
    rng = random.Random(seed)
    catalog = paint_catalog(folder / "catalog", works)
    with places(folder, home) as homes_at, one_prefect_server() as url:
        prefect = {"PREFECT_API_URL": url}
        reference, drilled = f"{homes_at}/reference", f"{homes_at}/drilled"
        say(f"left alone: {finish(catalog, reference, folder, prefect).seconds:.0f} s")
        carry_models(open_store(reference), open_store(drilled))
        hits = night = 0
        while hits < kills:
            hits += one_night(catalog, drilled, folder, prefect, rng)
            finish(catalog, reference, folder, prefect)
            compared = check_equal(drilled, reference)
            say(f"  {compared} works equal those of nights on threads")
            night += 1
            change_catalog(catalog, rng, night, some=CHANGED)
    return f"{kills} workers killed, nothing lost"


if __name__ == "__main__":
    title = "Kill Dask workers in the middle of nights."
    sys.exit(main(title, drill, 32, kills=3, works=600, seed=1, takes_home=True))
