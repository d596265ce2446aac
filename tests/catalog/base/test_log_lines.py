"""Lines of a JSON log."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

from catalog.base import secrets
from catalog.base.log_lines import JsonLines, fields
from catalog.runs import record as runs
from tests.building import NightResult


def line_of(message="a %s", *args, **more):
    record = logging.LogRecord("artcat.steps", logging.INFO, "x.py", 1, message, args, None)
    for name, value in more.items():
        setattr(record, name, value)
    text = JsonLines().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_when_how_grave_who_and_what():
    line = line_of("é\n%s", "b")
    assert datetime.now(UTC) - datetime.fromisoformat(line.pop("time")) < timedelta(minutes=5)
    assert line == {"level": "INFO", "logger": "artcat.steps", "message": "é\nb"}


def test_what_prefect_knows_and_what_was_named():
    line = line_of(
        "x",
        flow_run_id="f1",
        flow_name="nightly",
        task_run_name="embed-1",
        **fields(shard="shards/x/1", count=12, seconds=0.5, at=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    assert (line["run"], line["flow"], line["task"]) == ("f1", "nightly", "embed-1")
    assert (line["shard"], line["count"], line["seconds"]) == ("shards/x/1", 12, 0.5)
    assert line["at"].startswith("2026-01-01")


def test_a_traceback_is_in_the_line():
    try:
        {}["broken"]
    except KeyError:
        line = line_of("x", exc_info=sys.exc_info())
    assert "KeyError: 'broken'" in line["error"]
    assert line_of("x", exc_info=(None, None, None))["message"] == "x"


def test_no_secret_is_in_a_line(monkeypatch):
    monkeypatch.setattr(secrets, "_secrets", set())
    secrets.remember("nobody-may-see", "short", None)
    assert line_of("key %s", "nobody-may-see")["message"] == "key ***"
    assert line_of("a short one")["message"] == "a short one"


def test_steps_tell_their_begin_and_end_with_counts_and_seconds(home, caplog):
    caplog.set_level(logging.INFO, "artcat")
    with (
        pytest.raises(ValueError, match="broken"),
        runs.recorded(home, "enrich", NightResult(), run_id="r1") as run,
    ):
        with run.step("embed"):
            run.result.rows_read, run.result.checks = 12, [{}]
        with run.step("write"):
            raise ValueError("broken")
    told = [record.getMessage() for record in caplog.records]
    assert [re.sub(r" after \d.*? s", "", line) for line in told] == [
        *("run of enrich begins", "step embed begins", "step embed ended: rows_read 12"),
        *("step write begins", "step write failed", "run of enrich failed"),
    ]
    assert caplog.records[2].fields["counts"] == {"rows_read": 12}
    assert caplog.records[5].fields["reason"] == "broken"
