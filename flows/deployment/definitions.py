"""Which deployments there are to be: those of deploy/prefect.yaml, filled in for a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any, get_type_hints

import yaml
from prefect import Flow
from prefect.utilities.callables import parameter_schema
from pydantic import BaseModel

import deploy
from flows.deployment.hours import CRONS
from flows.deployment.parameters import DeployParameters
from flows.deployment.places import pull_steps

GPU = "-gpu"
"""How the names of what runs on a GPU end: pools and deployments."""


@dataclass(frozen=True)
class Definition:
    """A deployment that there is to be."""

    flow: str
    name: str
    fields: dict[str, Any]
    """As Prefect's interface calls them, in plain JSON; what is compared with the server's."""


def definitions(given: DeployParameters) -> list[Definition]:
    """The deployments that the server is to have.

    Args:
        given: with whole paths and possible hours, as `placed` makes them.
    """
    return [
        _definition(entry, given) for entry in entries() if given.gpus or not _is_for_gpu(entry)
    ]


def possible_names(given: DeployParameters) -> list[tuple[str, str]]:
    """Flow and name of each deployment that a catalog can have, wanted or not."""
    return [(_flow(entry).name, _name(entry, given)) for entry in entries()]


def pools(given: DeployParameters) -> list[str]:
    """The work pools that there are to be."""
    return [given.work_pool, given.work_pool + GPU] if given.gpus else [given.work_pool]


@cache
def entries() -> list[dict[str, Any]]:
    """The deployments as deploy/prefect.yaml has them."""
    found: list[dict[str, Any]] = yaml.safe_load(deploy.text("prefect.yaml"))["deployments"]
    return found


def _definition(entry: dict[str, Any], given: DeployParameters) -> Definition:
    flow = _flow(entry)
    limit = entry["concurrency_limit"]
    fields = {
        "version": version("artcat"),
        "description": entry["description"],
        "tags": sorted(entry["tags"]),
        "entrypoint": entry["entrypoint"],
        "pull_steps": pull_steps(given),
        "parameters": {"parameters": _parameters(flow, entry, given)},
        "schedules": _schedules(flow, entry, given),
        "work_pool_name": given.work_pool + (GPU if _is_for_gpu(entry) else ""),
        "job_variables": entry["work_pool"]["job_variables"],
        "concurrency_limit": limit["limit"],
        "concurrency_options": {"collision_strategy": limit["collision_strategy"]},
        "parameter_openapi_schema": parameter_schema(flow).model_dump(mode="json"),
    }
    return Definition(flow.name, _name(entry, given), fields)


def _flow(entry: dict[str, Any]) -> Flow[..., Any]:
    module, _, name = entry["entrypoint"].rpartition(".")
    flow: Flow[..., Any] = getattr(import_module(module), name)
    return flow


def _name(entry: dict[str, Any], given: DeployParameters) -> str:
    return f"{given.name}{GPU if _is_for_gpu(entry) else ''}"


def _is_for_gpu(entry: dict[str, Any]) -> bool:
    return bool(entry["work_pool"]["name"].endswith(GPU))


def _parameters(
    flow: Flow[..., Any], entry: dict[str, Any], given: DeployParameters
) -> dict[str, Any]:
    """What the runs are told: what the file says, and above it what was given."""
    model: type[BaseModel] = get_type_hints(flow.fn)["parameters"]
    own = entry["parameters"].get("parameters", {})
    told = given.model_dump(mode="json", exclude_defaults=True, include=set(model.model_fields))
    return model.model_validate({**own, **told}).model_dump(mode="json", exclude_defaults=True)


def _schedules(
    flow: Flow[..., Any], entry: dict[str, Any], given: DeployParameters
) -> list[dict[str, Any]]:
    """One schedule or none: with GPUs it is that of the deployment on a GPU, if there is one."""
    cron = getattr(given, CRONS[flow.name]) if flow.name in CRONS else ""
    has_twin = sum(other["entrypoint"] == entry["entrypoint"] for other in entries()) > 1
    if not cron or (has_twin and _is_for_gpu(entry) is not bool(given.gpus)):
        return []
    return [{"cron": cron, "timezone": given.timezone, "slug": flow.name}]
