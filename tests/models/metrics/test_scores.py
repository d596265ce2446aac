import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from models.metrics import confusion, scores

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
    found = confusion.confusion_matrix(labels, guesses, 5)
    assert (found == matrix).all()
    assert scores.accuracy(labels, guesses) == reference.accuracy_score(labels, guesses)
    f1 = reference.f1_score(labels, guesses, average="macro", zero_division=0)
    assert scores.macro_f1(labels, guesses) == pytest.approx(f1)
    recall = np.mean([np.mean(guesses[labels == label] == label) for label in set(labels)])
    assert confusion.balanced_accuracy(found) == pytest.approx(recall)
    assert confusion.accuracy(found) == pytest.approx(scores.accuracy(labels, guesses))
    rows = reference.precision_recall_fscore_support(
        labels, guesses, labels=everything, zero_division=0
    )
    rates = (confusion.precision(found), confusion.recall(found), confusion.f1(found))
    for ours, theirs in zip(rates, rows[:3], strict=True):
        assert np.nan_to_num(ours) == pytest.approx(theirs)


def test_the_majority_class():
    train, test = np.array([2, 2, 1, 1, 0]), np.array([1, 1, 2, 0])
    majority = scores.majority_class(train, test)
    assert majority.accuracy == 0.5
    f1 = reference.f1_score(test, [1] * 4, average="macro", zero_division=0)
    assert majority.macro_f1 == pytest.approx(f1)


def test_measures_of_nothing_are_not_numbers():
    none = np.array([], np.int64)
    assert np.isnan(scores.accuracy(none, none))
    assert np.isnan(scores.macro_f1(none, none))
    assert np.isnan(confusion.balanced_accuracy(confusion.confusion_matrix(none, none, 3)))
    assert np.isnan(scores.expected_calibration_error(none, none))
    assert confusion.confusion_matrix(none, none, 3).sum() == 0


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=60),
    st.sampled_from([4, 8]),
)
def test_the_calibration_error_is_what_loops_compute(pairs, bins):
    confidence = np.array([value / 1024 for value, _ in pairs])
    correct = np.array([right for _, right in pairs])
    expected = 0.0
    for number in range(bins):
        above = (confidence > number / bins) | (number == 0)
        inside = above & (confidence <= (number + 1) / bins)
        if inside.any():
            expected += inside.mean() * abs(confidence[inside].mean() - correct[inside].mean())
    found = scores.expected_calibration_error(confidence, correct, bins)
    assert found == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5),
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.integers(0, 3), min_size=4, max_size=4)),
        min_size=1,
        max_size=30,
    ),
)
def test_the_style_is_among_the_likeliest(k, rows):
    labels = np.array([label for label, _ in rows])
    logits = np.array([values for _, values in rows], float)
    expected = [
        label in sorted(range(4), key=lambda style: (-values[style], style))[:k]
        for label, values in rows
    ]
    assert scores.in_top(labels, logits, k).tolist() == expected
    assert len(scores.in_top(labels[:0], logits[:0])) == 0
    assert scores.in_top(labels, logits, 1).mean() == scores.accuracy(labels, logits.argmax(1))


def test_bins_of_reliability_add_up_to_the_calibration_error():
    rng = np.random.default_rng(1)
    confidence = rng.random(300)
    correct = rng.random(300) < confidence**2
    bins = scores.reliability(confidence, correct)
    assert sum(each.works for each in bins) == 300
    assert all(each.low < each.confidence <= each.high for each in bins)
    gaps = sum(each.works * abs(each.confidence - each.accuracy) for each in bins) / 300
    assert gaps == pytest.approx(scores.expected_calibration_error(confidence, correct))
    assert scores.reliability(confidence[:0], correct[:0]) == []
