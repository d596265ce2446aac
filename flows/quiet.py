"""How flows speak: a person's mistake is one line, never a traceback."""

from __future__ import annotations

import logging

from prefect.runtime import flow_run

from catalog.errors import ArtcatError
from catalog.faults import is_fault

_NEEDLESS = (
    "Finished in state",
    # a server without the limit `gpu`, as the temporary one: nobody is there to take turns with
    "do not exist - skipping acquisition",
)


class _NoTracebackForMistakes(logging.Filter):
    """Prefect logs every failed run with its traceback; the command line says it in one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage()
        told = isinstance(error, ArtcatError | KeyboardInterrupt) or is_fault(error)
        return not told and not any(map(message.__contains__, _NEEDLESS))


def quiet_mistakes() -> None:
    """Keep tracebacks of a person's mistakes out of the log."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.engine", "prefect.concurrency"):
        logging.getLogger(name).addFilter(_NoTracebackForMistakes())


def run_id() -> str:
    """The id of the flow run under way: `runs` and the Prefect server speak of the same run."""
    return str(flow_run.id)
