"""What `artcat deploy` does: bring the configured Prefect server up to date, print what changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flows.cli import output
from flows.cli.commands import Json
from flows.deployment.parameters import DeployParameters


def deploy(
    *, parameters: Annotated[DeployParameters, Parameter(name="*")], json: Json = False
) -> None:
    """Make deployments, schedules, limits and alerts on the configured Prefect server."""
    from flows.deployment.places import placed  # noqa: PLC0415
    from flows.deployment.server import configured_server  # noqa: PLC0415 - takes seconds to import

    given = placed(parameters)
    with configured_server() as client:
        from flows.deployment.apply import deploy_all  # noqa: PLC0415

        changes = deploy_all(client, given)
    done = Counter[str](change.done for change in changes)
    begins = _begins(given)
    if json:
        result: dict[str, Any] = {"changes": [asdict(change) for change in changes]}
        output.say_json(result | {"counts": dict(done), "begins": begins, "next": _next(given)})
        return
    for change in changes:
        if change.done != "unchanged":
            what = f": {change.what}" if change.what else ""
            output.say(f"{change.done:9} {change.kind} {change.name}{what}")
    if same := done["unchanged"]:
        output.say(f"{same} unchanged")
    next_runs = (f"next runs of {flow}: {', '.join(at)}" for flow, at in begins.items())
    for line in [*next_runs, *_next(given)]:
        output.say(line)


def _begins(given: DeployParameters) -> dict[str, list[str]]:
    """Return the next three runs of each flow, in the time zone of its schedule."""
    from flows.deployment.places import CRONS, next_begins  # noqa: PLC0415

    return {
        flow: [f"{time:%a %Y-%m-%d %H:%M %Z}" for time in next_begins(field, cron, given.timezone)]
        for flow, field in CRONS.items()
        if (cron := getattr(given, field))
    }


def _next(given: DeployParameters) -> list[str]:
    """What is left to do: a worker, and a catalog where it looks for one."""
    on_gpu = "-gpu" if given.gpus else ""
    lines = [
        f"start a worker: prefect worker start --pool {given.work_pool}{on_gpu}",
        f"run it now: prefect deployment run nightly/{given.name}{on_gpu}",
    ]
    if "://" not in given.catalog and not Path(given.catalog).exists():
        lines.append(
            f"{given.catalog} is not on this machine: it must exist on the worker's machine"
        )
    return lines
