"""Taking a home back from the command line: killed, run again, undone, and the night after it."""

from __future__ import annotations

import json

import pytest

from catalog import duck, restore, tables
from catalog.store import open_store
from flows import cli
from tests.building import DAVID, PONT, WATER_LILIES, make_catalog, rows_of
from tests.catalog.test_restore import state

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


def artcat(capsys, *tokens):
    code = cli.run([*tokens, "--json"])
    return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def night(capsys, home, catalog):
    """Ingest and enrich; the id of the second run."""
    assert artcat(capsys, "ingest", "--catalog", catalog.uri, "--home", home)[0] == 0
    return artcat(capsys, "enrich", "--home", home)[1]["run_id"]


def published(home):
    file = open_store(home).uri_of("published/enriched.parquet")
    return duck.connect().execute(f"SELECT artwork_id FROM '{file}' ORDER BY ALL").fetchall()


def test_back_and_forth(capsys, tmp_path, monkeypatch):
    home, folder = str(tmp_path / "home"), tmp_path / "catalog"
    store = open_store(home)
    first = night(capsys, home, make_catalog(folder, [WATER_LILIES, PONT]))
    then = state(store)
    changed = make_catalog(folder, [{**WATER_LILIES, "title": "nymphéas"}, PONT, DAVID])
    night(capsys, home, changed)
    last, versions = state(store), tables.versions(store)
    command = ("restore", "--run", first[:12], "--home", home)

    code, would = artcat(capsys, *command, "--dry-run")
    assert (code, would["dry_run"], tables.versions(store)) == (0, True, versions)
    assert would["restored"]["tables"]["artworks"]["rows_then"] == 2
    assert cli.run([*command, "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert f"as enrich run {first} (completed) left them" in printed
    assert "artworks: restored, version" in printed

    with monkeypatch.context() as patch:
        apply, done = restore.apply, []

        def killed(home, step, run_id):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(step.table)
            apply(home, step, run_id)

        patch.setattr("tasks.restoring.restore.apply", killed)
        assert cli.run(command) == 130
        assert "run the same command again" in capsys.readouterr().err
    assert state(store) not in (then, last)

    code, result = artcat(capsys, *command)
    assert (code, state(store)) == (0, then)
    assert result["changes"] == {"changed": 1, "removed": 1, "conflicting": 0}
    assert published(home) == [("wga:1",), ("wga:2",)]
    row = next(row for row in rows_of(store, "runs") if row["run_id"] == result["run_id"])
    assert (row["flow"], row["status"]) == ("restore", "completed")
    assert json.loads(row["counts"])["restored"]["run"] == first

    before = tables.versions(store)
    code, again = artcat(capsys, *command)
    assert (code, again["changes"]) == (0, {})
    assert {n for n, v in tables.versions(store).items() if v != before[n]} == {"runs"}

    assert artcat(capsys, "runs", "show", result["run_id"], "--home", home)[0] == 0
    night(capsys, home, changed)
    facts = [{**row, "first_seen_at": 0, "last_changed_at": 0} for row in last["artworks"]]
    now = state(store)
    assert [{**row, "first_seen_at": 0, "last_changed_at": 0} for row in now["artworks"]] == facts
    assert (now["enriched"], now["images"]) == (last["enriched"], last["images"])
    assert len(published(home)) == 3

    assert artcat(capsys, *command, "--table", "enriched")[0] == 0
    assert rows_of(store, "enriched") == then["enriched"]
    artcat(capsys, "enrich", "--home", home)
    assert rows_of(store, "enriched") == last["enriched"]


def test_what_cannot_be_restored_is_one_line(capsys, tmp_path):
    home = str(tmp_path / "home")
    run = night(capsys, home, make_catalog(tmp_path / "catalog"))
    for tokens, words in (
        (("--run", "zz"), "there is no run 'zz'"),
        (("--run", run, "--table", "runs"), "is never taken back"),
        (("--run", run, "--table", "enrichd"), "there is no table 'enrichd'"),
    ):
        assert cli.run(["restore", *tokens, "--home", home]) == 2
        lines = capsys.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        assert words in lines[0]


def test_tables_are_listed_with_their_versions(capsys, tmp_path):
    home = str(tmp_path / "home")
    run = night(capsys, home, make_catalog(tmp_path / "catalog"))
    code, listed = artcat(capsys, "tables", "list", "--home", home)
    assert code == 0
    rows = {row["table"]: row["rows"] for row in listed["tables"]}
    assert (rows["artworks"], rows["enriched"], rows["runs"]) == (3, 3, 2)
    code, told = artcat(capsys, "tables", "history", "enriched", "--home", home)
    assert [version["version"] for version in told["versions"]] == [1, 0]
    assert told["versions"][0]["inserted"] == 3
    assert told["versions"][0]["runs"] == [{"run_id": run, "flow": "enrich"}]
    assert cli.run(["tables", "list", "--home", home]) == 0
    assert "\nenriched              3       1" in capsys.readouterr().out
    assert cli.run(["tables", "history", "enriched", "--last", "1", "--home", home]) == 0
    printed = capsys.readouterr().out
    assert f" {run[:13]} (enrich)\n" in printed
    assert len(printed.splitlines()) == 2
