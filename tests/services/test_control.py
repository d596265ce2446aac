"""Two concurrent nights exclude each other, a cancelled one ends, one GPU serves one task."""

from concurrent.futures import ThreadPoolExecutor

from tests.drills.homes import check_like
from tests.python_process import python
from tests.services.conftest import HOME
from tests.services.prefect_server import deploy, wait_gone
from tests.services.processes import base_environment


def test_a_night_that_is_started_twice_runs_once(nights, new_home, reference):
    first = nights.reach(new_home, "ingest")
    second = nights.start(new_home)
    nights.server.wait_for(second, "CANCELLED")
    nights.server.wait_for(first, "COMPLETED")
    check_like(new_home, reference)


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
    with ThreadPoolExecutor(2) as threads:
        for done in threads.map(
            lambda file: python("-m", "tests.services.slots", str(file), "3", env=environment),
            files,
        ):
            assert done.returncode == 0, done.stderr
    held = sorted(tuple(map(float, file.read_text("utf-8").split())) for file in files)
    (_, first_end), (second_begin, _) = held
    assert first_end <= second_begin
