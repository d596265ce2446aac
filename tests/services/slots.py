"""A flow whose task works under the slot of the GPU for a moment, as if this machine had one.

Run: python -m tests.services.slots FILE SECONDS, with PREFECT_API_URL
"""

import sys
import time
from pathlib import Path
from unittest import mock

from prefect import flow, task

from tasks.gpu import gpu_slot


@task
def look(file: Path, seconds: float) -> None:
    """Note from when until when the slot was ours."""
    with gpu_slot():
        begin = time.time()
        time.sleep(seconds)
        file.write_text(f"{begin} {time.time()}", "utf-8")


@flow
def looking(file: Path, seconds: float) -> None:
    look(file, seconds)


if __name__ == "__main__":
    with mock.patch("tasks.gpu.has_gpu", return_value=True):
        looking(Path(sys.argv[1]), float(sys.argv[2]))
