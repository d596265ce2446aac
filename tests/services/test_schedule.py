"""Does the schedule start nights, can it be paused, and does a person's start work beside it?"""

from __future__ import annotations

import time

import pytest

from tests.drills.homes import check_equal
from tests.services.conftest import HOME_OF_THE_WORKER
from tests.services.deploying import deploy, pause_schedule
from tests.services.nights import told
from tests.services.prefect_server import LONGEST
from tests.services.processes import wait_until


@pytest.fixture(scope="module")
def every_minute(prefect, worker, catalog, with_model) -> str:
    """A deployment that is told no home: the worker knows it."""
    with_model(HOME_OF_THE_WORKER)
    return deploy(prefect, told(catalog), name="every-minute", cron="* * * * *")


def test_the_schedule_starts_a_night(prefect, every_minute, reference):
    wait_until("a night ends", lambda: prefect.runs(every_minute, "COMPLETED"), LONGEST)
    first = prefect.runs(every_minute, "COMPLETED")[0]
    assert first["auto_scheduled"]
    assert check_equal(HOME_OF_THE_WORKER, reference) >= 60


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
