"""Starts of schedules: only possible times, in the schedule's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.base.errors import ArtcatError
from flows.cli.deploy_commands import _begins
from flows.deployment.hours import check_cron, next_begins
from flows.deployment.parameters import DeployParameters
from flows.deployment.places import placed

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 2 * * *", None),
        ("*/15 8-17 * * 1-5", None),
        ("30 1 1,15 * *", None),
        ("0 2 * * MON", None),
        ("0 0 29 2 *", None),
        ("0 0 L * *", None),
        ("  0  2 *  * *  ", None),
        ("0 0 31 1-3 *", None),
        ("0 0 2 * * *", "has 6 fields, not five"),
        ("0 0 2 * * * 2030", "has 7 fields, not five"),
        ("0 2 * *", "has 4 fields, not five"),
        ("02:00", "has 1 fields, not five"),
        ("@daily", "has 1 fields, not five"),
        (" ", "has 0 fields, not five"),
        ("0 0 31 2 *", "never runs in the next five years"),
        ("0 0 30 2 *", "never runs in the next five years"),
        ("0 0 31 4,6,9,11 *", "never runs in the next five years"),
        ("60 2 * * *", "is not a valid cron schedule"),
        ("0 24 * * *", "is not a valid cron schedule"),
        ("0 2 32 * *", "is not a valid cron schedule"),
        ("0 2 * 13 *", "is not a valid cron schedule"),
        ("0 2 * * 8", "is not a valid cron schedule"),
        ("R 2 * * *", "is not a valid cron schedule"),
        ("a b c d e", "is not a valid cron schedule"),
        ("0 2 * * * ;", "has 6 fields"),
        ("-1 2 * * *", "is not a valid cron schedule"),
        ("*/0 2 * * *", "is not a valid cron schedule"),
    ],
)
def test_a_schedule_has_five_fields_and_comes(cron, words):
    if words is None:
        check_cron("--cron", cron, "UTC", NOW)
    else:
        with pytest.raises(ArtcatError, match=f"--cron .*{words}.*0 2 "):
            check_cron("--cron", cron, "UTC", NOW)


@pytest.mark.parametrize(
    ("cron", "zone", "times"),
    [
        ("0 2 * * *", "UTC", ["28 02:00 UTC", "29 02:00 UTC", "30 02:00 UTC"]),
        ("0 4 * * *", "Europe/Vienna", ["28 04:00 CET", "29 04:00 CEST", "30 04:00 CEST"]),
        ("0 2 29 10 *", "Europe/Vienna", ["29 02:00 CET", "29 02:00 CEST", "29 02:00 CEST"]),
        ("0 2 * * *", "Asia/Tokyo", ["28 02:00 JST", "29 02:00 JST", "30 02:00 JST"]),
    ],
)
def test_the_next_times_are_those_of_the_time_zone(cron, zone, times):
    found = next_begins("--cron", cron, zone, NOW)
    assert [f"{time:%d %H:%M %Z}" for time in found] == times


def test_each_schedule_is_checked_before_the_server_is_asked():
    for field in ("cron", "train_cron", "maintain_cron"):
        given = DeployParameters(catalog="/nowhere", **{field: "0 0 31 2 *"})
        with pytest.raises(ArtcatError, match=f"--{field.replace('_', '-')} '0 0 31 2"):
            placed(given)
    given = DeployParameters(catalog="/nowhere", train_cron="", timezone="Europe/Vienna")
    begins = _begins(placed(given))
    assert set(begins) == {"nightly", "maintain"}
    assert all(len(times) == 3 and " 02:00 CE" in times[0] for times in [begins["nightly"]])
