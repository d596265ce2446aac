"""A Prefect server on PostgreSQL, the worker that runs its flows, deployments and their nights."""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from catalog.storage.store import open_store
from tests.drills.catalogs import NAME
from tests.drills.homes import check_like
from tests.python_process import artcat_process
from tests.services.keeper import Keeper, marked
from tests.services.processes import Process, ServiceError, base_environment, free_port, wait_until

POOL = "artcat"
SHARDS = {"ARTCAT_SHARD_WORKS": "16"}
WRITTEN = {"ingest": "tables/artworks", "images": "shards", "embed": "tables/embeddings"}
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_CLI_WARN_DEPRECATIONS": "false",
}
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
LONGEST = 600.0
RECOVERY = 60.0
"""Seconds that a server may need to find its database again."""


class PrefectServer:
    """The server and what a person does with it: over its API, which outlives a restart."""

    def __init__(self, keeper: Keeper, folder: Path, database: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/api"
        command = f"{sys.executable} -m prefect server start --host 127.0.0.1 --port {port}"
        given = {"PREFECT_HOME": str(folder), "PREFECT_API_URL": self.url}
        given["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
        environment = {**QUIET, **given}
        self.process = Process(keeper, "prefect", command, folder, environment, ready=self._answers)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def request(self, method: str, path: str, told: Mapping[str, Any] | None = None) -> Any:
        answer = httpx.request(method, f"{self.url}/{path}", json=told, timeout=60)
        if answer.is_error:
            raise ServiceError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        return answer.json() if answer.content else None

    def start_run(self, deployment: str, parameters: Mapping[str, Any] | None = None) -> str:
        """What the button "Run" does; the id of the run."""
        told = {"parameters": parameters} if parameters else {}
        return str(self.request("POST", f"deployments/{deployment}/create_flow_run", told)["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.request("GET", f"flow_runs/{run_id}"))

    def state(self, run_id: str) -> str:
        """The kind of state of a run; a server that has just lost its database is asked on."""
        found: list[str] = []

        def answered() -> bool:
            with suppress(ServiceError, httpx.TransportError):
                found.append(str(self.run(run_id)["state_type"]))
            return bool(found)

        wait_until(f"the server tells of {run_id}", answered, RECOVERY)
        return found[0]

    def wait_idle(self, deployment: str) -> None:
        busy = ("PENDING", "RUNNING", "CANCELLING")
        wait_until("no run is under way", lambda: not self.runs(deployment, *busy), LONGEST)

    def runs(self, deployment: str, *states: str) -> list[dict[str, Any]]:
        told: dict[str, Any] = {
            "deployments": {"id": {"any_": [deployment]}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        if states:
            told["flow_runs"] = {"state": {"type": {"any_": list(states)}}}
        return list(self.request("POST", "flow_runs/filter", told))

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        told = {"flow_runs": {"id": {"any_": [run_id]}}, "sort": "EXPECTED_START_TIME_ASC"}
        return list(self.request("POST", "task_runs/filter", told))

    def wait_for(self, run_id: str, *states: str, seconds: float = LONGEST) -> str:
        """Wait until a run is in one of some states; which."""
        due = time.monotonic() + seconds
        while (state := self.state(run_id)) not in states:
            if state in FINAL or time.monotonic() > due:
                raise ServiceError(f"a run is {state}, not {states}: {self.told(run_id)}")
            time.sleep(1)
        return state

    def told(self, run_id: str) -> str:
        told = {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC"}
        lines = [log["message"] for log in self.request("POST", "logs/filter", told)]
        message = self.run(run_id)["state"]["message"]
        return "\n".join([str(message), *lines])[-4000:]

    def cancel(self, run_id: str) -> None:
        """What the button "Cancel" does."""
        told = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        self.request("POST", f"flow_runs/{run_id}/set_state", told)


def worker(keeper: Keeper, folder: Path, server: str, environment: Mapping[str, str]) -> Process:
    """A process worker whose flows find home and credentials in the environment it was given."""
    folder.mkdir(parents=True, exist_ok=True)
    command = f"{sys.executable} -m prefect worker start --pool {POOL} --type process"
    given = {"PREFECT_HOME": str(folder), "PREFECT_API_URL": server}
    return Process(keeper, "worker", command, folder, {**QUIET, **environment, **given})


def processes_of(run_id: str) -> list[int]:
    return marked("PREFECT__FLOW_RUN_ID", run_id)


def wait_gone(run_id: str, seconds: float = 60) -> None:
    wait_until(f"the processes of {run_id} are gone", lambda: not processes_of(run_id), seconds)


def deploy(
    server: PrefectServer, catalog: Path, home: str, *options: str, cron: str = ""
) -> dict[str, str]:
    """Deploy everything for a catalog; what was done with each thing, by its name."""
    tokens = ["--catalog", str(catalog), "--name", NAME, "--home", home, "--preset", "quick"]
    hours = ["--cron", cron, "--train-cron", "", "--maintain-cron", ""]
    environment = {**base_environment(), "PREFECT_API_URL": server.url}
    done = artcat_process("deploy", *tokens, *hours, *options, "--json", env=environment)
    if done.returncode != 0:
        raise ServiceError(f"artcat deploy: {done.stderr}")
    changes = json.loads(done.stdout)["changes"]
    return {f"{each['kind']} {each['name']}": each["done"] for each in changes}


def deployment_of(server: PrefectServer, flow: str = "nightly") -> str:
    return str(server.request("GET", f"deployments/name/{flow}/{NAME}")["id"])


def pause_schedule(server: PrefectServer, deployment: str) -> None:
    """Have no more runs of a deployment but those that a person starts."""
    for schedule in server.request("GET", f"deployments/{deployment}/schedules"):
        told: dict[str, Any] = {"active": False}
        server.request("PATCH", f"deployments/{deployment}/schedules/{schedule['id']}", told)


@dataclass(frozen=True)
class Nights:
    server: PrefectServer
    deployment: str
    catalog: Path

    def start(self, home: str) -> str:
        return self.server.start_run(self.deployment, told(self.catalog, home))

    def reach(self, home: str, step: str) -> str:
        run_id = self.start(home)
        self.server.wait_for(run_id, "RUNNING")
        wait_written(home, step)
        return run_id

    def finish(self, home: str) -> str:
        run_id = self.start(home)
        self.server.wait_for(run_id, "COMPLETED")
        return run_id

    def finish_like(self, home: str, reference: str) -> None:
        self.finish(home)
        check_like(home, reference)


def wait_written(home: str, step: str) -> None:
    """By one listing: to look at every table, as the drills do, takes half a second of a core."""
    written, store = WRITTEN[step], open_store(home)
    wait_until(f"a night reaches {step}", lambda: any(store.list(written)), LONGEST)


def told(catalog: Path, home: str) -> dict[str, Any]:
    return {"parameters": {"catalog": str(catalog), "name": NAME, "preset": "quick", "home": home}}
