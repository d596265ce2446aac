"""Definitions of deployments: those of deploy/prefect.yaml with parameters filled in."""

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
"""Suffix of pools and deployments that run on a GPU."""


@dataclass(frozen=True)
class Definition:
    """The definition of a deployment."""

    flow: str
    name: str
    fields: dict[str, Any]
    """Fields of Prefect's API in plain JSON, compared with the server's."""


def definitions(given: DeployParameters) -> list[Definition]:
    """Return the deployments that the server should have.

    Args:
        given: with absolute paths and valid schedules, as `placed` returns them.
    """
    return [
        _definition(entry, given) for entry in entries() if given.gpus or not _is_for_gpu(entry)
    ]


def possible_names(given: DeployParameters) -> list[tuple[str, str]]:
    """Return flow and name of each deployment that a catalog can have."""
    return [(_flow(entry).name, _name(entry, given)) for entry in entries()]


def pools(given: DeployParameters) -> list[str]:
    """Return the required work pools."""
    return [given.work_pool, given.work_pool + GPU] if given.gpus else [given.work_pool]


@cache
def entries() -> list[dict[str, Any]]:
    """Read the deployments of deploy/prefect.yaml."""
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
    """Return the parameters of runs: those of the file, overridden by those given."""
    model: type[BaseModel] = get_type_hints(flow.fn)["parameters"]
    own = entry["parameters"].get("parameters", {})
    overrides = given.model_dump(
        mode="json", exclude_defaults=True, include=set(model.model_fields)
    )
    return model.model_validate({**own, **overrides}).model_dump(mode="json", exclude_defaults=True)


def _schedules(
    flow: Flow[..., Any], entry: dict[str, Any], given: DeployParameters
) -> list[dict[str, Any]]:
    """Return one schedule or none: with GPUs only the deployment on a GPU, if any, has it."""
    cron = getattr(given, CRONS[flow.name]) if flow.name in CRONS else ""
    has_twin = sum(other["entrypoint"] == entry["entrypoint"] for other in entries()) > 1
    if not cron or (has_twin and _is_for_gpu(entry) is not bool(given.gpus)):
        return []
    return [{"cron": cron, "timezone": given.timezone, "slug": flow.name}]
