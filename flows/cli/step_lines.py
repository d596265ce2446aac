"""Progress of a run's steps on standard error: a line for each, or a bar on a terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from catalog.storage.homes import settings
from tasks.logs import OWN

_STEPS = {"ingest": 3, "enrich": 10, "nightly": 13, "demo": 14}
"""Number of steps of the flows that have a bar; training adds to them."""
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
_TRAINED = ("train", "evaluate")
_PROGRESS = "artcat.progress"


@contextmanager
def shown_steps(flow: str) -> Iterator[None]:
    """Show the steps of a flow while it runs, unless the log is JSON, which contains them."""
    if settings().log_format == "json":
        yield
        return
    display = StepLines(flow)
    own = logging.getLogger(OWN)
    own.addHandler(display)
    try:
        yield
    finally:
        own.removeHandler(display)
        display.close()


class StepLines(logging.Handler):
    """A log handler that shows steps as lines, or as a progress bar."""

    def __init__(self, flow: str) -> None:
        """Start at the beginning of a flow."""
        super().__init__(logging.INFO)
        total = _STEPS.get(flow)
        self._bar = tqdm(
            total=total,
            desc=flow,
            unit="step",
            file=sys.stderr,
            disable=None if total else True,
            bar_format=_BAR,
        )
        self._is_terminal = sys.stderr.isatty()

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record if it reports a step or its progress."""
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        if record.levelno != logging.INFO:
            return
        if "step" in fields:
            self._show_step(fields)
        elif record.name == _PROGRESS or fields.get("parts", 1) > 1:
            self._show(record.getMessage())

    def _show_step(self, fields: Mapping[str, Any]) -> None:
        step = fields["step"]
        if "seconds" not in fields:
            self._bar.total = (self._bar.total or 0) + (step in _TRAINED)
            self._bar.set_postfix_str(step)
            return
        self._bar.update()
        if not self._is_terminal:
            counted = ", ".join(
                f"{count:,} {name.replace('_', ' ')}"
                for name, count in fields["counts"].items()
                if isinstance(count, int) and count
            )
            self._show(f"{step:10} {fields['seconds']:6.1f} s  {counted}".rstrip())

    def _show(self, line: str) -> None:
        if self._is_terminal:
            self._bar.set_postfix_str(line)
        else:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    def close(self) -> None:
        """Clear the bar."""
        self._bar.close()
        super().close()
