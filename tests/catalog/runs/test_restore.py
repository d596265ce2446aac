"""Restoring tables to what a run left or found, also after a kill, and undoing it."""

from __future__ import annotations

import pytest

from catalog.base.errors import ArtcatError, StoreError
from catalog.enrichment import work_changes
from catalog.publishing.publish import publish
from catalog.runs import restore
from catalog.runs.history import changed_in_run, row_of
from catalog.runs.record import Run, record_start, recorded
from catalog.runs.restore import EMPTIED, LEFT_ALONE, RESTORED
from catalog.sources.parameters import RestoreParameters
from catalog.storage import duck, maintenance, tables
from tests.building import NightResult, put, rows_of
from tests.catalog.enrichment.test_enriched import put_works, work
from tests.catalog.enrichment.test_work_changes import changes_of, enrich
from tests.catalog.storage.test_maintenance import LONG_AGO

pytestmark = pytest.mark.full

STATE = tuple(name for name in tables.TABLES if name not in restore.HISTORY)


def state(home):
    return {name: rows_of(home, name) for name in STATE}


def night(home, *works, **more):
    """A run that ingests works and enriches; its id."""
    with recorded(home, "nightly", NightResult(), "x") as run:
        put_works(home, *works)
        for name, row in more.items():
            put(home, name, row)
        enrich(home)
        run.result.reported = work_changes.record_changes(home, run.run_id, "x")
    return run.run_id


def planned(home, run_id, **more):
    return restore.restoration(home, RestoreParameters(run=run_id, **more))


def restored(home, run_id, **more):
    """Restore as the flow does; the id of the run that did."""
    with recorded(home, "restore", NightResult()) as run:
        begin(home, run, run_id, None, **more)
        run.result.reported = work_changes.record_changes(home, run.run_id, None, "restored")
    return run.run_id


def killed(home, run_id, after):
    """Restore, and be killed after so many tables; the id of the run that was."""
    before = tables.versions(home)
    run = Run("restore", NightResult(), None, f"killed-{after}", versions_before=before)
    begin(home, run, run_id, after)
    return run.run_id


def begin(home, run, run_id, until, **more):
    wanted = planned(home, run_id, **more)
    aim = {step.table: step.wanted for step in wanted.steps}
    record_start(home, run, {**run.versions_before, **aim})
    for step in restore.to_do(wanted.steps)[:until]:
        restore.apply(home, step, run.run_id)


@pytest.fixture
def nights(home):
    """A home with three nights: their ids, and how each left the tables."""
    done = []
    for works, more in (
        ((work("1"), work("2", label="Rococo")), {}),
        ((work("2", label="Baroque", title="b", title_given="b"), work("3")), {}),
        ((work("4"),), {"reviews": {"review_id": "r", "artwork_id": "x:4", "decision": "accept"}}),
    ):
        done.append((night(home, *works, **more), state(home)))
    return home, done


def test_all_tables_are_as_the_run_left_them(nights):
    home, ((first, then), (second, later), (_, last)) = nights
    runs, before = len(rows_of(home, "runs")), tables.versions(home)
    actions = {step.table: step.action for step in planned(home, second).steps}
    assert actions["artworks"] == actions["enriched"] == RESTORED
    assert actions["reviews"] == EMPTIED
    assert actions.get("models", LEFT_ALONE) == LEFT_ALONE
    assert tables.versions(home) == before, "to plan does nothing"

    run = restored(home, second)
    assert state(home) == later
    assert len(rows_of(home, "runs")) == runs + 1
    after = tables.versions(home)
    assert all(after[name] >= before[name] for name in before), "no version is lost"
    assert duck.run_query(home, "SELECT count(*) AS n FROM enriched").to_pylist() == [{"n": 3}]
    assert changes_of(home, run) == {"x:4": ("removed", "restored")}

    assert restore.to_do(planned(home, second).steps) == []
    restored(home, second)
    assert {n for n, v in tables.versions(home).items() if v != after[n]} == {"runs"}

    restored(home, first)
    assert state(home) == then
    undone = restored(home, run, before=True)
    assert state(home) == last
    assert changes_of(home, undone)["x:3"] == ("new", "restored")


def test_work_that_was_another_is_reported_with_both_styles(nights):
    home, ((first, _), *_) = nights
    run = restored(home, first)
    assert changes_of(home, run) == {
        "x:2": ("changed", "restored"),
        "x:3": ("removed", "restored"),
        "x:4": ("removed", "restored"),
    }
    report = work_changes.report_of(home, run)
    assert report.styles == [{"style_before": "Baroque", "style_after": "Rococo", "works": 1}]
    changed = {row["artwork_id"]: row["kind"] for row in changed_in_run(home, run)}
    assert changed == {"x:2": "changed", "x:3": "removed", "x:4": "removed"}


def test_the_night_after_a_restore_is_like_the_one_that_was_undone(nights):
    home, ((first, _), (_, later), _) = nights
    restored(home, first)
    again = night(home, work("2", label="Baroque", title="b", title_given="b"), work("3"))
    assert state(home) == {**later, "reviews": []}
    assert changes_of(home, again) == {
        "x:2": ("changed", "facts changed: title"),
        "x:3": ("new", "new artwork"),
    }
    unchanged = night(home, work("3"))
    assert changes_of(home, unchanged) == {}


