"""How the nightly flow gets onto a server: the one place that knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.services.prefect_server import POOL, PrefectServer
from tests.services.processes import ROOT

ZOMBIE_AFTER = 90
"""Seconds without a heartbeat, of which there is one every 30 s."""


def deploy(
    server: PrefectServer,
    parameters: Mapping[str, Any],
    *,
    name: str = "nightly",
    cron: str | None = None,
    flow: str = "flows.nightly.nightly",
) -> str:
    """Deploy a flow to the work pool, one run at a time; the id of the deployment."""
    flow_id = server.ask("POST", "flows/", {"name": flow.rpartition(".")[2].replace("_", "-")})[
        "id"
    ]
    schedule = {"schedule": {"cron": cron, "timezone": "UTC"}, "active": True}
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}
    told = {
        "name": name,
        "flow_id": flow_id,
        "entrypoint": flow,
        "pull_steps": [step],
        "work_pool_name": POOL,
        "tags": ["artcat"],
        "parameters": parameters,
        "schedules": [schedule] if cron else [],
        "concurrency_limit": 1,
        "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
    }
    return str(server.ask("POST", "deployments/", told)["id"])


def make_pool(server: PrefectServer) -> None:
    """The work pool that the worker polls."""
    server.ask("POST", "work_pools/", {"name": POOL, "type": "process"})


def mark_zombies(server: PrefectServer) -> None:
    """Have runs marked as crashed whose process has died with the worker."""
    ended = [f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled")]
    beat = "prefect.flow-run.heartbeat"
    told = {
        "name": "zombies",
        "trigger": {
            "type": "event",
            "posture": "Proactive",
            "match": {"prefect.resource.id": ["prefect.flow-run.*"]},
            "after": [beat],
            "expect": [beat, "prefect.flow-run.Crashed", *ended],
            "for_each": ["prefect.resource.id"],
            "threshold": 1,
            "within": ZOMBIE_AFTER,
        },
        "actions": [
            {
                "type": "change-flow-run-state",
                "state": "CRASHED",
                "message": "no heartbeat: its process has died, and the worker with it",
            }
        ],
    }
    server.ask("POST", "automations/", told)


def limit_slot(server: PrefectServer, name: str, slots: int) -> None:
    """Make a global concurrency limit."""
    told = {"name": name, "limit": slots, "active": True}
    server.ask("POST", "v2/concurrency_limits/", told)


def pause_schedule(server: PrefectServer, deployment: str) -> None:
    """Have no more runs of a deployment but those that a person starts."""
    for schedule in server.ask("GET", f"deployments/{deployment}/schedules"):
        told = {"active": False}
        server.ask("PATCH", f"deployments/{deployment}/schedules/{schedule['id']}", told)
