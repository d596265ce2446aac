"""Restoring a home from the command line: killed, run again, undone, and the next night."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.settings import get_current_settings

from catalog.runs import restore
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck, tables
from catalog.storage.store import open_store
from flows.cli import app
from flows.enrich import enrich
from flows.ingest import ingest
from models.parameters import EnrichParameters
from tests.building import DAVID, PONT, WATER_LILIES, make_catalog, put, rows_of
from tests.catalog.runs.test_restore import state
from tests.flows.running import artcat, refused

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("flows learning")]  # see conftest.py


_KILLED = """
import os, signal, sys
from catalog.runs import restore
apply = restore.apply
def once(*given):
    apply(*given)
    os.kill(os.getpid(), signal.SIGKILL)
restore.apply = once
from flows.cli import app
sys.exit(app.run(sys.argv[1:]))
"""


def night(home, catalog):
    ingest(IngestParameters(catalog=catalog.uri, home=home))
    return enrich(EnrichParameters(home=home)).run_id


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home after two nights, the catalog, the first night's id and how each left the tables."""
    folder = tmp_path_factory.mktemp("restore")
    home = str(folder / "home")
    first = night(home, make_catalog(folder / "catalog", [WATER_LILIES, PONT]))
    then = state(open_store(home))
    works = [{**WATER_LILIES, "title": "nymphéas"}, PONT, DAVID]
    catalog = make_catalog(folder / "catalog", works)
    night(home, catalog)
    return home, catalog, first, then, state(open_store(home))


@pytest.fixture
def nights(made, tmp_path):
    home = shutil.copytree(made[0], tmp_path / "home")
    return str(home), *made[1:]


def published(home):
    file = open_store(home).uri_of("published/enriched.parquet")
    return duck.connect().execute(f"SELECT artwork_id FROM '{file}' ORDER BY ALL").fetchall()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(nights, capsys):
    home, _, first, *_ = nights
    versions = tables.versions(open_store(home))
    command = ("restore", "--run", first[:12], "--home", home, "--dry-run")
    would = artcat(capsys, *command)
    assert would["dry_run"] is True
    assert would["restored"]["tables"]["artworks"]["rows_then"] == 2
    assert app.run(command) == 0
    printed = capsys.readouterr().out
    assert f"as enrich run {first} (completed) left them" in printed
    assert "artworks: restored, version" in printed
    assert tables.versions(open_store(home)) == versions


def test_killed_interrupted_and_run_again(nights, capsys, monkeypatch):
    home, _, first, then, last = nights
    store = open_store(home)
    command = ("restore", "--run", first[:12], "--home", home)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, *command],
        env={**os.environ, "PREFECT_API_URL": str(get_current_settings().api.url)},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert state(store) not in (then, last)
    with monkeypatch.context() as patch:

        def interrupted(*_):
            raise KeyboardInterrupt

        patch.setattr("tasks.housekeeping.restore.apply", interrupted)
        assert app.run(command) == 130
        assert "run the same command again" in capsys.readouterr().err
    runs = artcat(capsys, "runs", "list", "--home", home)["runs"]
    assert [run["status"] for run in runs[:2]] == ["failed", "started"]
    assert app.run(["runs", "show", runs[1]["run_id"], "--home", home]) == 0
    assert "to end not recorded" in capsys.readouterr().out
    assert app.run(["runs", "list", "--home", home]) == 0

    result = artcat(capsys, *command)
    assert state(store) == then
    assert result["changes"] == {"changed": 1, "removed": 1}
    assert published(home) == [("wga:1",), ("wga:2",)]
    row = next(row for row in rows_of(store, "runs") if row["run_id"] == result["run_id"])
    assert (row["flow"], row["status"]) == ("restore", "completed")
    assert json.loads(row["result"])["restored"]["run"] == first

    before = tables.versions(store)
    assert artcat(capsys, *command)["changes"] == {}
    assert {n for n, v in tables.versions(store).items() if v != before[n]} == {"runs"}


def test_the_night_after_a_restore(nights, capsys):
    home, catalog, first, then, last = nights
    store = open_store(home)
    command = ("restore", "--run", first, "--home", home)
    artcat(capsys, *command)
    night(home, catalog)
    now = state(store)
    assert undated(now["artworks"]) == undated(last["artworks"])
    assert (now["enriched"], now["images"]) == (last["enriched"], last["images"])
    assert len(published(home)) == 3

    artcat(capsys, *command, "--table", "enriched")
    assert rows_of(store, "enriched") == then["enriched"]
    enrich(EnrichParameters(home=home))
    assert rows_of(store, "enriched") == last["enriched"]


def undated(rows):
    return [{**row, "first_seen_at": None, "last_changed_at": None} for row in rows]


def test_another_run_that_writes_meanwhile_is_reported(nights, capsys, monkeypatch):
    home, _, first, then, _ = nights
    apply = restore.apply

    def beside(home, step, run_id):
        apply(home, step, run_id)
        if step.table == "enriched":
            put(home, "enriched", {"artwork_id": "wga:9", "catalog": "wga"})

    monkeypatch.setattr("tasks.housekeeping.restore.apply", beside)
    line = refused(capsys, "restore", "--run", first, "--home", home, begun=True)
    assert "another run wrote to enriched meanwhile: wait" in line
    monkeypatch.undo()
    artcat(capsys, "restore", "--run", first, "--home", home)
    assert state(open_store(home)) == then


def test_what_cannot_be_restored_is_one_line(made, capsys):
    home, _, run, *_ = made
    for tokens, words in (
        (("--run", "zz"), "there is no run 'zz'"),
        (("--run", run, "--table", "runs"), "is never restored"),
        (("--run", run, "--table", "enrichd"), "unknown table 'enrichd'"),
    ):
        assert words in refused(capsys, "restore", *tokens, "--home", home)


def test_tables_are_listed_with_their_versions(made, capsys):
    home, _, run, *_ = made
    listed = artcat(capsys, "tables", "list", "--home", home)
    rows = {row["table"]: row["rows"] for row in listed["tables"]}
    assert (rows["artworks"], rows["enriched"], rows["runs"]) == (3, 3, 4)
    told = artcat(capsys, "tables", "history", "enriched", "--home", home)
    assert [version["version"] for version in told["versions"]] == [2, 1, 0]
    assert [told["versions"][0][kind] for kind in ("inserted", "updated", "deleted")] == [1, 1, 0]
    assert told["versions"][1]["runs"] == [{"run_id": run, "flow": "enrich"}]
    assert app.run(["tables", "list", "--home", home]) == 0
    assert "\nenriched              3       2" in capsys.readouterr().out
    assert app.run(["tables", "history", "enriched", "--last", "2", "--home", home]) == 0
    printed = capsys.readouterr().out
    assert f" {run[:13]} (enrich)\n" in printed
    assert len(printed.splitlines()) == 3
