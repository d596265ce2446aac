"""Running of one task per shard on threads or on the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.base.log_lines import fields
from catalog.storage.homes import settings
from flows.progress import progress
from models.parameters import EngineParameters
from tasks.runners import task_runner
from tasks.task import Task

_LOG = logging.getLogger("artcat.shards")


@dataclass(frozen=True)
class Step:
    """One call of a task: its arguments and its number of units."""

    given: dict[str, Any]
    units: int
    shard: str = ""
    """What it works on, for the log."""


def run_steps(
    task: Task[..., int],
    steps: Sequence[Step],
    parameters: EngineParameters,
    title: str,
    unit: str,
) -> int:
    """Run every step; return the sum of their results.

    A failing step does not keep the others from finishing.

    Raises:
        Exception: the first failure, once the other steps have finished.
    """
    if not steps:
        return 0
    total, failures = 0, []
    with (
        task_runner(parameters.dask or settings().dask, parameters.workers) as runner,
        progress(title, sum(step.units for step in steps), unit) as advance,
    ):
        begun = {runner.submit(task, step.given): step for step in steps}
        for future in runner.as_completed(list(begun)):
            step = begun[future]
            about = {"shard": step.shard, "unit": unit}
            try:
                done = future.result()
            except Exception as error:
                failures.append(error)
                _LOG.warning(
                    "%s: failed at %s: %s", title, about["shard"], error, extra=fields(**about)
                )
            else:
                total += done
                _LOG.info(
                    *("%s: %s %ss of %s done", title, f"{done:,}", unit, about["shard"]),
                    extra=fields(**about, count=done),
                )
            advance(step.units)
    if failures:
        raise failures[0]
    return total