@pytest.mark.parametrize("after", [0, 3])
def test_killed_anywhere_and_run_again_it_is_done(home, after):
    first = night(home, work("1"), work("2", label="Rococo"))
    then = state(home)
    night(home, work("2", label="Baroque"), work("3"))
    last = state(home)
    begun = killed(home, first, after)
    assert row_of(home, begun)["status"] == "started"
    restored(home, first)
    assert state(home) == then
    restored(home, begun, before=True)
    assert state(home) == last
    # what the killed one was about to leave
    restored(home, begun)
    assert state(home) == then


@pytest.mark.parametrize("after", [1, 3])
def test_a_night_instead_of_the_second_try_loses_no_work(home, after):
    first = night(home, work("1"), work("2", label="Rococo"))
    works = (work("2", label="Baroque"), work("3"))
    night(home, *works)
    last = state(home)
    killed(home, first, after)
    night(home, *works)
    assert state(home) == last
    assert changes_of(home, night(home, *works)) == {}


def test_a_home_in_s3(s3_home):
    put(s3_home, "enriched", {"artwork_id": "x:1", "catalog": "x"})
    with recorded(s3_home, "enrich", NightResult()) as run:
        pass
    put(s3_home, "enriched", {"artwork_id": "x:2", "catalog": "x"})
    put(s3_home, "reviews", {"review_id": "r"})
    for step in planned(s3_home, run.run_id).steps:
        restore.apply(s3_home, step, "r")
    assert [row["artwork_id"] for row in rows_of(s3_home, "enriched")] == ["x:1"]
    assert rows_of(s3_home, "reviews") == []
    assert restore.to_do(planned(s3_home, run.run_id).steps) == []
    for key in tables.unreferenced(s3_home, "enriched", [], 0):
        s3_home.delete(key)
    assert [row["artwork_id"] for row in rows_of(s3_home, "enriched")] == ["x:1"]


def test_one_table_alone_and_what_the_run_found(nights):
    home, ((first, then), (second, _), (_, last)) = nights
    restored(home, first, table="enriched")
    assert state(home) == {**last, "enriched": then["enriched"]}
    enrich(home)
    assert state(home) == last
    restored(home, second, before=True)
    assert state(home) == then


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"table": "runs"}, "the table runs is a table of history"),
        ({"table": "work_changes"}, "the table work_changes is a table of history"),
        ({"table": "enrichd"}, "unknown table 'enrichd'"),
        ({"run_id": "zz"}, "no run 'zz': `artcat runs list`"),
        ({"run_id": "ab"}, "matches ab1, ab2: give more"),
        ({"run_id": "ab1"}, "run ab1 left no tables"),
        ({"run_id": "ab1", "before": True}, "run ab1 found no tables"),
    ],
)
def test_what_cannot_be_restored(home, given, said):
    rows = ({"run_id": f"ab{n}", "started_at": 1, "result": "{}"} for n in "12")
    put(home, "runs", *rows, {"run_id": "c", "result": "{}", "versions_after": '{"enriched": 1}'})
    with pytest.raises(ArtcatError, match=said):
        planned(home, **{"run_id": "c", **given})


def test_a_version_that_was_vacuumed_away_is_refused_and_nothing_is_done(nights):
    home, ((first, _), *_) = nights
    gone = row_of(home, first)["versions_after"]["enriched"]
    for key in tables.unreferenced(home, "enriched", [], 0):
        home.delete(key)
    before = tables.versions(home)
    with pytest.raises(StoreError, match=f"version {gone} of the table enriched is missing"):
        planned(home, first)
    assert tables.versions(home) == before


def test_maintenance_keeps_what_a_restore_needs_and_what_it_left(nights):
    home, ((first, then), *_, (_, last)) = nights
    run = restored(home, first)
    maintenance.compact_tables(home)
    maintenance.vacuum_tables(home, LONG_AGO, 0)
    assert state(home) == then
    restored(home, run, before=True)
    assert state(home) == last
    maintenance.vacuum_tables(home, LONG_AGO, 0)
    assert state(home) == last
    restored(home, first)
    assert state(home) == then
    assert changes_of(home, night(home, work("5"))) == {"x:5": ("new", "new artwork")}


def test_a_started_restore_is_named_so_that_maintenance_keeps_its_versions(home):
    first = night(home, work("1"))
    night(home, work("1", title="b"))
    with pytest.raises(KeyboardInterrupt), recorded(home, "restore", NightResult()) as run:
        wanted = planned(home, first)
        record_start(home, run, {step.table: step.wanted for step in wanted.steps})
        assert row_of(home, run.run_id)["status"] == "started"
        named = maintenance.named_versions(home, run.started_at)
        for step in wanted.steps:
            assert {step.version, step.wanted} <= named[step.table]
        raise KeyboardInterrupt
    assert row_of(home, run.run_id)["status"] == "failed"


def test_published_files_follow(home):
    first = night(home, work("1"))
    publish(home)
    night(home, work("2"))
    publish(home)
    restored(home, first)
    assert publish(home)
    file = home.uri_of("published/enriched.parquet")
    assert duck.connect().execute(f"SELECT artwork_id FROM '{file}'").fetchall() == [("x:1",)]
