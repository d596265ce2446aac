"""Detection of a Prefect run: only then a server has artifacts, events and limits."""

from __future__ import annotations

import sys


def in_prefect_run() -> bool:
    """Return whether this code runs in a flow run or a task run of Prefect.

    Prefect takes a second to import: if it is not imported, there is no run of it.
    """
    context = sys.modules.get("prefect.context")
    return context is not None and bool(
        context.FlowRunContext.get() or context.TaskRunContext.get()
    )
