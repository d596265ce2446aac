"""A flow whose task takes the slot of the GPU for a moment.

Run: python -m tests.services.slots FILE SECONDS, with PREFECT_API_URL
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from prefect import flow, task
from prefect.concurrency.sync import concurrency

SLOT = "gpu"


@task
def look(file: Path, seconds: float) -> None:
    """Note from when until when the slot was ours."""
    with concurrency(SLOT, occupy=1, timeout_seconds=300, strict=True):
        begin = time.time()
        time.sleep(seconds)
        file.write_text(f"{begin} {time.time()}", "utf-8")


@flow
def looking(file: Path, seconds: float) -> None:
    """One such task."""
    look(file, seconds)


if __name__ == "__main__":
    looking(Path(sys.argv[1]), float(sys.argv[2]))
