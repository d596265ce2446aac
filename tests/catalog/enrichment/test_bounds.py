"""The exact lower bound of a precision, and the decisions needed for a target."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.enrichment.acceptance import decisions_needed, lower_bound


@pytest.mark.parametrize(
    ("right", "artworks", "bound"),
    [
        # without a mistake the bound is the n-th root of 0.05
        (1, 1, 0.05),
        (2, 2, 0.05**0.5),
        (58, 58, 0.949661),
        (59, 59, 0.950492),
        # 1 - (1 - p)^2 = 0.05: at least one of two
        (1, 2, 1 - 0.95**0.5),
        (0, 7, 0.0),
        (0, 0, 0.0),
        # Table of Clopper and Pearson: 8 of 10, one-sided 95 %
        (8, 10, 0.493),
        (61, 62, 0.92576),
    ],
)
def test_the_bound_is_exact(right, artworks, bound):
    assert lower_bound(right, artworks) == pytest.approx(bound, abs=5e-4)


@pytest.mark.parametrize(("right", "artworks"), [(-1, 3), (4, 3), (0, -1)])
def test_counts_that_cannot_be_are_refused(right, artworks):
    with pytest.raises(ValueError, match="cannot be right"):
        lower_bound(right, artworks)


counts = st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_a_right_artwork_raises_the_bound_and_a_wrong_one_lowers_it(counted):
    right, artworks = counted
    bound = lower_bound(right, artworks)
    assert 0 <= bound < 1
    assert lower_bound(right + 1, artworks + 1) > bound
    assert lower_bound(right, artworks + 1) < bound or right == 0
    assert bound <= right / max(1, artworks)


@pytest.mark.parametrize(
    ("right", "artworks", "target", "needed"),
    [(0, 0, 0.95, 59), (58, 58, 0.95, 1), (59, 59, 0.95, 0), (61, 62, 0.95, 31), (0, 0, 0.9, 29)],
)
def test_output_says_how_many_decisions_are_missing(right, artworks, target, needed):
    assert decisions_needed(right, artworks, target) == needed


@given(counts, st.floats(0.5, 0.99))
def test_what_is_needed_is_enough_and_one_less_is_not(counted, target):
    right, artworks = counted
    needed = decisions_needed(right, artworks, target)
    assert lower_bound(right + needed, artworks + needed) >= target
    assert not needed or lower_bound(right + needed - 1, artworks + needed - 1) < target
