"""What changed: run by run, from Delta's change feed."""

from __future__ import annotations

from catalog import changes
from catalog.runs import recorded
from tests.building import ingest_catalog, make_catalog

ARTISTS = [{"artist": "X", "period": "Rococo"}]


def works(*ids, **other):
    return [{"ID": i, "artist": "X", "title": other.get(f"t{i}", "a")} for i in ids]


def run(home, folder, rows):
    with recorded(home, "ingest", "wga") as done:
        ingest_catalog(home, make_catalog(folder, artworks=rows, artists=ARTISTS))
    return done.run_id


def told(home, run_id=None):
    return {
        (row["artwork_id"], row["change"], *(row["different"] or []))
        for row in changes.changed_in_run(home, run_id)
    }


def test_each_run_says_what_it_changed(any_home, tmp_path):
    first = run(any_home, tmp_path / "c", works("1", "2", "3"))
    second = run(any_home, tmp_path / "c", works("1", "2", "4", t2="b"))
    third = run(any_home, tmp_path / "c", works("1", "2", "4", t2="b"))
    fourth = run(any_home, tmp_path / "c", works("1", "2", "3", "4", t2="b"))
    assert told(any_home, first) == {(f"wga:{n}", "new") for n in "123"}
    assert told(any_home, second) == {
        ("wga:2", "changed", "title"),
        ("wga:3", "removed"),
        ("wga:4", "new"),
    }
    assert told(any_home, third) == set()
    assert told(any_home, fourth) == told(any_home) == {("wga:3", "returned")}
