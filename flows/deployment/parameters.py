"""Parameters of `artcat deploy`: those of a night, and where and when it runs.

They are checked, and completed with paths that hold in other folders.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field

from catalog.base.errors import ArtcatError
from catalog.ingestion.ingest import check_catalog_name
from catalog.sources import catalog_name
from catalog.sources.image_sources import ADDRESSES
from catalog.storage.homes import settings
from models.parameters import NightlyParameters

CRONS = {"nightly": "cron", "train": "train_cron", "maintain": "maintain_cron"}
"""The parameter that holds the schedule of a flow."""
ROOT = Path(__file__).resolve().parents[2]
_FIELDS = 5
_HORIZON = timedelta(days=5 * 366)
_EXAMPLE = "give the five fields minute, hour, day, month and weekday, as '0 2 * * *'"
PoolType = Literal["process", "kubernetes"]
CodePlace = Literal["checkout", "installed"]


class DeployParameters(NightlyParameters):
    """Parameters of scheduled runs, their schedules and workers."""

    cron: str = Field("0 2 * * *", description="Cron schedule of the nightly run; '' for none.")
    train_cron: str = Field("0 4 * * 6", description="Cron schedule of training; '' for none.")
    maintain_cron: str = Field(
        "0 6 * * 0", description="Cron schedule of maintenance; '' for none."
    )
    timezone: str = Field("UTC", description="Time zone of the schedules, such as Europe/Vienna.")
    work_pool: str = Field(
        "artcat",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        description="Work pool; workers with a GPU serve the pool of this name with the suffix "
        "-gpu.",
    )
    pool_type: PoolType = Field(
        "process", description="process: runs on the worker's own machine; or kubernetes."
    )
    gpus: int = Field(
        0,
        ge=0,
        description="GPUs that runs share; from 1 on, schedules use the GPU pool.",
    )
    image: str | None = Field(
        None, description="Container image of the runs; needed for a kubernetes pool."
    )
    code: CodePlace | None = Field(
        None,
        description="Where workers find artcat: in this checkout, or installed, as in a container; "
        "default: as on this machine; for kubernetes: installed.",
    )
    notify: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+/[a-z0-9-]+$",
        description="Notification block for failed nights and new champions, as "
        "`prefect block ls` names it: slack-webhook/museum.",
    )


def placed(parameters: DeployParameters) -> DeployParameters:
    """Return the parameters with the catalog's name, the home, and absolute paths.

    Raises:
        ArtcatError: for a name, source, time zone or schedule that is not valid, a missing image,
            or a checkout that there is not.
    """
    if parameters.timezone not in available_timezones():
        raise ArtcatError(
            f"unknown time zone {parameters.timezone!r}: choose one such as Europe/Vienna or UTC"
        )
    for field in CRONS.values():
        if cron := getattr(parameters, field):
            check_cron(f"--{field.replace('_', '-')}", cron, parameters.timezone)
    on_kubernetes = parameters.pool_type == "kubernetes"
    if on_kubernetes and parameters.image is None:
        raise ArtcatError("a kubernetes pool needs a container image: set --image")
    here = "checkout" if (ROOT / "pyproject.toml").is_file() else "installed"
    code = parameters.code or ("installed" if on_kubernetes else here)
    if code == "checkout" and here == "installed":
        raise ArtcatError("artcat is installed here, not checked out: leave out --code checkout")
    changed: dict[str, Any] = {
        "name": check_catalog_name(catalog_name(parameters)),
        "home": parameters.home or settings().home,
        "code": code,
    }
    given = parameters.model_copy(update=changed)
    for field in ("catalog", "home", "artists", "images"):
        value = getattr(given, field)
        if value is not None and value != ADDRESSES and "://" not in value:
            changed[field] = str(Path(value).expanduser().absolute())
    for field in ("source", "pretrained"):  # a file, or the name of something else
        value = getattr(given, field)
        if value is not None and Path(value).is_file():
            changed[field] = str(Path(value).absolute())
    return given.model_copy(update=changed)


def check_cron(option: str, cron: str, timezone: str, after: datetime | None = None) -> None:
    """Raise ArtcatError unless a schedule has five fields and runs within five years."""
    after = after or datetime.now(UTC)
    if len(cron.split()) != _FIELDS:
        raise ArtcatError(f"{option} {cron!r} has {len(cron.split())} fields, not five: {_EXAMPLE}")
    first = next_begins(option, cron, timezone, after)[:1]
    if not first or first[0] - after > _HORIZON:
        raise ArtcatError(f"{option} {cron!r} never runs in the next five years: {_EXAMPLE}")


def next_begins(
    option: str, cron: str, timezone: str, after: datetime | None = None
) -> list[datetime]:
    """Return the next three runs of a schedule, as the Prefect server computes them.

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
        return list(asyncio.run(schedule.get_dates(3, start=after or datetime.now(UTC))))
    except ValueError:  # there is no such day in any year
        return []
