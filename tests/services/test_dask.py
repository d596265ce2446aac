"""A night on a Dask cluster whose worker dies gives the right tables."""

from __future__ import annotations

from tests.drills.homes import check_equal, check_keys, state_of
from tests.drills.nights import Night
from tests.services.dask_cluster import DaskCluster
from tests.services.nights import wait_written


def test_a_worker_that_is_killed(place, prefect, ceph, catalog, new_home, reference):
    environment = {
        **place.environment,
        **ceph.environment(),
        "PREFECT_API_URL": prefect.url,
        "PREFECT_HOME": str(place.folder / "dask"),
        "ARTCAT_SHARD_WORKS": "6",  # many steps
    }
    cluster = DaskCluster(place.keeper, place.folder / "dask", environment)
    cluster.start()
    night = Night(catalog, new_home, place.folder, environment, ("--dask", cluster.address))
    wait_written(new_home, "embed")
    cluster.workers[0].kill()
    seen = len(state_of(new_home).done["embeddings"])
    ended = night.wait()
    assert ended.code == 0, ended.err
    assert seen < len(state_of(new_home).done["embeddings"])
    check_keys(new_home)
    assert check_equal(new_home, reference) >= 60
    for process in (*cluster.workers, cluster.scheduler):
        process.stop()
