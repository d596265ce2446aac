"""Detection of a Prefect run, and its events: only then a server has artifacts and limits."""

from __future__ import annotations

import sys
import uuid

PROMOTED = "artcat.model.promoted"
"""Name of the event that automations react to: a model became the champion of a role."""


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


def emit_promotion(home: str, role: str, model_version: str, before: str | None, why: str) -> None:
    """Emit the event that a model became the champion of a role; never fails."""
    from prefect.events import emit_event  # noqa: PLC0415 - Prefect takes a second to import

    emit_event(
        PROMOTED,
        resource={
            "prefect.resource.id": f"artcat.model.{model_version}",
            "prefect.resource.name": model_version,
            "artcat.role": role,
            "artcat.home": home,
        },
        payload={"role": role, "before": before or "none", "reason": why},
    )
