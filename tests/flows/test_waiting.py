"""Output of a run and of a leaderboard, and runs without a Prefect server."""

import io
import logging
import os
import sys
import threading
from dataclasses import replace

import pytest

from catalog.base.errors import SourceError, TransientError
from catalog.enrichment.counts import Counts
from catalog.runs import history
from catalog.runs.record import Run, recorded
from catalog.sources.parameters import IngestParameters
from catalog.storage.store import open_store
from flows import ingest as ingest_flow
from flows.cli import launch
from flows.cli.launch import shown_steps
from flows.cli.run_output import NIGHT_LINES, leaderboard_lines, night_lines
from flows.progress import LOG
from flows.results import NightlyResult
from models.training.estimate import in_words, reference_seconds
from tasks import runners
from tasks import task as tasks_task
from tests.building import NightResult, make_catalog
from tests.python_process import ROOT, python

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


@pytest.fixture
def log(caplog):
    """Steps are logged as a command sets it up."""
    caplog.set_level(logging.INFO, "artcat")


def take_steps(home):
    with shown_steps("ingest"), recorded(home, "ingest", NightResult(), "c") as run:
        with run.step("ingest"):
            run.result.rows_read, run.result.source_fingerprint = 1203, "ab"
        with run.step("images"):
            LOG.info("images: 5 of 9 images")


def test_a_step_is_a_line_with_its_duration(home, log, capsys):
    take_steps(home)
    first, second, third = capsys.readouterr().err.splitlines()
    assert first.split() == ["ingest", "0.0", "s", "1,203", "rows", "read"]
    assert second == "images: 5 of 9 images"
    assert third.split() == ["images", "0.0", "s"]


def test_on_a_terminal_steps_move_a_bar(home, log, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TQDM_MININTERVAL", "0")
    take_steps(home)
    assert "ingest:  67%|" in terminal.getvalue()
    assert "2/3" in terminal.getvalue()
    assert "\n1,203" not in terminal.getvalue()


def test_a_log_in_json_has_the_steps_already(home, log, capsys, monkeypatch):
    monkeypatch.setenv("ARTCAT_LOG_FORMAT", "json")
    take_steps(home)
    assert capsys.readouterr().err == ""


CHECK = {"check": "images/listed", "outcome": "warned", "meaning": "not listed", "rows": 1}
RESULT = NightlyResult(
    rows_read=300,
    artworks=298,
    quarantined=2,
    images={"ok": 290, "missing": 8},
    state=Counts(artworks=298),
    page="h/reports/runs/3f2a.html",
    collection="h/collection.html",
)


def lines_of(home, **given):
    seconds = {"ingest": 1.0, "write": 0.5}
    run = Run("nightly", replace(RESULT, **given), "x", "3f2a", seconds=seconds)
    return list(night_lines("nightly", run, home))


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("nightly: run 3f2a completed in 1.5 s", {}),
        ("read:       300 rows: 298 artworks, 2 quarantined, 290 of 298 images usable", {}),
        ("changed:    nothing", {}),
        ("to review:  nothing needs a decision", {}),
        ("problems:   nothing", {}),
        ("reports:    h/reports/runs/3f2a.html", {}),
        (
            "changed:    1,200 new; 3 artworks predicted",
            {"changes": {"new": 1200, "conflicting": 0}, "predictions": 3},
        ),
        (
            "to review:  7 need a decision (3 with a prediction to review, 4 of unknown style): "
            "artcat review build --home h",
            {"state": Counts(need_decision=7, waiting=3, unknown=4)},
        ),
        ("problems:   not listed (1: a)", {"checks": [{**CHECK, "examples": ["a"]}]}),
        ("problems:   30 rows are in quarantine", {"warnings": ["30 rows are in quarantine"]}),
        ("problems:   missing: labels", {"missing": "labels"}),
        ("trained:    2 models; champion none", {"trained": {"a": "1", "b": "2"}}),
    ],
)
def test_a_night_ends_in_lines_that_say(line, given):
    assert line in lines_of("h", **given)


def test_a_night_ends_in_ten_lines_whatever_is_wrong():
    checks = [{**CHECK, "examples": [str(number)]} for number in range(20)]
    lines = lines_of(None, checks=checks, warnings=["many"])
    assert len(lines) == NIGHT_LINES
    assert lines[-3] == "problems:   18 more: artcat runs show 3f2a"


@pytest.mark.parametrize(
    ("errors", "calls", "raised"),
    [
        ([], 1, None),
        ([TransientError("x")], 2, None),
        ([OSError("x"), ValueError("x")], 3, None),
        ([SourceError("x")], 1, SourceError),
        ([OSError("x")] * 3, 3, OSError),
        ([KeyboardInterrupt()], 1, KeyboardInterrupt),
    ],
)
def test_transient_errors_are_tried_again_without_prefect_too(monkeypatch, errors, calls, raised):
    made, waited = [], []
    monkeypatch.setattr(tasks_task.time, "sleep", waited.append)

    @tasks_task.task
    def work(number: int) -> int:
        made.append(number)
        if len(made) <= len(errors):
            raise errors[len(made) - 1]
        return number + 1

    if raised:
        with pytest.raises(raised):
            work(1)
    else:
        assert work(1) == 2
    assert (len(made), waited) == (calls, [1, 10][: calls - 1])


