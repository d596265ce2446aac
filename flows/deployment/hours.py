"""Validation of cron schedules: five fields, with at least one run in the next five years."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from catalog.base.errors import ArtcatError

CRONS = {"nightly": "cron", "train": "train_cron", "maintain": "maintain_cron"}
"""The parameter that holds the schedule of a flow."""
_FIELDS = 5
_HORIZON = timedelta(days=5 * 366)
_EXAMPLE = "give the five fields minute, hour, day, month and weekday, as '0 2 * * *'"


def check_cron(option: str, cron: str, timezone: str, after: datetime | None = None) -> None:
    """Raise ArtcatError unless a schedule has five fields and runs within five years."""
    after = after or datetime.now(UTC)
    if len(cron.split()) != _FIELDS:
        raise ArtcatError(f"{option} {cron!r} has {len(cron.split())} fields, not five: {_EXAMPLE}")
    first = next_begins(option, cron, timezone, after)[:1]
    if not first or first[0] - after > _HORIZON:
        raise ArtcatError(f"{option} {cron!r} never runs in the next five years: {_EXAMPLE}")


def next_begins(
    option: str, cron: str, timezone: str, after: datetime | None = None, count: int = 3
) -> list[datetime]:
    """Return the next runs of a schedule, as the Prefect server computes them, in its time zone.

    Raises:
        ArtcatError: if a field cannot be read.
    """
    # Prefect takes seconds to import
    from prefect.client.schemas.schedules import CronSchedule as Checked  # noqa: PLC0415
    from prefect.server.schemas.schedules import CronSchedule  # noqa: PLC0415

    try:
        Checked(cron=cron, timezone=timezone)
        schedule = CronSchedule(cron=cron, timezone=timezone)
    except ValueError as error:
        raise ArtcatError(f"{option} {cron!r} is not a valid cron schedule: {_EXAMPLE}") from error
    try:
        found = asyncio.run(schedule.get_dates(count, start=after or datetime.now(UTC)))
    except ValueError:  # there is no such day in any year
        return []
    return list(found)
