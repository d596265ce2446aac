"""Work pools, and the limit that runs on GPUs share."""

from __future__ import annotations

import json
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitUpdate,
    WorkPoolCreate,
)
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment.changes import Change, compared
from flows.deployment.definitions import GPU
from flows.deployment.parameters import DeployParameters
from tasks.gpu import GPU as GPU_LIMIT


def put_pool(client: SyncPrefectClient, name: str, given: DeployParameters) -> Change:
    """Create a work pool unless it exists; its template may have been edited since.

    Raises:
        ArtcatError: if there is one of another type.
    """
    try:
        present = client.read_work_pool(name)
    except ObjectNotFound:
        client.create_work_pool(
            WorkPoolCreate(
                name=name,
                type=given.pool_type,
                description=f"Runs of artcat{' on a GPU' if name.endswith(GPU) else ''}.",
                base_job_template=_template(name, given),
            )
        )
        return Change("work pool", name, "created", given.pool_type)
    if present.type != given.pool_type:
        raise ArtcatError(
            f"the work pool {name} is of the type {present.type}: give --pool-type {present.type}, "
            "or another --work-pool"
        )
    return Change("work pool", name, "as it was")


def put_gpu_limit(client: SyncPrefectClient, gpus: int) -> Change:
    """Create or resize the concurrency limit of GPU tasks."""
    wanted = {"limit": gpus}
    try:
        present = client.read_global_concurrency_limit_by_name(GPU_LIMIT)
    except ObjectNotFound:
        client.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name=GPU_LIMIT, limit=gpus)
        )
        return Change("limit", GPU_LIMIT, "created", f"{gpus} slots")
    change = compared("limit", GPU_LIMIT, {"limit": present.limit}, wanted)
    if change.done == "changed":
        client.update_global_concurrency_limit(GPU_LIMIT, GlobalConcurrencyLimitUpdate(limit=gpus))
    return change


def _template(name: str, given: DeployParameters) -> dict[str, Any]:
    """Return how a worker starts a run: a process, or a Kubernetes job of our image."""
    if given.pool_type == "process":
        return ProcessWorker.get_default_base_job_template()
    return job_template(given.image, gpus=1 if name.endswith(GPU) else 0)


def job_template(image: str | None, gpus: int) -> dict[str, Any]:
    """Return the template of a Kubernetes job with default image and GPUs."""
    template: dict[str, Any] = json.loads(deploy.text("k8s/job-template.json"))
    variables = template["variables"]["properties"]
    variables["image"]["default"] = image
    variables["gpus"]["default"] = gpus
    return template
