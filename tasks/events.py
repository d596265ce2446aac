"""Events on the Prefect server that automations react to."""

from __future__ import annotations

from prefect.events import emit_event

PROMOTED = "artcat.model.promoted"
"""Name of the event: a model became the champion of a role."""


def emit_promotion(home: str, role: str, model_version: str, before: str | None, why: str) -> None:
    """Emit the event that a model became the champion of a role; never fails."""
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
