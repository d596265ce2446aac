"""Two concurrent nights exclude each other, a cancelled one ends, one GPU serves one task."""

import subprocess
import sys

from tests.drills.homes import check_equal, check_keys
from tests.services.conftest import HOME
from tests.services.prefect_server import deploy, wait_gone
from tests.services.processes import ROOT, base_environment


def test_a_night_that_is_started_twice_runs_once(nights, new_home, reference):
    first = nights.reach(new_home, "ingest")
    second = nights.start(new_home)
    nights.server.wait_for(second, "CANCELLED")
    nights.server.wait_for(first, "COMPLETED")
    check_keys(new_home)
    assert check_equal(new_home, reference) >= 60


def test_a_night_that_is_cancelled_ends_and_the_next_goes_on(nights, new_home, reference):
    run_id = nights.reach(new_home, "images")
    nights.server.cancel(run_id)
    nights.server.wait_for(run_id, "CANCELLED")
    wait_gone(run_id)
    nights.finish_like(new_home, reference)


def test_two_runs_never_have_the_gpu_at_once(prefect, place, deployed, catalog):
    assert deploy(prefect, catalog, HOME, "--gpus", "1")["limit gpu"] == "created"
    deploy(prefect, catalog, HOME)  # what is for GPUs goes, the limit stays
    files = [place.folder / f"slot-{number}" for number in range(2)]
    environment = {**base_environment(), **place.environment, "PREFECT_API_URL": prefect.url}
    environment["PREFECT_HOME"] = str(place.folder / "slots")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.slots", str(file), "3"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for file in files
    ]
    assert [process.wait(300) for process in running] == [0, 0]
    held = sorted(tuple(map(float, file.read_text("utf-8").split())) for file in files)
    (_, first_end), (second_begin, _) = held
    assert first_end <= second_begin
