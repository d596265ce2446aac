"""Tuning from the command line: found, drawn, entered; killed and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from catalog import duck
from catalog.parameters import IngestParameters
from catalog.store import open_store
from flows import cli
from flows.ingest import ingest
from models.trials import read

pytestmark = pytest.mark.xdist_group("flows")  # one worker: they share a server

STUDY = "small"
COMMAND = ("tune", "--kind", "cnn", "--preset", "quick", "--trials", "3", "--study", STUDY)


@pytest.fixture(scope="module")
def ingested(sample, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("homes") / "home")
    ingest(IngestParameters(catalog=str(sample[0]), home=home))
    return home


@pytest.fixture(scope="module")
def tuned(ingested, tmp_path_factory):
    """A home in which a small study has been made, and what the command printed."""
    home = str(shutil.copytree(ingested, tmp_path_factory.mktemp("homes") / "tuned"))
    done = subprocess.run(
        artcat(home), env=environment(), capture_output=True, text=True, check=True
    )
    return home, json.loads(done.stdout.splitlines()[-1])


def artcat(home):
    return [sys.executable, "-m", "flows.cli", *COMMAND, "--home", home, "--json"]


def environment():
    """As this process has it, with the tests' server."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    assert url
    return {**os.environ, "PREFECT_API_URL": url, "OMP_NUM_THREADS": "1"}


def found(home):
    """What a study came to, without times."""
    return [
        (row.number, row.state, row.params, row.intermediate, row.attributes, row.training_key)
        for row in read(open_store(home), STUDY)
    ]


def test_the_best_trial_becomes_a_model_like_all_others(tuned):
    home, result = tuned
    store = open_store(home)
    rows = read(store, STUDY)
    best = rows[result["best_trial"]]
    assert sum(result["trials"].values()) == len(rows) == 3
    assert best.value == max(row.value for row in rows if row.state == "complete")
    models = duck.ask(store, "SELECT model_version, scheme, preset, config FROM models").to_pylist()
    assert {row["scheme"]: row["preset"] for row in models} == {
        "artist": "tuned",
        "random": "tuned",
    }
    for row in models:
        assert json.loads(row["config"]) == json.loads(best.config.model_dump_json())
    measured = {(row["scheme"], row["part"]): row for row in result["leaderboard"]}
    assert measured["artist", "validation"]["macro_f1"] == pytest.approx(best.value, abs=1e-6)
    assert result["champion"] in {row["model_version"] for row in models}


def test_a_study_leaves_pictures_and_no_trainings(tuned):
    home, result = tuned
    store = open_store(home)
    names = [info.key for info in store.list(f"reports/tuning/{STUDY}")]
    assert [name.rpartition("/")[2] for name in names] == ["history.png", "rungs.png"]
    assert [store.uri_of(name) for name in names] == sorted(result["pictures"])
    assert list(store.list("training")) == []


def test_a_finished_study_is_not_searched_again(tuned, capsys):
    home, first = tuned
    assert cli.run([*COMMAND, "--home", home, "--json"]) == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    unchanged = {"trials", "models", "evaluations", "promotions"}
    assert {again["table_versions"][name] for name in unchanged} == {
        first["table_versions"][name] for name in unchanged
    }
    assert again["trained"] == first["trained"]
    assert cli.run([*COMMAND, "--home", home, "--seed", "1"]) == 2
    assert "begun with another" in capsys.readouterr().err


@pytest.mark.slow
def test_a_killed_study_goes_on_and_finds_the_same(tuned, ingested, tmp_path):
    home = str(shutil.copytree(ingested, tmp_path / "home"))
    killed = subprocess.Popen(
        artcat(home), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not any(row.intermediate for row in read(open_store(home), STUDY)):
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    left = read(open_store(home), STUDY)
    assert any(row.state == "running" for row in left)
    subprocess.run(artcat(home), env=environment(), capture_output=True, check=True)
    assert found(home) == found(tuned[0])


@pytest.mark.parametrize(
    ("tokens", "word"),
    [
        (("--space", "source-grid"), "for CLIP"),
        (("--scheme", "nothing"), "no scheme 'nothing'"),
        (("--trials", "0"), "trials"),
        (("--study", "../x"), "study"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_one_line(ingested, capsys, tokens, word):
    assert cli.run(["tune", "--kind", "cnn", "--home", ingested, *tokens]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert word in lines[0]
