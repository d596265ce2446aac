"""The command `artcat deploy`: update the configured Prefect server, print what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows.cli import output
from flows.cli.commands import Json
from flows.deployment.parameters import DeployParameters

if TYPE_CHECKING:
    from flows.deployment.changes import Change


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
    result = {
        "changes": [asdict(change) for change in changes],
        "counts": dict(Counter(change.done for change in changes)),
        "begins": _begins(given),
        "next": _next(given),
    }
    if json:
        output.say_json(result)
        return
    begins = [f"{flow} begins {', '.join(times)}" for flow, times in _begins(given).items()]
    for line in [*change_lines(changes), *begins, *_next(given)]:
        output.say(line)


def change_lines(changes: Sequence[Change]) -> list[str]:
    """Return a line for each change, and a count of unchanged objects."""
    lines = [
        f"{change.done:9} {change.kind} {change.name}" + (f": {change.what}" if change.what else "")
        for change in changes
        if change.done != "as it was"
    ]
    same = sum(change.done == "as it was" for change in changes)
    return [*lines, f"{same} as they were"] if same else lines


def _begins(given: DeployParameters) -> dict[str, list[str]]:
    """Return the next three starts of each flow, in the time zone of its schedule."""
    from flows.deployment.hours import CRONS, next_begins  # noqa: PLC0415 - takes seconds to import

    return {
        flow: [f"{time:%a %Y-%m-%d %H:%M %Z}" for time in next_begins(field, cron, given.timezone)]
        for flow, field in CRONS.items()
        if (cron := getattr(given, field))
    }


def _next(given: DeployParameters) -> list[str]:
    """Return the next steps: start a worker, and mount a catalog where it expects one."""
    on_gpu = "-gpu" if given.gpus else ""
    lines = [
        f"a worker: prefect worker start --pool {given.work_pool}{on_gpu}",
        f"a night at once: prefect deployment run nightly/{given.name}{on_gpu}",
    ]
    if "://" not in given.catalog and not Path(given.catalog).exists():
        lines.append(f"{given.catalog} is not on this machine: it must exist on the worker")
    return lines
