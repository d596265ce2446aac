"""How flows speak: a person's mistake is one line, never a traceback."""

from __future__ import annotations

import logging
import uuid

from catalog.base.errors import ArtcatError
from catalog.base.faults import is_fault
from tasks.prefect_run import in_prefect_run

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
    """Return the id of the flow run under way, or a new one: `runs` and Prefect have the same."""
    if not in_prefect_run():
        return str(uuid.uuid4())
    from prefect.runtime import flow_run  # noqa: PLC0415

    return str(flow_run.id)
