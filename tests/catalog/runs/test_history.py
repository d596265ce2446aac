"""Run history of a home, and changes by run, from Delta's change feed."""

from __future__ import annotations

import pytest

from catalog.base.errors import ArtcatError, CheckError, SourceError
from catalog.runs import history
from catalog.runs.record import recorded
from tests.building import NightResult, ingest_catalog, make_catalog, put


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


def test_an_id_that_fits_no_run_or_several_is_refused(runs):
    told = {"a": "matches a2, a1: give more", "c": "no run 'c'", "": "no run ''"}
    for beginning, said in told.items():
        with pytest.raises(ArtcatError, match=said):
            history.find(runs, beginning)


ARTISTS = [{"artist": "X", "period": "Rococo"}]


def works(*ids, **other):
    return [{"ID": i, "artist": "X", "title": other.get(f"t{i}", "a")} for i in ids]


def run(home, folder, rows):
    with recorded(home, "ingest", NightResult(), "wga") as done:
        ingest_catalog(home, make_catalog(folder, artworks=rows, artists=ARTISTS))
    return done.run_id


def changes_of(home, run_id=None):
    return {
        (row["artwork_id"], row["kind"], *row["reasons"])
        for row in history.changed_in_run(home, run_id)
    }


@pytest.mark.full
def test_each_run_says_what_it_changed(any_home, tmp_path):
    first = run(any_home, tmp_path / "c", works("1", "2", "3"))
    second = run(any_home, tmp_path / "c", works("1", "2", "4", t2="b"))
    third = run(any_home, tmp_path / "c", works("1", "2", "4", t2="b"))
    fourth = run(any_home, tmp_path / "c", works("1", "2", "3", "4", t2="b"))
    new, back = ("new", "new artwork"), ("returned", "back in the catalog")
    assert changes_of(any_home, first) == {(f"wga:{n}", *new) for n in "123"}
    assert changes_of(any_home, second) == {
        ("wga:2", "changed", "facts changed: title"),
        ("wga:3", "removed", "removed from the catalog"),
        ("wga:4", *new),
    }
    assert changes_of(any_home, third) == set()
    assert changes_of(any_home, fourth) == changes_of(any_home) == {("wga:3", *back)}


def image(home, number, digest, status="ok"):
    row = {"artwork_id": f"wga:{number}", "catalog": "wga", "sha256": digest, "status": status}
    put(home, "images", row)


@pytest.mark.full
def test_a_changed_image_is_a_change(home, tmp_path):
    run(home, tmp_path / "c", works("1", "2", "3"))
    with recorded(home, "ingest", NightResult(), "wga"):
        for number in "123":
            image(home, number, "a")
    assert changes_of(home) == set(), "the first images of new artworks are part of them"
    with recorded(home, "ingest", NightResult(), "wga") as done:
        image(home, 1, "b")
        image(home, 2, None, "corrupt")
    assert changes_of(home, done.run_id) == {
        ("wga:1", "changed", "image changed"),
        ("wga:2", "changed", "image: ok -> corrupt"),
    }
    with recorded(home, "ingest", NightResult(), "wga") as both:
        image(home, 3, "c")
        ingest_catalog(
            home,
            make_catalog(tmp_path / "c", artworks=works("1", "2", "3", t3="b"), artists=ARTISTS),
        )
    found = changes_of(home, both.run_id)
    assert found == {("wga:3", "changed", "facts changed: title", "image changed")}


@pytest.mark.full
def test_a_reporting_run_gives_its_own_report(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "title": "Lilies"})
    with recorded(home, "enrich", NightResult(), "x") as done:
        reason = {"kind": "changed", "reasons": ["different model"], "catalog": "x"}
        put(home, "work_changes", {"run_id": done.run_id, "artwork_id": "x:1", **reason})
        done.result.reported, done.result.changes = {"enriched": 1}, {"changed": 1}
    with recorded(home, "nightly", NightResult(), "x") as idle:
        idle.result.reported = {"enriched": 1}
    assert (
        changes_of(home) == changes_of(home, done.run_id) == {("x:1", "changed", "different model")}
    )
    assert changes_of(home, idle.run_id) == set()
