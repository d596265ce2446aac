from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import comparison, confusion, intervals
from models.metrics.judgements import Judgements

STYLES = ("a", "b", "c")


def exact_p(first, second):
    """Two-sided binomial test by counting, for a fair coin."""
    n, k = first + second, max(first, second)
    return min(1.0, 2 * sum(comb(n, i) for i in range(k, n + 1)) / 2**n) if n else 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_mcnemar_is_what_counting_gives(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    found = comparison.mcnemar(first, second)
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    assert (found.works, found.only_first, found.only_second) == (
        len(pairs),
        only_first,
        only_second,
    )
    assert found.p_value == pytest.approx(exact_p(only_first, only_second))


def judgements(ids, labels, logits, **changes):
    values = np.asarray(logits, float)
    return Judgements(STYLES, list(ids), [i[0] for i in ids], np.array(labels), values, values * -1)


def test_models_are_compared_on_the_works_that_both_know_with_the_same_label():
    eye = np.eye(3)
    first = judgements(["a1", "a2", "b1", "c1"], [0, 1, 2, 0], eye[[0, 1, 2, 1]])
    second = judgements(["c1", "b1", "x1", "a1", "a2"], [0, 2, 1, 1, 1], eye[[0, 0, 1, 1, 1]])
    one, two = comparison.common(first, second)
    assert one.artwork_ids == two.artwork_ids == ["a2", "b1", "c1"]
    found = comparison.mcnemar_of(first, second, first_corrected=False, second_corrected=False)
    assert (found.works, found.only_first, found.only_second, found.p_value) == (3, 1, 1, 1.0)
    other = Judgements(("a", "b"), [], [], np.array([], int), np.empty((0, 2)), np.empty((0, 2)))
    with pytest.raises(ValueError, match="vocabularies"):
        comparison.common(first, other)


def test_the_difference_is_the_paired_one():
    rng = np.random.default_rng(0)
    ids = [f"{group}{number}" for group in "abcdefgh" for number in range(6)]
    labels = rng.integers(0, 3, len(ids))
    good = np.eye(3)[labels] + rng.normal(0, 0.6, (len(ids), 3))
    first, second = judgements(ids, labels, good), judgements(ids, labels, rng.random((48, 3)))
    found = comparison.difference(
        first, second, "accuracy", first_corrected=False, second_corrected=False
    )
    expected = intervals.paired_difference(
        labels,
        good.argmax(1),
        second.plain.argmax(1),
        first.groups,
        confusion.accuracy,
        styles=3,
    )
    assert found == expected
    assert 0 < found.lower < found.value < found.upper
    itself = comparison.difference(first, first, first_corrected=True, second_corrected=True)
    assert (itself.value, itself.lower, itself.upper) == (0, 0, 0)
