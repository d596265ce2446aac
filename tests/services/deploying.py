"""Deployment of the flows to a server by `artcat deploy`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.drills.catalogs import NAME
from tests.services.prefect_server import PrefectServer
from tests.services.processes import ROOT, ServiceError, base_environment


def deploy(
    server: PrefectServer, catalog: Path, home: str, *options: str, cron: str = ""
) -> dict[str, str]:
    """Deploy everything for a catalog; what was done with each thing, by its name."""
    tokens = ["--catalog", str(catalog), "--name", NAME, "--home", home, "--preset", "quick"]
    hours = ["--cron", cron, "--train-cron", "", "--maintain-cron", ""]
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "deploy", *tokens, *hours, *options, "--json"],
        check=False,
        cwd=ROOT,
        env={**base_environment(), "PREFECT_API_URL": server.url},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ServiceError(f"artcat deploy: {done.stderr}")
    changes = json.loads(done.stdout)["changes"]
    return {f"{each['kind']} {each['name']}": each["done"] for each in changes}


def deployment_of(server: PrefectServer, flow: str = "nightly") -> str:
    """The id of what was deployed."""
    return str(server.request("GET", f"deployments/name/{flow}/{NAME}")["id"])


def pause_schedule(server: PrefectServer, deployment: str) -> None:
    """Have no more runs of a deployment but those that a person starts."""
    for schedule in server.request("GET", f"deployments/{deployment}/schedules"):
        told: dict[str, Any] = {"active": False}
        server.request("PATCH", f"deployments/{deployment}/schedules/{schedule['id']}", told)
