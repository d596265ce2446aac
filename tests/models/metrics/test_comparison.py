from dataclasses import replace
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import confusion, intervals
from models.metrics.comparison import Comparison, ScoredPredictions, compare, score
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.intervals import Estimate

STYLES = ("a", "b", "c")


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_what_counting_gives(first, second):
    n, k = first + second, max(first, second)
    expected = min(1.0, 2 * sum(comb(n, i) for i in range(k, n + 1)) / 2**n)
    found = Comparison(n, first, second, Estimate(0, 0, 0))
    assert found.p_value == pytest.approx(expected)


def scored(ids, labels, guesses, styles=STYLES):
    labels, guesses = np.array(labels), np.array(guesses)
    groups = [name[0] for name in ids]
    return ScoredPredictions(list(ids), groups, styles, labels, guesses, np.full(len(ids), 0.5))


def test_models_are_compared_on_the_works_that_both_know_with_the_same_label():
    first = scored(["a1", "a2", "b1", "c1"], [0, 1, 2, 0], [0, 1, 2, 1])
    second = scored(["c1", "b1", "x1", "a1", "a2"], [0, 2, 1, 1, 1], [0, 0, 1, 1, 1])
    found = compare(first, second)
    assert (found.works, found.only_first, found.only_second, found.p_value) == (3, 1, 1, 1.0)
    none = compare(first, scored(["x1"], [0], [0]))
    assert none.works == 0
    assert np.isnan(none.difference.value)


def test_styles_are_compared_by_name():
    champion = scored(["a1", "b1", "c1"], [0, 1, 2], [0, 1, 1])
    challenger = scored(["a1", "b1", "c1"], [2, 1, 0], [2, 1, 0], styles=STYLES[::-1])
    found = compare(challenger, champion)
    assert found.works == 3
    assert found.difference.value == pytest.approx(1 - (1 + 2 / 3 + 0) / 3)


def test_the_difference_is_the_paired_one():
    rng = np.random.default_rng(0)
    ids = [f"{group}{number}" for group in "abcdefgh" for number in range(6)]
    labels = rng.integers(0, 3, len(ids))
    good = np.where(rng.random(48) < 0.8, labels, rng.integers(0, 3, 48))
    first, second = scored(ids, labels, good), scored(ids, labels, rng.integers(0, 3, 48))
    found = compare(first, second).difference
    assert found == intervals.paired_difference(
        labels, good, second.guesses, first.groups, confusion.macro_f1, styles=3
    )
    assert 0 < found.lower < found.value < found.upper
    itself = compare(first, replace(first)).difference
    assert (itself.value, itself.lower, itself.upper) == (0, 0, 0)


def test_stored_logits_are_scored_as_the_model_predicts():
    plain = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    kept = HeldOutPredictions(STYLES, ["a1", "b1"], ["a", "b"], np.array([0, 2]), plain, -plain)
    found = score(kept, corrected=False, temperature=2.0)
    assert found.guesses.tolist() == [0, 1]
    assert found.confidence == pytest.approx(
        [np.e / (np.e + 2), np.e**0.5 / (np.e**0.5 + 2)], abs=1e-4
    )
    assert score(kept, corrected=True).guesses.tolist() == [1, 0]
