"""Tuning from the command line: found, drawn, entered; killed and resumed."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest

from catalog.base.errors import ArtcatError, ModelError
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck
from catalog.storage.store import open_store
from flows.ingest import ingest
from flows.tune import tune
from models.parameters import TuneParameters
from tasks import runners
from tests.building import rows_of
from tests.flows.running import artcat, refused

pytestmark = [
    pytest.mark.full,
    pytest.mark.xdist_group("flows nights"),  # see conftest.py
    pytest.mark.usefixtures("undrawn"),
]

STUDY = "small"
GIVEN = {"kind": "cnn", "preset": "quick", "trials": 2, "study": STUDY}


@pytest.fixture(scope="module")
def ingested(sample, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("homes") / "home")
    ingest(IngestParameters(catalog=str(sample[0]), home=home))
    return home


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """As in the process that is killed: sums over several threads round in another order."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def tuned(ingested, tmp_path_factory):
    home = str(shutil.copytree(ingested, tmp_path_factory.mktemp("homes") / "tuned"))
    return home, tune(TuneParameters(home=home, **GIVEN)).summary()


def command(home):
    return ["tune", *(f"--{name}={value}" for name, value in GIVEN.items()), "--home", home]


def trials(home):
    columns = "number, state, value, params, intermediate, attributes, message"
    question = f"SELECT {columns} FROM trials ORDER BY number"
    return duck.run_query(open_store(home), question).to_pylist()


@pytest.fixture
def own_home(ingested, tmp_path):
    return str(shutil.copytree(ingested, tmp_path / "home"))


def test_the_best_trial_becomes_a_model_like_all_others(tuned):
    home, result = tuned
    store = open_store(home)
    best = trials(home)[result["best_trial"]]
    assert sum(result["trials"].values()) == 2
    models = rows_of(store, "models", "model_version", "scheme", "preset", "config")
    presets = {row["scheme"]: row["preset"] for row in models}
    assert presets == {"artist": "tuned", "random": "tuned"}
    for row in models:
        assert json.loads(best["params"]).items() <= json.loads(row["config"]).items()
    measured = {(row["scheme"], row["part"]): row for row in result["leaderboard"]}
    assert measured["artist", "validation"]["macro_f1"] == pytest.approx(best["value"], abs=1e-6)
    assert result["gate"][0]["model_version"] in {row["model_version"] for row in models}


def test_a_study_leaves_pictures_and_no_trainings(tuned):
    home, result = tuned
    store = open_store(home)
    names = [info.key for info in store.list(f"reports/tuning/{STUDY}")]
    assert [name.rpartition("/")[2] for name in names] == ["history.png", "rungs.png"]
    assert [store.uri_of(name) for name in names] == sorted(result["pictures"])
    assert list(store.list("training")) == []


def test_a_finished_study_is_not_searched_again(tuned, capsys):
    home, first = tuned
    again = artcat(capsys, *command(home))
    unchanged = {"trials", "models", "evaluations", "promotions"}
    assert {again["table_versions"][name] for name in unchanged} == {
        first["table_versions"][name] for name in unchanged
    }
    assert again["trained"] == first["trained"]
    assert "started with a different" in refused(capsys, *command(home), "--seed", "1", begun=True)


def test_a_killed_study_goes_on_and_finds_the_same(tuned, own_home):
    from prefect.settings import get_current_settings

    killed = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *command(own_home)],
        env={
            **os.environ,
            "PREFECT_API_URL": str(get_current_settings().api.url),
            "OMP_NUM_THREADS": "1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 300
    while not any("1" in row["intermediate"] for row in trials(own_home)):
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    assert any(row["state"] == "running" for row in trials(own_home))
    tune(TuneParameters(home=own_home, **GIVEN))
    assert trials(own_home) == trials(tuned[0])


@pytest.mark.parametrize(
    ("tokens", "word"),
    [
        (("--space", "source-grid"), "for CLIP"),
        (("--scheme", "nothing"), "unknown scheme 'nothing'"),
        (("--trials", "0"), "trials"),
        (("--study", "../x"), "study"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_one_line(ingested, capsys, tokens, word):
    assert word in refused(capsys, "tune", "--kind", "cnn", "--home", ingested, *tokens)


def test_trials_that_all_fail_are_recorded_and_the_reason_is_said(own_home, monkeypatch, capsys):
    def diverges(*_):
        raise ModelError("training diverged in epoch 1")

    monkeypatch.setattr("models.tuning.rung.train_rung", diverges)
    line = refused(capsys, *command(own_home), "--parallel", "2", begun=True)
    assert "all 2 trials of the study small failed" in line
    assert {(row["state"], row["message"]) for row in trials(own_home)} == {
        ("fail", "training diverged in epoch 1")
    }
    (run,) = (row for row in rows_of(open_store(own_home), "runs") if row["flow"] == "tune")
    assert run["status"] == "failed"
    assert "diverged" in run["error"]


def test_no_trial_begins_after_the_minutes(ingested, capsys):
    command = ("tune", "--kind", "cnn", "--minutes", "1e-9", "--home", ingested)
    late = refused(capsys, *command, begun=True)
    assert "no trial of the study cnn-wide-artist-" in late


def test_steps_run_on_threads_or_on_dask(monkeypatch):
    pytest.importorskip("prefect_dask")
    assert runners.prefect_runner("tcp://127.0.0.1:8786", 2).address == "tcp://127.0.0.1:8786"
    assert type(runners.prefect_runner(None, 2)).__name__ == "ThreadPoolTaskRunner"
    for name in ("prefect_dask.task_runners", "distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ArtcatError, match="pip install"):
        runners.prefect_runner("local", 2)
    with pytest.raises(ArtcatError, match="pip install"), runners.task_runner("local", 2):
        pass
