"""How flows speak: a person's mistake is one line, never a traceback."""

from __future__ import annotations

import logging

from prefect.runtime import flow_run

from catalog.errors import ArtcatError


class _NoTracebackForMistakes(logging.Filter):
    """Prefect logs every failed run with its traceback; the command line says it in one line."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, ArtcatError) and "Finished in state" not in record.getMessage()


def quiet_mistakes() -> None:
    """Keep tracebacks of a person's mistakes out of the log."""
    for name in ("prefect.flow_runs", "prefect.task_runs", "prefect.engine"):
        logging.getLogger(name).addFilter(_NoTracebackForMistakes())


def run_id() -> str:
    """The id of the flow run under way: `runs` and the Prefect server speak of the same run."""
    return str(flow_run.id)
