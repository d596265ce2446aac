"""Changes by run, from Delta's change feed."""

from __future__ import annotations

import pytest

from catalog.runs import history
from catalog.runs.record import recorded
from tests.building import NightResult, ingest_catalog, make_catalog, put

pytestmark = pytest.mark.full

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