def test_steps_run_on_threads_of_this_process():
    together = threading.Barrier(2, timeout=30)

    @tasks_task.task
    def meet(number: int) -> int:
        together.wait()
        return number

    with runners.task_runner(None, 2) as runner:
        futures = [runner.submit(meet, {"number": number}) for number in range(2)]
        assert {future.result() for future in runner.as_completed(futures)} == {0, 1}


@pytest.mark.parametrize(
    ("file", "text", "variables", "expected"),
    [
        (None, "", {}, False),
        (None, "", {"prefect_api_url": "http://x"}, True),
        (".env", "ARTCAT_HOME=x", {}, False),
        (".env", "PREFECT_API_URL=http://x", {}, True),
        ("prefect.toml", "[api]", {}, True),
        ("pyproject.toml", "[project]\ndependencies = ['prefect']", {}, False),
        ("pyproject.toml", "[tool.prefect.api]", {}, True),
        ("home/.prefect/profiles.toml", 'active = "default"', {}, False),
        ("home/.prefect/profiles.toml", 'PREFECT_API_URL = "http://x"', {}, True),
    ],
)
def test_prefect_is_asked_only_where_something_configures_it(
    monkeypatch, tmp_path, file, text, variables, expected
):
    for name in [name for name in os.environ if name.upper().startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if file:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert launch.may_have_server() is expected


def test_a_run_without_a_server_imports_nothing_heavy_and_is_recorded(tmp_path):
    catalog, home = make_catalog(tmp_path / "catalog").uri, str(tmp_path / "home")
    code = (
        "import sys\nfrom flows.cli import app\n"
        "assert app.run(sys.argv[1:]) == 0\n"
        "print('HEAVY', *sorted({'prefect', 'torch', 'scipy', 'httpx'} & set(sys.modules)))"
    )
    clean = {name: v for name, v in os.environ.items() if not name.startswith("PREFECT")}
    environment = {**clean, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = ("ingest", "--catalog", catalog, "--home", home)
    done = python("-c", code, *command, env=environment, cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1].strip() == "HEAVY"
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["ingest", "images", "splits"]
    (run,) = history.recent(open_store(home), 2)
    assert (run["flow"], run["status"]) == ("ingest", "completed")


def test_splits_are_updated_only_if_something_has_changed(monkeypatch, tmp_path):
    home, updated = str(tmp_path / "home"), []
    usual = ingest_flow.update_splits
    monkeypatch.setattr(ingest_flow, "update_splits", lambda uri: updated.append(usual(uri)))
    for name, count in (("one", 1), ("one", 1), ("other", 2), ("one", 2)):
        catalog = make_catalog(tmp_path / name).uri
        ingest_flow.ingest(IngestParameters(catalog=catalog, home=home, name=name))
        assert len(updated) == count


@pytest.mark.parametrize(
    ("artworks", "images", "preset", "least", "most"),
    [  # Processor seconds as measured on one core: train and evaluate, all eight models
        (50, 45, "standard", 45, 70),
        (190, 182, "standard", 85, 125),
        (590, 582, "standard", 170, 260),
        (50, 45, "quick", 25, 45),
        (38_602, 0, "standard", 90, 115),
    ],
)
def test_the_estimate_is_about_what_was_measured(artworks, images, preset, least, most):
    assert least <= reference_seconds(artworks, images, preset) <= most


def test_an_estimate_is_as_precise_as_it_can_be():
    words = [in_words(seconds) for seconds in (3, 84, 119, 9000)]
    assert words == ["about 10 s", "about 80 s", "about 2 min", "about 2.5 h"]


def row(**changes):
    given = {
        "method": "fine-tuned",
        "architecture": "ViT-B-32-quickgelu",
        "scheme": "artist",
        "part": "test",
        "prior_correction": True,
        "configured": True,
        "works": 12_345,
        "majority_accuracy": 0.3,
        "ece": 0.05,
        "evidence": "all",
        "by_evidence": [],
        "measures": {"accepted_share": {"value": 0.25}, "accepted_precision": {"value": None}},
    }
    for metric in ("accuracy", "macro_f1", "balanced_accuracy", "top3_accuracy"):
        given |= {metric: 0.5, f"{metric}_lower": 0.4125, f"{metric}_upper": 0.6}
    return {**given, **changes}


def test_models_stand_below_the_part_they_were_measured_on_and_fit_the_screen():
    lines = leaderboard_lines(
        [
            row(accuracy=1.0, accuracy_upper=1.0),
            row(method="cnn", configured=False),
            row(method="cnn", prior_correction=False, accuracy_lower=None),
            row(scheme="random", ece=None),
        ]
    )
    assert len(lines) == 2 + 3
    assert lines[0].startswith("test part, artist-disjoint")
    assert "1.000 [.412-1.000]" in lines[1]
    assert lines[1].split()[-2:] == [".250", "-"]
    assert ".500 [-]" in " ".join(lines[2].split())
    assert lines[3].startswith("test part, random by image")
    assert "-" in lines[4]
    assert max(map(len, lines)) <= 118
    assert leaderboard_lines([]) == []


def test_a_combined_model_has_a_line_for_each_evidence_that_it_was_given():
    given = ["image", "facts", "facts, with an image", "image+facts", "image+facts+other works"]
    rows = [row(evidence=evidence) for evidence in given]
    lines = leaderboard_lines([row(method="combined", by_evidence=rows)])
    assert [line[:38].strip() for line in lines[2:]] == [
        "given image",
        "given facts",
        "given facts (those with an image)",
        "given image + facts",
        "given all evidence",
    ]
