"""A study: what it tries, what it prunes, how it resumes after a kill."""

import math

import pytest

from catalog.base.errors import ModelError
from catalog.storage import duck
from tests.models.studies import open_study, run

pytestmark = pytest.mark.full

TRIALS = 13  # TPE chooses at random before it has seen ten


def rows(home):
    """The table without its times."""
    given = "SELECT * EXCLUDE (started_at, ended_at) FROM trials ORDER BY number"
    return duck.run_query(home, given).to_pylist()


@pytest.fixture
def whole(home, request):
    """The table of a study that nobody interrupted, in a home of its own."""
    other = type(home)(f"{home.uri}-whole")
    assert not run(open_study(other, **request.param), TRIALS)
    return request.param, rows(other)


@pytest.mark.parametrize(
    "whole",
    [
        *({"pruner": pruner} for pruner in ("asha", "hyperband", "none")),
        {"space": "source-grid", "pruner": "none"},
    ],
    indirect=True,
    ids=str,
)
def test_a_study_killed_anywhere_finds_the_same(home, whole):
    given, expected = whole
    for rungs in (0, 1, 2, 5):
        assert run(open_study(home, **given), TRIALS, rungs)
    assert rows(home)[-1]["state"] == "running"
    assert not run(open_study(home, **given), TRIALS)
    assert rows(home) == expected
    assert len(expected) == min(TRIALS, 9 if "space" in given else math.inf)
    assert len({row["params"] for row in expected}) == len(expected)


def test_a_study_resumes_on_s3_too(any_home):
    assert run(open_study(any_home), 2, rungs=1)
    assert not run(open_study(any_home), 2)
    assert [row["state"] for row in rows(any_home)] == ["complete", "pruned"]


def test_the_weak_are_pruned_and_the_best_is_found(home):
    search = open_study(home)
    run(search, 18)
    states = [row["state"] for row in rows(home)]
    assert states.count("pruned") > states.count("complete") > 1
    assert math.log10(search.best().params["learning_rate"]) == pytest.approx(-3.2, abs=0.25)
    assert search.best().value == max(row["value"] for row in rows(home))


def test_a_failed_trial_is_noted_and_others_are_tried(home):
    run(open_study(home), 3, failing={0})
    first = rows(home)[0]
    assert (first["state"], first["value"]) == ("fail", None)
    assert first["message"] == "training diverged in epoch 2"
    assert open_study(home).best().number in (1, 2)


def test_without_a_complete_trial_the_reason_is_given(home):
    with pytest.raises(ModelError, match="--trials"):
        open_study(home).best()
    run(open_study(home), 2, failing={0, 1})
    with pytest.raises(ModelError, match=r"all 2 trials .* diverged"):
        open_study(home).best()


def test_limits_count_earlier_trials_and_finish_those_begun(home):
    run(open_study(home), 2)
    run(open_study(home), 2)
    assert len(rows(home)) == 2
    assert run(open_study(home), 3, rungs=0)
    run(open_study(home), None, seconds=0.0)
    assert [row["state"] == "running" for row in rows(home)] == [False] * 3


def test_trials_side_by_side(home):
    run(open_study(home), 6, parallel=3)
    found = rows(home)
    assert len({row["params"] for row in found}) == 6
    assert {row["state"] for row in found} <= {"complete", "pruned"}


@pytest.mark.parametrize(
    ("given", "word"),
    [({"kind": "cnn"}, "kind"), ({"scheme": "random"}, "scheme"), ({"seed": 3}, "seed")],
)
def test_a_study_holds_one_setting(home, given, word):
    run(open_study(home), 1)
    with pytest.raises(ModelError, match=rf"started with a different .*{word}.*--study"):
        open_study(home, **given)


def test_saved_trainings_are_kept_for_the_best_alone(home):
    search, discarded = open_study(home), set()
    run(search, 6, discard=discarded.update)
    best = search.key(search.best())
    assert discarded >= {search.key(trial) for trial in search.study.trials} - {best}
