"""Bring a Prefect server up to date: work pools, the limit of GPUs, deployments, automations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, Literal, get_type_hints
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    GlobalConcurrencyLimitCreate,
    GlobalConcurrencyLimitUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectNotFound
from prefect.runner.storage import LocalStorage
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment.parameters import CRONS, ROOT, DeployParameters
from tasks.gpu import GPU as GPU_LIMIT

GPU = "-gpu"
"""How the names of pools and deployments end that run on a GPU."""

Done = Literal["created", "changed", "removed", "unchanged", "left out"]


@dataclass(frozen=True)
class Change:
    """One thing on the server, and what was done with it."""

    kind: str
    name: str
    done: Done
    what: str = ""


def deploy_all(client: SyncPrefectClient, given: DeployParameters) -> list[Change]:
    """Make what is missing, change what differs, leave the rest.

    Args:
        client: of the server.
        given: complete, as `placed` returns them.

    Raises:
        ArtcatError: for a block that there is not, before anything is made, or a pool of another
            type.
    """
    block = _find_block(client, given.notify) if given.notify else None
    pools = [given.work_pool, *([given.work_pool + GPU] if given.gpus else [])]
    return [
        *(_put_pool(client, name, given) for name in pools),
        *([_put_limit(client, given.gpus)] if given.gpus else []),
        *(
            change
            for entry in entries("deployments")
            if (change := _put_deployment(client, entry, given)) is not None
        ),
        *(_put_automation(client, entry, block) for entry in entries("automations")),
    ]


def entries(kind: Literal["deployments", "automations"]) -> list[dict[str, Any]]:
    """Read deploy/prefect.yaml or deploy/automations.yaml."""
    file = {"deployments": "prefect.yaml", "automations": "automations.yaml"}[kind]
    found: list[dict[str, Any]] = yaml.safe_load(deploy.text(file))[kind]
    return found


def deployment(entry: dict[str, Any], given: DeployParameters) -> dict[str, Any]:
    """Fill in an entry of deploy/prefect.yaml, with the fields of Prefect's API in plain JSON."""
    module, _, attribute = entry["entrypoint"].rpartition(".")
    flow = getattr(import_module(module), attribute)
    suffix = GPU if entry["work_pool"]["name"].endswith(GPU) else ""
    model = get_type_hints(flow.fn)["parameters"]
    own = entry["parameters"].get("parameters", {})
    options = given.model_dump(mode="json", exclude_defaults=True, include=set(model.model_fields))
    parameters = model.model_validate({**own, **options})
    cron = getattr(given, CRONS[flow.name]) if flow.name in CRONS else ""
    # With GPUs the schedule is that of the deployment on a GPU, if the flow has one.
    has_twin = sum(other["entrypoint"] == entry["entrypoint"] for other in entries("deployments"))
    scheduled = cron and (has_twin == 1 or bool(suffix) is bool(given.gpus))
    return {
        "name": f"{given.name}{suffix}",
        "flow_name": flow.name,
        "version": version("artcat"),
        "description": entry["description"],
        "tags": sorted(entry["tags"]),
        "entrypoint": entry["entrypoint"],
        "pull_steps": [LocalStorage(str(ROOT)).to_pull_step()] if given.code == "checkout" else [],
        "parameters": {"parameters": parameters.model_dump(mode="json", exclude_defaults=True)},
        "schedules": [{"cron": cron, "timezone": given.timezone, "slug": flow.name}]
        if scheduled
        else [],
        "work_pool_name": given.work_pool + suffix,
        "job_variables": entry["work_pool"]["job_variables"],
        "concurrency_limit": entry["concurrency_limit"]["limit"],
        "collision_strategy": entry["concurrency_limit"]["collision_strategy"],
        "parameter_openapi_schema": parameter_schema(flow).model_dump(mode="json"),
    }


def automation(entry: dict[str, Any], block: UUID | None) -> AutomationCore:
    """Fill in an entry of deploy/automations.yaml with the block that its notifications go to."""
    actions = [
        {**action, "block_document_id": block} if action["type"] == "send-notification" else action
        for action in entry["actions"]
    ]
    return AutomationCore.model_validate({**entry, "actions": actions})


def job_template(image: str | None, gpus: int) -> dict[str, Any]:
    """Return the template of a Kubernetes job, with its image and GPUs as defaults."""
    template: dict[str, Any] = json.loads(deploy.text("k8s/job-template.json"))
    template["variables"]["properties"]["image"]["default"] = image
    template["variables"]["properties"]["gpus"]["default"] = gpus
    return template


