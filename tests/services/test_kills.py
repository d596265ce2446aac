"""A service is killed in the middle of a night; the next night finishes the work."""

import os
import signal
import time
from contextlib import suppress

import pytest

from tests.services.prefect_server import FINAL, processes_of, wait_gone


def kill_flow(run_id: str) -> None:
    found = processes_of(run_id)
    assert found
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(autouse=True)
def _alone(nights):
    """A run that the test before left under way would keep that of this one from starting."""
    nights.server.wait_idle(nights.deployment)


@pytest.fixture
def reported_end(nights, say, request):
    """Wait for the end of a run whose world fell apart, and tell how it ended."""

    def wait(run_id: str) -> str:
        begin = time.monotonic()
        state = nights.server.wait_for(run_id, *FINAL)
        spent = f"{time.monotonic() - begin:.0f} s"
        message = str(nights.server.run(run_id)["state"]["message"] or "")[:300]
        say(f"{request.node.name}: the run was {state} after {spent} {message}".rstrip())
        wait_gone(run_id)
        return state

    return wait


def test_the_process_of_the_flow(nights, new_home, reference, reported_end):
    run_id = nights.reach(new_home, "images")
    kill_flow(run_id)
    assert reported_end(run_id) == "CRASHED"
    nights.finish_like(new_home, reference)


def test_the_worker(nights, worker, new_home, reference, reported_end):
    run_id = nights.reach(new_home, "images")
    worker.kill()
    reported_end(run_id)
    worker.start()
    nights.finish_like(new_home, reference)


@pytest.mark.parametrize(
    ("service", "part", "seconds"),
    [("prefect", "process", 5), ("postgres", "process", 5), ("ceph", "gateway", 20)],
)
def test_a_service_that_is_away_for_some_seconds(
    request, nights, new_home, reference, reported_end, service, part, seconds
):
    run_id = nights.reach(new_home, "images")
    served = request.getfixturevalue(service)
    getattr(served, part).kill()
    time.sleep(seconds)
    (served if service == "postgres" else getattr(served, part)).start()
    reported_end(run_id)
    nights.finish_like(new_home, reference)


def test_the_worker_and_the_process_of_the_flow(nights, worker, new_home, reference, reported_end):
    """Last, so that the automation that marks the run has itself outlived what was killed."""
    run_id = nights.reach(new_home, "images")
    worker.kill()
    kill_flow(run_id)
    assert reported_end(run_id) == "CRASHED"
    worker.start()
    nights.finish_like(new_home, reference)
