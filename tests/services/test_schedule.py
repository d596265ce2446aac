"""Schedules start nights and can be paused; manual starts work beside them."""

import time

import pytest

from tests.drills.catalogs import NAME
from tests.drills.homes import check_equal
from tests.services.conftest import HOME
from tests.services.prefect_server import LONGEST, deploy, pause_schedule
from tests.services.processes import wait_until


@pytest.fixture(scope="module")
def every_minute(prefect, worker, deployed, catalog, with_model):
    with_model(HOME)
    name = f"deployment nightly/{NAME}"
    assert deploy(prefect, catalog, HOME, cron="* * * * *")[name] == "changed"
    yield deployed
    assert deploy(prefect, catalog, HOME)[name] == "changed"


def scheduled(prefect, deployment):
    return [run for run in prefect.runs(deployment, "COMPLETED") if run["auto_scheduled"]]


def test_the_schedule_starts_a_night(prefect, every_minute, reference):
    wait_until("a night ends", lambda: scheduled(prefect, every_minute), LONGEST)
    assert check_equal(HOME, reference) >= 60


def test_a_paused_schedule_starts_none_and_a_person_can(prefect, every_minute):
    pause_schedule(prefect, every_minute)
    wait_until(
        "no night is waiting",
        lambda: not prefect.runs(every_minute, "SCHEDULED", "PENDING", "RUNNING"),
        LONGEST,
    )
    paused = time.monotonic()
    known = {run["id"] for run in prefect.runs(every_minute)}
    by_hand = prefect.start_run(every_minute)
    prefect.wait_for(by_hand, "COMPLETED")
    time.sleep(max(0.0, 65 - (time.monotonic() - paused)))
    assert {run["id"] for run in prefect.runs(every_minute)} - known == {by_hand}