def _put_pool(client: SyncPrefectClient, name: str, given: DeployParameters) -> Change:
    try:
        present = client.read_work_pool(name)
    except ObjectNotFound:
        on_gpu = name.endswith(GPU)
        wanted = WorkPoolCreate(
            name=name,
            type=given.pool_type,
            description=f"Runs of artcat{' on a GPU' if on_gpu else ''}.",
            base_job_template=ProcessWorker.get_default_base_job_template()
            if given.pool_type == "process"
            else job_template(given.image, gpus=int(on_gpu)),
        )
        client.create_work_pool(wanted)
        return Change("work pool", name, "created", given.pool_type)
    if present.type != given.pool_type:
        raise ArtcatError(
            f"the work pool {name} is of the type {present.type}: give --pool-type {present.type}, "
            "or a different --work-pool"
        )
    return Change("work pool", name, "unchanged")  # an operator may have edited its template


def _put_limit(client: SyncPrefectClient, gpus: int) -> Change:
    try:
        present = client.read_global_concurrency_limit_by_name(GPU_LIMIT)
    except ObjectNotFound:
        client.create_global_concurrency_limit(
            GlobalConcurrencyLimitCreate(name=GPU_LIMIT, limit=gpus)
        )
        return Change("limit", GPU_LIMIT, "created", f"{gpus} slots")
    if present.limit == gpus:
        return Change("limit", GPU_LIMIT, "unchanged")
    client.update_global_concurrency_limit(GPU_LIMIT, GlobalConcurrencyLimitUpdate(limit=gpus))
    return Change("limit", GPU_LIMIT, "changed", f"{gpus} slots")


def _put_deployment(
    client: SyncPrefectClient, entry: dict[str, Any], given: DeployParameters
) -> Change | None:
    """Make or change a deployment; without GPUs remove one for GPUs, None if there is none."""
    wanted = deployment(entry, given)
    flow = wanted.pop("flow_name")
    name = f"{flow}/{wanted['name']}"
    try:
        present = client.read_deployment_by_name(name)
    except ObjectNotFound:
        present = None
    if wanted["name"] != given.name and not given.gpus:
        if present is None:
            return None
        client.delete_deployment(present.id)
        return Change("deployment", name, "removed")
    different = _differences(present, wanted) if present else []
    if present and not different:
        return Change("deployment", name, "unchanged")
    # What an operator has paused stays paused.
    active = {each.slug: each.active for each in present.schedules} if present else {}
    schedules = [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=each["cron"], timezone=each["timezone"]),
            slug=each["slug"],
            active=active.get(each["slug"], True),
        )
        for each in wanted["schedules"]
    ]
    options = ConcurrencyOptions(collision_strategy=wanted.pop("collision_strategy"))
    client.create_deployment(
        flow_id=client.create_flow_from_name(flow),
        concurrency_options=options,
        **{**wanted, "schedules": schedules},
    )
    if present:
        return Change("deployment", name, "changed", ", ".join(different))
    hours = [f"{each['cron']} {each['timezone']}" for each in wanted["schedules"]]
    return Change("deployment", name, "created", *hours)


def _differences(present: DeploymentResponse, wanted: dict[str, Any]) -> list[str]:
    """Return the names of fields that differ; of parameters those of each."""
    now = present.model_dump(mode="json")
    limit, options = present.global_concurrency_limit, present.concurrency_options
    now |= {
        "tags": sorted(present.tags),
        "pull_steps": present.pull_steps or [],
        "concurrency_limit": limit and limit.limit,
        "collision_strategy": options and options.collision_strategy.value,
        "schedules": [
            {**{n: each["schedule"].get(n) for n in ("cron", "timezone")}, "slug": each["slug"]}
            for each in now["schedules"]
        ],
    }
    different = [name for name in wanted if name != "parameters" and now[name] != wanted[name]]
    before, after = (each["parameters"].get("parameters", {}) for each in (now, wanted))
    names = sorted({*before, *after})
    return different + [name for name in names if before.get(name) != after.get(name)]


def _put_automation(client: SyncPrefectClient, entry: dict[str, Any], block: UUID | None) -> Change:
    name = entry["name"]
    present = next(iter(client.read_automations_by_name(name)), None)
    if block is None and any(action["type"] == "send-notification" for action in entry["actions"]):
        # Without a block it is not made; an alert that is there already is left as it is.
        if present is None:
            return Change("automation", name, "left out", "it notifies: give --notify BLOCK")
        return Change("automation", name, "unchanged")
    wanted = automation(entry, block)
    if present is None:
        client.create_automation(wanted)
        return Change("automation", name, "created")
    wanted.enabled = present.enabled  # an operator may have switched it off
    if AutomationCore.model_validate(present.model_dump()) == wanted:
        return Change("automation", name, "unchanged")
    client.update_automation(present.id, wanted)
    return Change("automation", name, "changed")


def _find_block(client: SyncPrefectClient, notify: str) -> UUID:
    block_type, _, name = notify.partition("/")
    try:
        found = client.read_block_document_by_name(name, block_type)
    except ObjectNotFound as error:
        raise ArtcatError(
            f"the Prefect server has no block {notify}: `prefect block ls` shows those it has"
        ) from error
    if found.block_schema is None or "notify" not in found.block_schema.capabilities:
        raise ArtcatError(f"the block {notify} cannot notify: give a notification block")
    return found.id
