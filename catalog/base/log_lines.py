"""Log lines as JSON objects, for programs that collect logs."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalog.base.secrets import scrubbed

current_run: dict[str, str] = {}
"""`run` and `flow` of the current run of this process."""
_OF_PREFECT = {"run": "flow_run_id", "flow": "flow_name", "task": "task_run_name"}
"""Our names for the attributes that Prefect adds to the records of a run."""


def fields(**named: object) -> dict[str, Any]:
    """Return structured fields of a log line as the argument `extra` of a logger."""
    return {"fields": named}


class JsonLines(logging.Formatter):
    """Each record as one line: time (UTC), level, logger, message; run, flow, task where known.

    What `fields` named, such as `step`, `shard`, `count` and `seconds`, and `error` with a
    traceback follow. Registered secrets are redacted.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without its line break."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **current_run,
        }
        for name, of_prefect in _OF_PREFECT.items():
            if (value := getattr(record, of_prefect, None)) is not None:
                line[name] = str(value)
        named = getattr(record, "fields", None)
        if isinstance(named, Mapping):
            line.update(named)
        if record.exc_info:
            line["error"] = record.exc_text or self.formatException(record.exc_info)
        return scrubbed(json.dumps(line, default=str, ensure_ascii=False))
