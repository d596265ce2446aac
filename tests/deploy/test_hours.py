"""Schedules: only those that will run, in their own time zone."""

from datetime import UTC, datetime

import pytest

from catalog.base.errors import ArtcatError
from flows.deployment.parameters import check_cron, next_begins

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "cron",
    ["*/15 8-17 * * 1-5", "30 1 1,15 * *", "0 2 * * MON", "0 0 29 2 *", "0 0 L * *", " 0  2 * * *"],
)
def test_a_schedule_with_five_fields_is_taken(cron):
    check_cron("--cron", cron, "UTC", NOW)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 0 2 * * *", "has 6 fields, not five"),
        ("02:00", "has 1 fields, not five"),
        ("@daily", "has 1 fields, not five"),
        ("0 0 31 2 *", "never runs in the next five years"),
        ("0 0 31 4,6,9,11 *", "never runs in the next five years"),
        ("0 24 * * *", "is not a valid cron schedule"),
        ("0 2 * 13 *", "is not a valid cron schedule"),
        ("R 2 * * *", "is not a valid cron schedule"),
        ("-1 2 * * *", "is not a valid cron schedule"),
        ("*/0 2 * * *", "is not a valid cron schedule"),
    ],
)
def test_another_is_refused(cron, words):
    with pytest.raises(ArtcatError, match=f"--cron .*{words}.*0 2 "):
        check_cron("--cron", cron, "UTC", NOW)


@pytest.mark.parametrize(
    ("cron", "zone", "times"),
    [
        ("0 4 * * *", "Europe/Vienna", ["28 04:00 CET", "29 04:00 CEST", "30 04:00 CEST"]),
        ("0 2 29 10 *", "Europe/Vienna", ["29 02:00 CET", "29 02:00 CEST", "29 02:00 CEST"]),
        ("0 2 * * *", "Asia/Tokyo", ["28 02:00 JST", "29 02:00 JST", "30 02:00 JST"]),
    ],
)
def test_the_next_times_are_those_of_the_time_zone(cron, zone, times):
    found = next_begins("--cron", cron, zone, NOW)
    assert [f"{time:%d %H:%M %Z}" for time in found] == times
