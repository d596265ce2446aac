"""Checks: failures stop a run, warnings do not, and catalogs are independent."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

import sql
from catalog.base.errors import CheckError, SourceError
from catalog.ingestion import checks
from catalog.ingestion.ingest import ingest
from catalog.runs.record import recorded
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck, tables
from tests.building import NightResult, make_catalog, rows_of

ARTISTS = [
    {"artist": "X", "period": "Rococo", "born-died": "(1700-1750)"},
    {"artist": "Y", "period": "Rococo"},
]


def ingested(home, folder, rows, name="wga", **options):
    make_catalog(folder, artworks=rows, artists=ARTISTS)
    return ingest(home, open_source(IngestParameters(catalog=str(folder))), name, **options)


def warned(report):
    return checks.by_outcome(report.checks)["warned"]


def rows(count, **facts):
    return [{"ID": str(n), "artist": "Y", "title": f"t{n}", **facts} for n in range(count)]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"artist": "X", "picture data": "1760, oil on canvas"}, "after the artist's death"),
        ({"artist": "X", "picture data": "1705, oil on canvas"}, "ten years old"),
        ({"picture data": "1900, oil on canvas"}, "typical years"),
    ],
)
def test_doubtful_facts_are_reported(home, tmp_path, facts, words):
    (found,) = warned(ingested(home, tmp_path / "c", rows(1, **facts)))
    assert words in found["meaning"]
    assert (found["rows"], found["examples"]) == (1, ["wga:0"])


def test_plain_facts_give_no_warning(home, tmp_path):
    facts = {"artist": "X", "picture data": "1730, oil on canvas"}
    report = ingested(home, tmp_path / "c", rows(3, **facts))
    assert warned(report) == []
    assert {check["outcome"] for check in report.checks} == {"passed"}
    assert len(report.checks) == len(sql.names("artworks/checks"))


def test_more_unknowns_than_last_time_are_reported(home, tmp_path):
    ingested(home, tmp_path / "c", rows(10, **{"picture data": "1730"}))
    changed = rows(8, **{"picture data": "1730"}) + rows(10)[8:]
    (found,) = warned(ingested(home, tmp_path / "c", changed))
    assert (found["check"], found["examples"]) == ("artworks/more_unknown", ["date"])
    assert warned(ingested(home, tmp_path / "c", changed)) == []


def test_a_catalog_that_shrank_is_refused_unless_allowed(home, tmp_path):
    ingested(home, tmp_path / "c", rows(20))
    versions = tables.versions(home)
    with pytest.raises(SourceError, match="--allow-shrink"):
        ingested(home, tmp_path / "c", rows(17))
    assert tables.versions(home) == versions
    assert ingested(home, tmp_path / "c", rows(18)).removed == 2
    assert ingested(home, tmp_path / "c", rows(1), allow_shrink=True).removed == 17


def test_shrinking_is_a_catalogs_own_affair(home, tmp_path):
    ingested(home, tmp_path / "big", rows(20), "big")
    report = ingested(home, tmp_path / "small", rows(1), "small")
    assert (report.new, report.removed) == (1, 0)


def test_a_check_that_fails_stops_the_run_and_is_named(home):
    row = {"artwork_id": "x:1", "catalog": "x"}
    tables.merge(home, "artworks", pa.Table.from_pylist([row]))
    with pytest.raises(CheckError, match=r"images/each_work_has_a_row failed.*x:1"):
        checks.check_table(home, "images", "x")
    assert checks.by_outcome(checks.check_table(home, "images", "other"))["passed"] == 4


@pytest.fixture
def source(tmp_path):
    make_catalog(tmp_path / "c", artworks=rows(3), artists=ARTISTS)
    return open_source(IngestParameters(catalog=str(tmp_path / "c")))


def test_an_unchanged_source_is_not_read_again(home, source, monkeypatch):
    with recorded(home, "ingest", NightResult(), "wga") as run:
        first = ingest(home, source, "wga")
        run.result.update_from(first)
        run.result.checks = [*first.checks, {"check": "images/unusable", "outcome": "passed"}]
    monkeypatch.setattr(duck, "arrow", None)  # nothing may be computed
    again = ingest(home, source, "wga")
    assert (again.rows_read, again.artworks, again.new) == (3, 3, 0)
    assert (again.coverage, again.checks) == (first.coverage, first.checks)


def test_a_run_of_a_version_that_recorded_less_is_not_relied_on(home, source):
    with recorded(home, "ingest", NightResult(), "wga") as run:
        run.result.update_from(ingest(home, source, "wga"))
        run.result.coverage = None
    assert ingest(home, source, "wga").coverage


def test_the_checks_of_a_run_that_one_of_them_stopped_are_recorded(home):
    tables.merge(home, "artworks", pa.table({"artwork_id": ["x:1"], "catalog": ["x"]}))
    with pytest.raises(CheckError), recorded(home, "ingest", NightResult(), "x"):
        checks.check_table(home, "images", "x")
    (run,) = rows_of(home, "runs", "run_id", "result")
    found = checks.by_outcome(json.loads(run["result"])["checks"])
    assert (found["passed"], found["warned"]) == (3, [])
    assert found["failed"][0]["check"] == "images/each_work_has_a_row"
