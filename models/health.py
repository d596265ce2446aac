"""Health checks of the GPU and of a home's models."""

from __future__ import annotations

import importlib.util
from typing import Any

from catalog.health.finding import FAILED, OK, WARNING, Finding
from catalog.storage.store import Store
from models.versions import registry
from models.versions.registry import CLASSIFIER


def check_gpu() -> list[Finding]:
    """Report the GPUs that torch finds, and whether bfloat16 is supported."""
    if importlib.util.find_spec("torch") is None:
        return [Finding("gpu", FAILED, "torch is not installed", "Run `make setup`.")]
    import torch  # noqa: PLC0415 - takes seconds to import

    from models.versions.precision import computes_bf16  # noqa: PLC0415

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    device = torch.device("cuda" if count else "cpu")
    bf16 = "computes in bf16" if computes_bf16(device) else "does not compute in bf16"
    if not count:
        threads = torch.get_num_threads()
        return [Finding("gpu", OK, f"none: torch has {threads} threads of a CPU that {bf16}")]
    named = ", ".join(
        f"{about.name} ({about.total_memory / 1e9:.0f} GB)"
        for about in map(torch.cuda.get_device_properties, range(count))
    )
    return [Finding("gpu", OK, f"{named}: {bf16}")]


def check_models(home: Store) -> list[Finding]:
    """Check that the files of every model match their digests."""
    from models.versions import storage  # noqa: PLC0415 - takes torch

    rows = registry.overview(home)
    wrong = {row["model_version"]: storage.damage_of(home, row["model_version"]) for row in rows}
    whole = [row for row in rows if wrong[row["model_version"]] is None]
    champions = registry.champions(home)
    found = []
    for role, version in champions.items():
        if problem := wrong.get(version, "the table models has no such model"):
            advice = _replacement(home, role, whole)
            found.append(Finding(f"champion {role}", FAILED, f"{version}: {problem}", advice))
    damaged = [row for row in rows if wrong[row["model_version"]]]
    if others := [row for row in damaged if row["model_version"] not in champions.values()]:
        row = others[0]
        first = row["model_version"]
        message = f"{len(others)} models without a role are damaged: {first}: {wrong[first]}"
        given = f"--method {row['method']} --preset {row['preset']} --scheme {row['scheme']}"
        advice = (
            f"No action needed: it is not a champion; `artcat train {given} --home {home.uri}` "
            "retrains it."
        )
        found.append(Finding("models", WARNING, message, advice))
    return found or [Finding("models", OK, f"{len(rows)} models match their digests")]


def _replacement(home: Store, role: str, whole: list[dict[str, Any]]) -> str:
    """Advise how a role gets a usable champion."""
    fit = [row for row in whole if role == CLASSIFIER or row["kind"] == "clip"]
    best = max(fit, key=lambda row: (row["scheme"] == "artist", row["macro_f1"] or 0), default=None)
    bring = f"restore it from an export with `artcat models import FILE --home {home.uri}`"
    if best is None:
        return f"Run `artcat train --evaluate --home {home.uri}`, or {bring}."
    promote = f"artcat models promote {best['model_version']} --role {role} --home {home.uri}"
    return f"Run `{promote}`, the best undamaged model, or {bring}."
