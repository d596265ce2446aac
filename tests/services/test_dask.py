"""A night on a Dask cluster whose worker dies gives the right tables."""

import sys

from distributed import Client

from tests.drills.homes import check_kept, check_like, check_passes, state_of
from tests.drills.nights import Night
from tests.services.prefect_server import wait_written
from tests.services.processes import Process, free_port, listens


def test_a_worker_that_is_killed(place, prefect, ceph, catalog, new_home, reference):
    environment = {
        **place.environment,
        **ceph.environment(),
        "PREFECT_API_URL": prefect.url,
        "PREFECT_HOME": str(place.folder / "dask"),
        "ARTCAT_SHARD_WORKS": "6",  # many steps
    }
    folder, port = place.folder / "dask", free_port()
    folder.mkdir()
    address = f"tcp://127.0.0.1:{port}"
    lead = f"{sys.executable} -m dask scheduler --host 127.0.0.1 --port {port} --no-dashboard"
    # No nanny: a worker that is killed stays away
    work = (
        f"{sys.executable} -m dask worker {address} --nworkers 1 --nthreads 1 --no-dashboard "
        f"--no-nanny --local-directory {folder} --name"
    )
    commands = {
        "scheduler": lead,
        "worker-1": f"{work} worker-1",
        "worker-2": f"{work} worker-2",
    }
    processes = [Process(place.keeper, *each, folder, environment) for each in commands.items()]
    processes[0].ready = lambda: listens(port)
    for process in processes:
        process.start()
    with Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=90)
    start = state_of(new_home)
    night = Night(catalog, new_home, place.folder, environment, ("--dask", address))
    wait_written(new_home, "embed")
    processes[1].kill()
    before = state_of(new_home)
    ended = night.wait()
    assert ended.code == 0, ended.err
    now = state_of(new_home)
    assert len(before.done["embeddings"]) < len(now.done["embeddings"])
    check_kept(before, now)
    check_passes(start, now, ended)
    check_like(new_home, reference)
    for process in reversed(processes):
        process.stop()
