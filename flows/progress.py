"""Progress of long steps: on a terminal, in a log, and on the page of a Prefect run."""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType

from tqdm import tqdm

from tasks.prefect_run import in_prefect_run

LOG = logging.getLogger("artcat.progress")

EVERY, SELDOM = 10.0, 60.0
"""Seconds between two lines of a log, initially and finally."""


class Progress:
    """A progress bar on a terminal, else log lines; also an artifact of the flow run."""

    def __init__(self, title: str, total: int, unit: str) -> None:
        """Start at 0 of `total` units."""
        self.title, self.total, self.unit = title, total, unit
        self.done = 0
        self._pause = EVERY
        self._bar = tqdm(total=total, desc=title, unit=unit, disable=None, file=sys.stderr)
        self._began = self._told = time.monotonic()
        self._artifact = None
        if in_prefect_run():
            from prefect.artifacts import create_progress_artifact  # noqa: PLC0415

            self._artifact = create_progress_artifact(0.0, key=title, description=self._line())

    def add(self, count: int) -> None:
        """Advance by some units."""
        self.done += count
        self._bar.update(count)
        now = time.monotonic()
        if now - self._told >= self._pause or self.done >= self.total:
            self._told, self._pause = now, min(2 * self._pause, SELDOM)
            self._tell()

    def _tell(self) -> None:
        if self._artifact is not None:
            from prefect.artifacts import update_progress_artifact  # noqa: PLC0415

            share = 100.0 * self.done / max(self.total, 1)
            update_progress_artifact(self._artifact, share, self._line())  # type: ignore[arg-type]
        if self._bar.disable and self.done < self.total:
            LOG.info(self._line())

    def _line(self) -> str:
        seconds = time.monotonic() - self._began
        rate = self.done / seconds if seconds else 0.0
        line = f"{self.title}: {self.done:,} of {self.total:,} {self.unit}s"
        if not self.done:
            return line
        return f"{line}, {rate:.1f} a second, {(self.total - self.done) / rate:.0f} s left"

    def __enter__(self) -> Progress:
        """Nothing to prepare."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the bar."""
        self._bar.close()
