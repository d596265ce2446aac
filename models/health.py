"""What this machine computes with."""

from __future__ import annotations

import importlib.util

from catalog.health.finding import FAILED, OK, Finding


def check_gpu() -> list[Finding]:
    """The GPUs that torch finds, and whether bfloat16 is computed here."""
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
