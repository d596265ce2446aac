"""Detection of a Prefect run: only then a server has artifacts, events and limits."""

from __future__ import annotations

import sys
import uuid


def in_prefect_run() -> bool:
    """Return whether this code runs in a flow run or a task run of Prefect.

    Prefect takes a second to import: if it is not imported, there is no run of it.
    """
    context = sys.modules.get("prefect.context")
    return context is not None and bool(
        context.FlowRunContext.get() or context.TaskRunContext.get()
    )


def run_id() -> str:
    """Return the id of the current flow run, or a new one: `runs` and Prefect share it."""
    if not in_prefect_run():
        return str(uuid.uuid4())
    from prefect.runtime import flow_run  # noqa: PLC0415

    return str(flow_run.id)
