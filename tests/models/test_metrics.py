import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from models import metrics

STYLES = ("a", "b", "c", "d", "e")
works = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        *[st.lists(st.integers(0, 4), min_size=n, max_size=n).map(np.array) for _ in range(2)]
    )
)


@settings(max_examples=80, deadline=None)
@given(works)
def test_measures_are_those_of_scikit_learn(given_works):
    labels, guesses = given_works
    everything = list(range(5))
    matrix = reference.confusion_matrix(labels, guesses, labels=everything)
    assert (metrics.confusion_matrix(labels, guesses, 5) == matrix).all()
    assert metrics.accuracy(labels, guesses) == reference.accuracy_score(labels, guesses)
    f1 = reference.f1_score(labels, guesses, average="macro", zero_division=0)
    assert metrics.macro_f1(labels, guesses) == pytest.approx(f1)
    recall = np.mean([np.mean(guesses[labels == label] == label) for label in set(labels)])
    assert metrics.balanced_accuracy(labels, guesses) == pytest.approx(recall)
    rows = reference.precision_recall_fscore_support(
        labels, guesses, labels=everything, zero_division=0
    )
    for style, *values in zip(metrics.per_style(labels, guesses, STYLES), *rows, strict=True):
        assert [style.precision, style.recall, style.f1, style.support] == pytest.approx(values)


def test_balanced_accuracy_is_that_of_scikit_learn():
    labels, guesses = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 1, 1, 0, 2])
    expected = reference.balanced_accuracy_score(labels, guesses)
    assert metrics.balanced_accuracy(labels, guesses) == pytest.approx(expected)


def test_the_majority_class():
    train, test = np.array([2, 2, 1, 1, 0]), np.array([1, 1, 2, 0])
    majority = metrics.majority_class(train, test)
    assert majority.label == 1
    assert majority.accuracy == 0.5
    f1 = reference.f1_score(test, [1] * 4, average="macro", zero_division=0)
    assert majority.macro_f1 == pytest.approx(f1)


def test_measures_of_nothing_are_not_numbers():
    none = np.array([], np.int64)
    assert np.isnan(metrics.accuracy(none, none))
    assert np.isnan(metrics.macro_f1(none, none))
    assert np.isnan(metrics.balanced_accuracy(none, none))
    assert np.isnan(metrics.expected_calibration_error(none, none))
    assert metrics.confusion_matrix(none, none, 3).sum() == 0
    assert [each.support for each in metrics.per_style(none, none, STYLES)] == [0] * 5


def naive_error(confidence, correct, bins):
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [
            (c, right)
            for c, right in zip(confidence, correct, strict=True)
            if (low < c or number == 0) and c <= high
        ]
        if inside:
            gap = np.mean([c for c, _ in inside]) - np.mean([right for _, right in inside])
            total += len(inside) / len(confidence) * abs(gap)
    return total


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=60),
    st.sampled_from([4, 8]),
)
def test_the_calibration_error_is_what_loops_compute(pairs, bins):
    confidence = np.array([value / 1024 for value, _ in pairs])
    correct = np.array([right for _, right in pairs])
    found = metrics.expected_calibration_error(confidence, correct, bins)
    assert found == pytest.approx(naive_error(confidence, correct, bins), abs=1e-12)


def test_a_calibrated_guesser_has_no_error():
    confidence = np.repeat([0.25, 0.75], 100)
    correct = np.concatenate([np.arange(100) < 25, np.arange(100) < 75])
    assert metrics.expected_calibration_error(confidence, correct) == pytest.approx(0)
    assert metrics.expected_calibration_error(np.ones(4), np.zeros(4, bool)) == 1
