"""Overview of tables, the runs that made their versions, and versions of the schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from catalog.base.errors import ArtcatError, SchemaError, StoreError
from catalog.runs.record import recorded
from catalog.storage import duck, table_versions, tables
from catalog.storage.schemas import PROPERTY, SCHEMA_VERSION, require_current, stated_in
from catalog.storage.table_versions import restore_version
from flows.cli import app
from tests.building import NightResult, put, set_schema_version


def test_each_table_reports_its_size_and_its_last_change(any_home):
    assert table_versions.overview(any_home) == []
    put(any_home, "enriched", {"artwork_id": "a"}, {"artwork_id": "b"})
    put(any_home, "enriched", {"artwork_id": "c"})
    put(any_home, "images", {"artwork_id": "a"})
    set_schema_version(any_home, "images", "99")
    images, enriched = table_versions.overview(any_home)
    assert (enriched["table"], enriched["rows"], enriched["version"]) == ("enriched", 3, 2)
    assert enriched["files"] == 2
    listed = (info for info in any_home.list("tables/enriched") if info.key.endswith(".parquet"))
    data = [info for info in listed if "_change_data" not in info.key]
    assert enriched["bytes"] == sum(info.size for info in data)
    assert datetime.now(UTC) - enriched["changed_at"] < timedelta(minutes=5)
    assert enriched["schema_version"] == str(SCHEMA_VERSION)
    assert (images["schema_version"], images["rows"]) == ("99", 1)


def test_versions_have_the_run_that_made_them(home):
    put(home, "splits", {"artwork_id": "a", "scheme": "random", "part": "train"})
    with recorded(home, "ingest", NightResult()) as first:
        put(home, "splits", {"artwork_id": "a", "scheme": "random", "part": "test"})
        put(home, "splits", {"artwork_id": "b", "scheme": "random"})
    with recorded(home, "enrich", NightResult()) as second:
        put(home, "enriched", {"artwork_id": "a"})
    restore_version(home, "splits", 1, "by hand")
    found = table_versions.history(home, "splits")
    names = ("version", "operation", "inserted", "updated", "deleted")
    shown = [tuple(row[name] for name in names) for row in found]
    assert shown == [
        (4, "restore", None, None, None),
        (3, "merge", 1, 0, 0),
        (2, "merge", 0, 1, 0),
        (1, "merge", 1, 0, 0),
        (0, "create table", None, None, None),
    ]
    made = [{"run_id": first.run_id, "flow": "ingest"}]
    assert [row["runs"] for row in found] == [[], made, made, [], []]
    assert table_versions.history(home, "splits", 2) == found[:2]
    (created, *_), both = table_versions.history(home, "enriched")[-1:], [second.run_id] * 2
    assert [created["runs"][0]["run_id"], second.run_id] == both
    runs = table_versions.history(home, "runs")
    ids = [run["run_id"] for row in runs for run in row["runs"]]
    assert ids == [second.run_id, first.run_id, first.run_id]


def test_runs_that_went_side_by_side_are_both_named(home):
    with (
        recorded(home, "enrich", NightResult()) as one,
        recorded(home, "train", NightResult()) as other,
    ):
        put(home, "enriched", {"artwork_id": "a"})
    version = table_versions.history(home, "enriched", 1)[0]
    assert {run["run_id"] for run in version["runs"]} == {one.run_id, other.run_id}


def test_a_table_that_is_not_there(home):
    with pytest.raises(ArtcatError, match="unknown table 'enrichd': choose one of artworks, "):
        table_versions.history(home, "enrichd")
    with pytest.raises(StoreError, match=r"there is no table trials in .* yet"):
        table_versions.history(home, "trials")


@pytest.mark.parametrize("other", [str(SCHEMA_VERSION - 1), str(SCHEMA_VERSION + 1), "2b"])
def test_a_table_of_another_version_is_neither_read_nor_written(any_home, other):
    put(any_home, "enriched", {"artwork_id": "a"})
    set_schema_version(any_home, "enriched", other)
    version = tables.open_table(any_home, "enriched", of_any_schema=True).version()
    told = f"written by another version .*schema {other}; this one uses {SCHEMA_VERSION}"
    for attempt in (
        lambda: put(any_home, "enriched", {"artwork_id": "b"}),
        lambda: tables.version_of(any_home, "enriched"),
        lambda: duck.connect(any_home, ("enriched",)),
        lambda: duck.run_query(any_home, "FROM enriched"),
        lambda: recorded(any_home, "enrich", NightResult()).__enter__(),
    ):
        with pytest.raises(SchemaError, match=told) as caught:
            attempt()
        assert "\n" not in str(caught.value)
    table = tables.open_table(any_home, "enriched", of_any_schema=True)
    assert (table.version(), table.count()) == (version, 1)
    listed = [row["version"] for row in table_versions.history(any_home, "enriched")]
    assert listed == list(range(version, -1, -1))


def test_a_table_that_states_no_version_is_refused():
    assert stated_in({PROPERTY: None}) == "unknown"
    with pytest.raises(SchemaError, match=r"the table runs .* \(schema unknown; "):
        require_current("runs", {})


def test_commands_say_it_in_one_line(home, capsys):
    put(home, "enriched", {"artwork_id": "a"})
    set_schema_version(home, "enriched", "1")
    assert app.run(["status", "--home", home.uri]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "enriched was written by another version of artcat (schema 1" in captured.err
    assert app.run(["tables", "list", "--home", home.uri]) == 0
    told = f"1, of a different artcat version: this one uses {SCHEMA_VERSION}"
    assert told in capsys.readouterr().out
    assert app.run(["doctor", "--home", home.uri, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["checks"]
    told = [finding for finding in found if "different artcat version" in finding["found"]]
    assert [finding["check"] for finding in told] == ["tables"]
    assert told[0]["found"].endswith(f"a schema other than {SCHEMA_VERSION}: enriched")
