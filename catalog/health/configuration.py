"""Checks of settings: those that differ from their defaults, and misspelt variables."""

from __future__ import annotations

import os
from typing import Any

from catalog.base.settings import Settings
from catalog.health.finding import OK, WARNING, Finding
from catalog.storage.homes import settings


def check_settings() -> list[Finding]:
    """List settings that differ from their defaults, and unknown variables."""
    found = settings()
    made: dict[str, Any] = {name: getattr(found, name) for name in sorted(found.model_fields_set)}
    changed = ", ".join(f"{name}={value}" for name, value in made.items()) or "all as by default"
    return [Finding("settings", OK, changed), *_unknown_variables()]


def _unknown_variables() -> list[Finding]:
    known = {f"ARTCAT_{name.upper()}" for name in Settings.model_fields}
    given = {name for name in os.environ if name.upper().startswith("ARTCAT_")}
    unknown = sorted(name for name in given if name.upper() not in known)
    if not unknown:
        return []
    advice = "Check for typing errors: these variables have no effect."
    return [Finding("settings", WARNING, f"no such settings: {', '.join(unknown)}", advice)]
