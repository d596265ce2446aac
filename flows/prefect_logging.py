"""Logging of Prefect runs: invalid input gives one line, not a traceback."""

from __future__ import annotations

import logging

from catalog.base.errors import ArtcatError, is_fault

_NEEDLESS = (
    "Finished in state",
    # a server without the limit `gpu`, such as a temporary one, has no other users
    "do not exist - skipping acquisition",
)


class _InputErrorFilter(logging.Filter):
    """A filter: Prefect logs failed runs with a traceback; the command line prints one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage()
        reported = isinstance(error, ArtcatError | KeyboardInterrupt) or is_fault(error)
        return not reported and not any(map(message.__contains__, _NEEDLESS))


def hide_input_error_tracebacks() -> None:
    """Keep tracebacks of input errors out of the log."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.engine", "prefect.concurrency"):
        logging.getLogger(name).addFilter(_InputErrorFilter())
