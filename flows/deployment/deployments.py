"""Creation, update and removal of deployments on the server."""

from __future__ import annotations

from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound

from flows.deployment.changes import Change, compared
from flows.deployment.definitions import Definition

KIND = "deployment"


def put_deployment(client: SyncPrefectClient, wanted: Definition) -> Change:
    """Create or update a deployment; one that is already as defined is not touched.

    Whether it or a schedule of it is paused is kept.
    """
    name = f"{wanted.flow}/{wanted.name}"
    try:
        present = client.read_deployment_by_name(name)
    except ObjectNotFound:
        _write(client, wanted, {})
        hours = ", ".join(f"{each['cron']} {each['timezone']}" for each in _hours(wanted))
        return Change(KIND, name, "created", hours)
    change = compared(KIND, name, _fields(present), wanted.fields)
    if change.done == "changed":
        _write(client, wanted, {each.slug: each.active for each in present.schedules})
    return change


def remove_deployment(client: SyncPrefectClient, flow: str, name: str) -> Change | None:
    """Remove a deployment with its future runs; None if there is none."""
    try:
        present = client.read_deployment_by_name(f"{flow}/{name}")
    except ObjectNotFound:
        return None
    client.delete_deployment(present.id)
    return Change(KIND, f"{flow}/{name}", "removed")


def _hours(wanted: Definition) -> list[dict[str, Any]]:
    hours: list[dict[str, Any]] = wanted.fields["schedules"]
    return hours


def _fields(present: DeploymentResponse) -> dict[str, Any]:
    """Return a deployment on the server in the form of `Definition.fields`."""
    options = present.concurrency_options
    limit = present.global_concurrency_limit
    return {
        "version": present.version,
        "description": present.description,
        "tags": sorted(present.tags),
        "entrypoint": present.entrypoint,
        "pull_steps": present.pull_steps or [],
        "parameters": present.parameters,
        "schedules": [
            {
                "cron": getattr(each.schedule, "cron", None),
                "timezone": getattr(each.schedule, "timezone", None),
                "slug": each.slug,
            }
            for each in present.schedules
        ],
        "work_pool_name": present.work_pool_name,
        "job_variables": present.job_variables,
        "concurrency_limit": limit.limit if limit else None,
        "concurrency_options": options.model_dump(mode="json", exclude_none=True)
        if options
        else None,
        "parameter_openapi_schema": present.parameter_openapi_schema,
    }


def _write(client: SyncPrefectClient, wanted: Definition, active: dict[str | None, bool]) -> None:
    fields = dict(wanted.fields)
    options = ConcurrencyOptions.model_validate(fields.pop("concurrency_options"))
    schedules = [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=each["cron"], timezone=each["timezone"]),
            slug=each["slug"],
            active=active.get(each["slug"], True),
        )
        for each in fields.pop("schedules")
    ]
    client.create_deployment(
        flow_id=client.create_flow_from_name(wanted.flow),
        name=wanted.name,
        schedules=schedules,
        concurrency_options=options,
        **fields,
    )
