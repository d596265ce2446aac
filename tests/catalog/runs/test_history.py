"""Run history of a home."""

from __future__ import annotations

import pytest

from catalog.base.errors import ArtcatError, CheckError, SourceError
from catalog.runs import history
from catalog.runs.record import recorded
from tests.building import NightResult, put


@pytest.fixture
def runs(home):
    """A home with three runs: of ids a1, a2 and b."""
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    with recorded(home, "ingest", NightResult(), "x", "a1") as run, run.step("read"):
        run.result.rows_read = 1
    with recorded(home, "nightly", NightResult(), "x", "a2") as run:
        run.result.changes = {"new": 1}
        run.result.checks = [{"check": "c", "outcome": "passed"}]
        put(home, "artworks", {"artwork_id": "x:2", "catalog": "x"})
        change = {"kind": "new", "style_after": "Rococo", "reasons": ["new artwork"]}
        put(home, "work_changes", {"run_id": "a2", "artwork_id": "x:2", **change})
    with pytest.raises(SourceError), recorded(home, "nightly", NightResult(), "y", "b"):
        raise CheckError("a check failed", [{"check": "c", "outcome": "failed"}])
    return home


def ids(rows):
    return [row["run_id"] for row in rows]


def test_the_last_runs_come_first_and_can_be_chosen(runs):
    assert ids(history.recent(runs, 10)) == ["b", "a2", "a1"]
    assert ids(history.recent(runs, 2)) == ["b", "a2"]
    assert ids(history.recent(runs, 10, flow="nightly")) == ["b", "a2"]
    assert ids(history.recent(runs, 10, status="completed")) == ["a2", "a1"]
    assert history.recent(runs, 10, flow="tune") == []
    first, second, _ = history.recent(runs, 10)
    assert (first["error"], first["changes"]) == ("a check failed", {})
    assert (second["error"], second["changes"]) == (None, {"new": 1})
    assert 0 <= first["seconds"] < 60


def test_a_run_is_found_by_the_beginning_of_its_id(runs):
    found = history.find(runs, "a2")
    assert found["run"]["flow"] == "nightly"
    assert found["versions_after"]["artworks"] == found["versions_before"]["artworks"] + 1
    assert found["changes"]["counts"] == {"new": 1}
    assert found["changes"]["styles"][0]["style_after"] == "Rococo"
    assert found["checks"] == [{"check": "c", "outcome": "passed"}]
    assert "read" in history.find(runs, "a1")["seconds"]
    failed = history.find(runs, "b")
    assert failed["run"]["error"] == "a check failed"
    assert failed["checks"] == [{"check": "c", "outcome": "failed"}]
    assert failed["changes"]["counts"] == {}


@pytest.mark.parametrize(
    ("beginning", "said"),
    [("a", "matches a2, a1: give more"), ("c", "no run 'c'"), ("", "no run ''")],
)
def test_an_id_that_fits_no_run_or_several_is_refused(runs, beginning, said):
    with pytest.raises(ArtcatError, match=said):
        history.find(runs, beginning)
