import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.metrics import confusion, intervals, scores

STATISTICS = ("accuracy", "macro_f1", "balanced_accuracy")


def naive_draws(groups, resamples, seed):
    """Rows of each resample, drawn as the module draws groups, but taken one by one."""
    names = sorted(set(groups))
    rows = {name: [row for row, group in enumerate(groups) if group == name] for name in names}
    draws = np.random.default_rng(seed).integers(0, len(names), (resamples, len(names)))
    for drawn in draws:
        yield np.array([row for number in drawn for row in rows[names[number]]])


predictions = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.sampled_from("abcdef")),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(predictions, st.integers(0, 3))
def test_resampled_measures_are_those_of_the_rows_that_were_drawn(given_rows, seed):
    labels, guesses, _, groups = map(np.array, zip(*given_rows, strict=True))
    cells = intervals.confusion_cells(labels, guesses, 4)
    sums = intervals.resampled_sums({"cells": cells}, groups, resamples=20, seed=seed)["cells"]
    matrices = sums.reshape(-1, 4, 4)
    rows = [np.arange(len(labels)), *naive_draws(groups, 20, seed)]
    for name in STATISTICS:
        statistic = getattr(confusion, name)
        expected = [
            statistic(confusion.confusion_matrix(labels[row], guesses[row], 4)) for row in rows
        ]
        assert statistic(matrices) == pytest.approx(expected)
    for row, matrix in zip(rows, matrices, strict=True):
        assert (matrix == confusion.confusion_matrix(labels[row], guesses[row], 4)).all()


@settings(max_examples=5, deadline=None)
@given(predictions)
def test_a_paired_difference_is_that_of_the_rows_that_were_drawn(given_rows):
    labels, first, second, groups = map(np.array, zip(*given_rows, strict=True))
    found = intervals.paired_difference(labels, first, second, groups, confusion.macro_f1, styles=4)
    assert found.value == pytest.approx(
        scores.macro_f1(labels, first) - scores.macro_f1(labels, second)
    )
    naive = [
        scores.macro_f1(labels[row], first[row]) - scores.macro_f1(labels[row], second[row])
        for row in naive_draws(groups, intervals.RESAMPLES, 0)
    ]
    if len(set(groups)) > 1:
        ends = tuple(np.quantile(naive, [0.025, 0.975]))
        assert (found.lower, found.upper) == pytest.approx(ends)
    else:
        assert np.isnan(found.lower)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Artists whose works are all right or all wrong: single works would be drawn too narrowly."""
    rng = np.random.default_rng(3)
    works = np.arange(400)
    inside = []
    for seed in range(100):
        right = np.repeat(rng.random(40) < 0.6, 10).astype(float)
        for groups in (works // 10, works):
            sums = intervals.resampled_sums({"right": right}, groups, resamples=200, seed=seed)
            found = intervals.estimate(sums["right"] / 400, len(set(groups)))
            inside.append(found.lower <= 0.6 <= found.upper)
    assert sum(inside[::2]) >= 88  # whole artists
    assert sum(inside[1::2]) < 60


def test_what_cannot_be_told_is_not_a_number():
    sums = intervals.resampled_sums({"right": np.ones(3)}, ["a"] * 3, resamples=5)["right"]
    assert np.isnan(intervals.estimate(sums, 1).lower)
    nothing = intervals.resampled_sums({"right": np.ones(0)}, [], resamples=5)["right"]
    assert (nothing == 0).all()
    value = intervals.estimate(confusion.ratio(nothing, nothing), 0)
    assert np.isnan(value.value)
    undefined = np.array([0.5, np.nan, 0.4, 0.6])
    assert intervals.estimate(undefined, 4).lower == pytest.approx(0.405)
