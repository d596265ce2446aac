"""A study by ask and tell: suggestions, pruning, resuming after an interruption."""

import math
from dataclasses import replace

import pytest

from catalog.base.errors import ModelError
from models.tuning.search import Budget
from models.tuning.trials import read, write
from tests.models.studies import STUDY, advance, new_search, run_all

TRIALS = 18  # TPE chooses at random before it has seen ten


def summaries(rows):
    """Rows without their times."""
    return [replace(row, started_at=None, ended_at=None) for row in rows]


@pytest.mark.parametrize("pruner", ["asha", "hyperband", "none"])
def test_a_study_interrupted_anywhere_goes_on_as_if_it_had_not_been(pruner):
    whole = run_all(new_search(pruner=pruner), TRIALS)
    for rungs in (0, 1, 7, 20):
        rows = run_all(new_search(pruner=pruner), TRIALS, rungs=rungs)
        again = new_search(rows, pruner=pruner)
        assert summaries(run_all(again, TRIALS)) == summaries(whole)


def test_a_study_killed_at_every_rung_is_the_same_too(home):
    search = new_search()
    while any(row.state == "running" for row in run_all(search, 3, rungs=1)):
        for row in search.rows.values():
            write(home, row)
        search = new_search(read(home, STUDY))
    assert summaries(search.rows.values()) == summaries(run_all(new_search(), 3))


def test_tpe_finds_the_rate_and_the_seed_decides_what_is_tried():
    rows = run_all(new_search(), 40)
    rate = math.log10(new_search(rows).best().params["learning_rate"])
    assert rate == pytest.approx(-3.2, abs=0.25)
    other = run_all(new_search(seed=1), 4)
    assert [row.params for row in other[1:]] != [row.params for row in rows[1:4]]


def test_pruning_ends_the_weak_and_keeps_the_best():
    rows = run_all(new_search(), 30)
    pruned = [row for row in rows if row.state == "pruned"]
    complete = [row for row in rows if row.state == "complete"]
    assert len(pruned) > len(complete) > 1
    assert all(row.epochs < row.config.epochs for row in pruned)
    assert all(row.epochs == row.config.epochs for row in complete)
    assert new_search(rows).best().value == max(row.value for row in rows)
    assert {row.state for row in run_all(new_search(pruner="none"), 12)} == {"complete"}


def test_the_grid_covers_all_nine_points_and_ends_there():
    given = {"space": "source-grid", "pruner": "none"}
    rows = run_all(new_search(**given), 4)
    rows = run_all(new_search(rows, **given), 100)
    points = {(row.params["learning_rate"], row.params["weight_decay"]) for row in rows}
    assert len(rows) == len(points) == 9


def test_a_failed_trial_is_noted_and_others_go_on():
    search = new_search()
    first = search.next(Budget(3, math.inf), 0.0)
    row = search.fail(first.number, "training diverges in epoch 2")
    assert (row.state, row.value, row.message) == ("failed", None, "training diverges in epoch 2")
    rows = run_all(new_search(search.rows.values()), 3)
    assert rows[0].state == "failed"
    assert new_search(rows).best().number in (1, 2)


def test_if_all_fail_the_reason_is_reported():
    search = new_search()
    for _ in range(2):
        search.fail(search.next(Budget(2, math.inf), 0.0).number, "the card's memory is too small")
    with pytest.raises(ModelError, match=r"all 2 trials .* memory is too small"):
        search.best()


def test_without_a_complete_trial_more_is_asked_for():
    with pytest.raises(ModelError, match="--trials"):
        new_search().best()


def test_trials_of_earlier_runs_count_and_those_under_way_are_finished():
    rows = run_all(new_search(), 3)
    search = new_search(rows)
    assert search.next(Budget(3, math.inf), 0.0) is None
    assert search.next(Budget(4, math.inf), 0.0).number == 3
    again = new_search(search.rows.values())
    assert again.next(Budget(4, 60.0), 61.0).number == 3
    assert again.next(Budget(9, 60.0), 61.0) is None
    assert again.next(Budget(9, 60.0), 59.0).number == 4


def test_trials_side_by_side():
    search, budget = new_search(), Budget(10, math.inf)
    under_way = [search.next(budget, 0.0) for _ in range(3)]
    assert [row.number for row in under_way] == [0, 1, 2]
    assert len({str(row.params) for row in under_way}) == 3
    while under_way:
        row = advance(search, under_way.pop(0))
        row = row if row.state == "running" else search.next(budget, 0.0)
        under_way += [row] if row else []
    assert {row.state for row in search.rows.values()} == {"complete", "pruned"}
    assert len(search.rows) == 10


@pytest.mark.parametrize(
    ("given", "word"),
    [({"kind": "cnn"}, "kind"), ({"scheme": "random"}, "scheme"), ({"seed": 3}, "seed")],
)
def test_a_study_holds_one_setting(given, word):
    rows = run_all(new_search(), 1)
    with pytest.raises(ModelError, match=rf"started with another .*{word}.*--study"):
        new_search(rows, **given)
    with pytest.raises(ModelError, match="another space"):
        new_search(rows, space="source-grid")


def test_saved_trainings_are_kept_for_the_best_and_those_under_way():
    search = new_search()
    rows = run_all(search, 6)
    search.next(Budget(7, math.inf), 0.0)
    kept = {search.best().training_key, search.rows[6].training_key}
    assert set(search.spent()) == {row.training_key for row in rows} - kept
    assert search.spent() == []
