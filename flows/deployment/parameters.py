"""Parameters of `artcat deploy`: those of a night, and where and when it runs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from models.parameters import NightlyParameters

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
