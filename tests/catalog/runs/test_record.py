import json
from datetime import UTC, datetime, timedelta

import pytest

from catalog.base.errors import SourceError, StoreError
from catalog.runs import record
from catalog.storage import tables
from tests.building import NightResult, put, rows_of


def only_run(home):
    (row,) = rows_of(home, "runs")
    return row


def test_a_run_is_one_row_with_what_it_did(home):
    put(home, "artworks", {"artwork_id": "x:1"})
    version = tables.version_of(home, "artworks")
    with record.recorded(home, "ingest", NightResult(), "x") as run:
        run.result.rows_read = 5
        with run.step("ingest"):
            put(home, "artworks", {"artwork_id": "x:2"})
    row = only_run(home)
    assert (row["flow"], row["catalog"], row["status"]) == ("ingest", "x", "completed")
    assert row["error"] is None
    assert json.loads(row["result"])["rows_read"] == 5
    assert json.loads(row["versions_before"]) == {"artworks": version}
    assert json.loads(row["versions_after"]) == {"artworks": version + 1}
    assert set(json.loads(row["seconds"])) == {"ingest"}
    assert row["started_at"] <= row["ended_at"] <= datetime.now(UTC)
    assert datetime.now(UTC) - row["started_at"] < timedelta(minutes=5)

    summary = run.summary()
    assert summary["run_id"] == row["run_id"]
    assert summary["rows_read"] == 5
    assert summary["table_versions"] == tables.versions(home)


def test_a_run_that_fails_is_recorded_with_its_error(home):
    with (
        pytest.raises(SourceError, match="no such folder"),
        record.recorded(home, "nightly", NightResult(), run_id="r1") as run,
    ):
        run.result.rows_read = 2
        raise SourceError("no such folder")
    row = only_run(home)
    assert (row["run_id"], row["status"], row["error"]) == ("r1", "failed", "no such folder")
    assert json.loads(row["result"])["rows_read"] == 2
    assert row["catalog"] is None


def test_an_interruption_is_recorded_by_its_name_and_each_run_has_an_id(home):
    ids = set()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), record.recorded(home, "train", NightResult()) as run:
            ids.add(run.run_id)
            raise KeyboardInterrupt
    rows = rows_of(home, "runs")
    assert [row["error"] for row in rows] == ["KeyboardInterrupt"] * 2
    assert {row["run_id"] for row in rows} == ids


def test_the_first_error_is_the_one_that_is_seen(home, monkeypatch):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(record.tables, "merge", full)
    with (
        pytest.raises(SourceError, match="the mistake") as caught,
        record.recorded(home, "ingest", NightResult()),
    ):
        raise SourceError("the mistake")
    assert caught.value.__notes__ == ["the run could not be recorded either: the disk is full"]


def test_a_step_that_comes_twice_is_added_up(monkeypatch):
    clock = iter([0.0, 1.5, 10.0, 10.25])
    monkeypatch.setattr("catalog.runs.record.time.monotonic", lambda: next(clock))
    run = record.Run("ingest", NightResult(), None, "r1")
    with run.step("read"):
        pass
    with pytest.raises(ValueError, match="broken"), run.step("read"):
        raise ValueError("broken")
    assert run.seconds == {"read": 1.75}
