"""Changes of objects on the Prefect server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Done = Literal["created", "changed", "removed", "as it was", "left out"]


@dataclass(frozen=True)
class Change:
    """An object on the server, and how it was changed."""

    kind: str
    name: str
    done: Done
    what: str = ""
    """What changed, or why it was left out."""


def compared(kind: str, name: str, present: dict[str, Any], wanted: dict[str, Any]) -> Change:
    """Compare an object on the server with its definition; list the differing fields."""
    different = [
        difference
        for field, value in wanted.items()
        for difference in _differences(field, present.get(field), value)
    ]
    if not different:
        return Change(kind, name, "as it was")
    return Change(kind, name, "changed", ", ".join(different))


_LONGEST = 120


def _differences(field: str, before: Any, after: Any) -> list[str]:
    """Describe how a field differs; of parameters only those that do."""
    if before == after:
        return []
    if field == "parameters" and isinstance(before, dict):
        return [
            difference
            for name in sorted({*before, *after})
            for difference in _differences(name, before.get(name), after.get(name))
        ]
    text = f"{field} {_shown(before)} -> {_shown(after)}"
    return [text if len(text) <= _LONGEST else field]


def _shown(value: Any) -> str:
    """Format a value briefly: a schedule by its hours."""
    if isinstance(value, list) and value and all("cron" in each for each in value):
        return ", ".join(f"{each['cron']} {each['timezone']}" for each in value)
    return "none" if value in (None, [], {}, "") else str(value)
