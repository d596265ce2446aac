"""Progress of long steps: on a terminal, in a log, and on the page of a Prefect run."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from tasks.prefect_run import in_prefect_run

LOG = logging.getLogger("artcat.progress")

EVERY, SELDOM = 10.0, 60.0
"""Seconds between two lines of a log, initially and finally."""


@contextmanager
def progress(title: str, total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """Show a bar on a terminal, else log lines; also an artifact of the flow run.

    What it yields advances by a number of units.
    """
    begun = reported = time.monotonic()
    done, pause = 0, EVERY

    def line() -> str:
        shown = f"{title}: {done:,} of {total:,} {unit}s"
        if not done:
            return shown
        rate = done / max(time.monotonic() - begun, 1e-9)
        return f"{shown}, {rate:.1f} a second, {(total - done) / rate:.0f} s left"

    artifact = None
    if in_prefect_run():
        from prefect.artifacts import (  # noqa: PLC0415
            create_progress_artifact,
            update_progress_artifact,
        )

        artifact = create_progress_artifact(0.0, key=title, description=line())

    def add(count: int) -> None:
        nonlocal done, reported, pause
        done += count
        bar.update(count)
        now = time.monotonic()
        if now - reported < pause and done < total:
            return
        reported, pause = now, min(2 * pause, SELDOM)
        if artifact is not None:
            update_progress_artifact(artifact, 100.0 * done / max(total, 1), line())  # type: ignore[arg-type]
        if bar.disable and done < total:
            LOG.info(line())

    with tqdm(total=total, desc=title, unit=unit, disable=None, file=sys.stderr) as bar:
        yield add
