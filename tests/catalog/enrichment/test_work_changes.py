"""Changes of a run are recorded exactly once, whatever was killed before."""

from __future__ import annotations

import json

import pytest

from catalog.enrichment import work_changes
from catalog.enrichment.change_page import page
from catalog.enrichment.counts import Counts
from catalog.enrichment.predictions import ClassifierKey
from catalog.enrichment.work_changes import ChampionChange, ChangeReport
from catalog.runs.record import recorded
from catalog.storage import tables
from models.enrichment.describing import describe_artworks
from tests.building import NightResult, put, rows_of
from tests.catalog.enrichment.test_enriched import KEY, put_works, work

pytestmark = pytest.mark.full


def enrich(home, catalog=None):
    describe_artworks(home, catalog, KEY)


def run(home, catalog=None):
    """An enriching run; its id and its counts."""
    with recorded(home, "enrich", NightResult(), catalog) as done:
        enrich(home, catalog)
        done.result.reported = work_changes.record_changes(home, done.run_id, catalog)
    return done.run_id


def changes_of(home, run_id):
    return {
        row["artwork_id"]: (row["kind"], *row["reasons"])
        for row in rows_of(home, "work_changes")
        if row["run_id"] == run_id
    }


NEW = ("new", "new artwork")


def test_each_run_reports_what_changed_in_it(home):
    put_works(home, work("1", label="Rococo"), work("2", guess="Baroque", decision="accepted"))
    assert changes_of(home, run(home)) == {"x:1": NEW, "x:2": NEW}

    before = tables.versions(home)
    assert changes_of(home, run(home)) == {}
    assert tables.versions(home) == {**before, "runs": before["runs"] + 1}

    put_works(home, work("1", label="Rococo", title="b", title_given="b", date_given="1750"))
    put_works(home, work("3", label="Realism", guess="Baroque"))
    put(home, "artworks", {"artwork_id": "x:2", "catalog": "x", "removed_at": 1})
    last = run(home)
    assert changes_of(home, last) == {
        "x:1": ("changed", "facts changed: title, date"),
        "x:2": ("removed", "removed from the catalog"),
        "x:3": NEW,
    }
    report = work_changes.report_of(home, last)
    assert report.counts == {"new": 1, "changed": 1, "removed": 1}
    assert report.disagreeing == 1
    assert report.styles == [{"style_before": None, "style_after": "Realism", "works": 1}]
    assert len(report.reasons) == 3
    assert [row["artwork_id"] for row in report.examples] == ["x:3", "x:1", "x:2"]


def test_a_prediction_that_is_there_again_is_not_the_first(home):
    seen = work("1", guess="Baroque", decision="review")
    put_works(home, seen, work("2"))
    run(home)
    put_works(home, work("2", guess="Baroque", decision="review"))
    assert changes_of(home, run(home)) == {"x:2": ("changed", "first prediction")}
    put(home, "images", {**seen[1], "status": "missing", "sha256": None})
    lost = ("changed", "image: ok -> missing", "prediction withdrawn")
    assert changes_of(home, run(home)) == {"x:1": lost}
    put(home, "images", seen[1])
    back = ("changed", "image: missing -> ok", "prediction restored")
    assert changes_of(home, run(home)) == {"x:1": back}


def test_an_artwork_that_is_back_is_neither_new_nor_first_predicted(home):
    put_works(home, work("1", guess="Baroque", decision="review"), work("2"))
    run(home)
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "removed_at": 1})
    assert changes_of(home, run(home)) == {"x:1": ("removed", "removed from the catalog")}
    enriched = rows_of(home, "enriched")
    describe_artworks(home, None, ClassifierKey("another model"))
    assert rows_of(home, "enriched") == enriched, "a removed artwork has no other model"
    put_works(home, work("1", guess="Baroque", decision="review"))
    assert changes_of(home, run(home)) == {"x:1": ("returned", "back in the catalog")}


def test_an_artwork_that_was_removed_and_is_back_before_a_report_has_not_changed(home):
    put_works(home, work("1"))
    run(home)
    put(home, "artworks", {**work("1")[0], "removed_at": 1, "last_changed_at": 1})
    enrich(home)  # and is killed before its report
    put(home, "artworks", {**work("1")[0], "last_changed_at": 2})
    assert changes_of(home, run(home)) == {}


def test_what_a_killed_run_wrote_is_in_the_next_report(home):
    put_works(home, work("1"))
    run(home)
    put_works(home, work("2"))
    enrich(home)  # and then it is killed: no row of `runs`
    put_works(home, work("3"))
    with pytest.raises(KeyboardInterrupt), recorded(home, "enrich", NightResult()):
        enrich(home)
        raise KeyboardInterrupt
    put_works(home, work("4"))
    assert changes_of(home, run(home)) == {"x:2": NEW, "x:3": NEW, "x:4": NEW}
    assert changes_of(home, run(home)) == {}


def test_a_report_that_is_made_again_is_the_same(home):
    put_works(home, work("1"))
    enrich(home)
    first = work_changes.record_changes(home, "r1", None)
    version = tables.version_of(home, "work_changes")
    assert work_changes.record_changes(home, "r1", None) == first
    assert tables.version_of(home, "work_changes") == version
    assert changes_of(home, "r1") == {"x:1": NEW}


