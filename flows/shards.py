"""Many steps of one kind, a shard each, on threads or on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect import Task
from prefect.futures import as_completed

from catalog.homes import settings
from flows.progress import Progress
from models.parameters import EngineParameters
from tasks.runners import task_runner


@dataclass(frozen=True)
class Step:
    """One step: what its task is given, and how many units it does."""

    given: dict[str, Any]
    units: int


def run_steps(
    task: Task[..., int],
    steps: Sequence[Step],
    parameters: EngineParameters,
    title: str,
    unit: str,
) -> int:
    """Run every step; the sum of what they return.

    A step that fails does not keep the others from being finished.

    Raises:
        Exception: the first failure, when nothing more can be done.
    """
    if not steps:
        return 0
    total, failures = 0, []
    runner = task_runner(parameters.dask or settings().dask, parameters.workers)
    with runner, Progress(title, sum(step.units for step in steps), unit) as progress:
        units = {runner.submit(task, step.given): step.units for step in steps}
        for future in as_completed(list(units)):
            try:
                total += future.result()
            except Exception as error:
                failures.append(error)
            progress.add(units[future])
    if failures:
        raise failures[0]
    return total