@pytest.mark.parametrize(
    ("catalog", "recorded_as"), [(None, None), ("x", "started"), (None, "failed")]
)
def test_a_report_of_a_run_that_was_killed_before_its_end_is_the_next_one_s(
    home, catalog, recorded_as
):
    put_works(home, work("1"), work("2"))
    run(home, catalog)
    put(home, "artworks", {"artwork_id": "x:2", "catalog": "x", "removed_at": 1})
    put_works(home, work("3"))
    for number in range(2):  # and once more
        enrich(home)
        run_id = f"killed-{number}"
        work_changes.record_changes(home, run_id, catalog)
        if recorded_as:
            put(home, "runs", {"run_id": run_id, "status": recorded_as, "result": "{}"})
    put_works(home, work("4"))
    last = run(home, catalog)
    removed = ("removed", "removed from the catalog")
    assert changes_of(home, last) == {"x:2": removed, "x:3": NEW, "x:4": NEW}
    assert changes_of(home, "killed-0") == changes_of(home, "killed-1") == {}
    assert len(rows_of(home, "work_changes")) == 2 + 3
    assert changes_of(home, run(home, catalog)) == {}
    assert len(rows_of(home, "work_changes")) == 2 + 3


def test_what_was_reported_of_another_catalog_is_left_alone(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    put(home, "artworks", {"artwork_id": "y:1", "catalog": "y"})
    enrich(home)
    work_changes.record_changes(home, "killed", "y")
    assert changes_of(home, run(home, "x")) == {"x:1": NEW}
    assert changes_of(home, "killed") == {"y:1": NEW}
    assert changes_of(home, run(home, "y")) == {"y:1": NEW}
    assert changes_of(home, "killed") == {}


def test_a_change_that_was_undone_after_a_killed_report_never_happened(home):
    put_works(home, work("1", label="Rococo"))
    run(home)
    put_works(home, work("1", label="Realism"))
    enrich(home)
    work_changes.record_changes(home, "killed", None)
    assert set(changes_of(home, "killed")) == {"x:1"}
    put_works(home, work("1", label="Rococo"))
    assert changes_of(home, run(home)) == {}
    assert len(rows_of(home, "work_changes")) == 1


def test_a_fact_that_enriched_does_not_have_is_a_change(home):
    put_works(home, work("1", label="Rococo", date_given="1750"))
    run(home)
    put_works(home, work("1", label="Rococo", date_given="1751"))
    version = tables.version_of(home, "enriched")
    last = run(home)
    assert tables.version_of(home, "enriched") == version
    assert changes_of(home, last) == {"x:1": ("changed", "facts changed: date")}


def test_catalogs_are_reported_each_by_its_own_runs(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    put(home, "artworks", {"artwork_id": "y:1", "catalog": "y"})
    enrich(home)
    assert changes_of(home, run(home, "x")) == {"x:1": NEW}
    put(home, "artworks", {"artwork_id": "x:2", "catalog": "x"})
    assert changes_of(home, run(home, "y")) == {"y:1": NEW}
    assert changes_of(home, run(home)) == {"x:2": NEW}
    assert changes_of(home, run(home, "x")) == changes_of(home, run(home, "y")) == {}


def test_another_champion_is_reported_with_the_reason(home):
    put_works(home, work("1"))
    assert work_changes.champion_since(home, "x") == ChampionChange(None, None, None)
    chosen = {"role": "classifier", "model_version": "m1", "reason": "the best"}
    put(home, "promotions", {"promoted_at": 1, **chosen})
    assert work_changes.champion_since(home, "x") == ChampionChange("m1", None, "the best")
    with recorded(home, "enrich", NightResult(), "x") as done:
        done.result.update_from(work_changes.ReportedChanges("m1", {}))
    put(home, "promotions", {"promoted_at": 2, **chosen, "model_version": "m2"})
    assert work_changes.champion_since(home, "x") == ChampionChange("m2", "m1", "the best")
    assert work_changes.champion_since(home, None) == ChampionChange("m2", "m1", "the best")


def test_the_page_shows_words_of_the_catalog_as_they_are():
    example = {
        "artwork_id": "x:1",
        "kind": "changed",
        "style_before": "Rococo",
        "style_after": None,
        "disagrees": True,
        "reasons": ["image changed"],
        "artist": "A | B",
        "title": "<b>[x](y)\nz",
    }
    report = ChangeReport(
        {"changed": 1},
        1,
        [{"style_before": "Rococo", "style_after": None, "works": 1}],
        [{"reason": "image changed", "works": 1}],
        [example],
    )
    closed = {"catalog": "x", "state": "closed", "reason": "no audit", "next": "draw one"}
    waiting = Counts(artworks=9, waiting=1234, need_decision=1234)
    text = page("r1", "x", report, ChampionChange("m2", "m1", "it is *better*"), waiting, [closed])
    assert "| x | closed | no audit | draw one |" in text
    assert text.startswith("# What changed in x\n")
    assert "Model `m2` is new instead of `m1`: it is \\*better\\*." in text
    assert "1,234 need a decision (1,234 with a prediction to review)" in text
    assert "| 1 | Rococo | none |" in text
    assert r"A \| B, \<b\>\[x\](y) z" in text
    assert "Rococo -\\> none (the model disagrees)" in text
    empty = page(
        "r1", None, ChangeReport({}, 0, [], [], []), ChampionChange("m1", "m1", "x"), Counts()
    )
    assert "No artwork has changed." in empty
    assert "as before" in empty
    assert json.dumps(empty).isascii()
