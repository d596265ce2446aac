"""Batched nearest neighbours equal those of a full sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enrichment.vectors import DIGITS, nearest, unit


def by_sorting(asked, others, count, floor):
    """The positions of the nearest, as everybody would write it."""
    similarities = (asked @ others.T).round(DIGITS)
    order = [np.lexsort((np.arange(len(others)), -row)) for row in similarities]
    return [
        [at for at in found if row[at] >= floor][:count]
        for found, row in zip(order, similarities, strict=True)
    ]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    others=st.integers(1, 30),
    count=st.integers(1, 6),
    floor=st.sampled_from([-1.0, 0.0, 0.6]),
    size=st.integers(1, 9),
)
def test_batches_in_any_order_give_what_sorting_gives(seed, others, count, floor, size):
    rng = np.random.default_rng(seed)
    asked = unit(rng.integers(-1, 2, (5, 3)).astype(np.float32))  # few directions: many are equal
    given = unit(rng.integers(-1, 2, (others, 3)).astype(np.float32))
    shuffled = rng.permutation(others)
    parts = [shuffled[start : start + size] for start in range(0, others, size)]
    found = nearest(asked, ((part, given[part]) for part in parts), count, floor)
    positions = [[at for at in row if at >= 0] for row in found.position.tolist()]
    assert positions == by_sorting(asked, given, count, floor)
    assert np.isneginf(found.similarity[found.position < 0]).all()


def test_a_vector_without_length_is_near_nothing():
    assert unit(np.zeros((1, 3), np.float32)).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("others", [[], [(np.arange(1), np.ones((1, 2), np.float32))]])
def test_fewer_others_than_asked_for(others):
    found = nearest(unit(np.ones((1, 2), np.float32)), others, 3, 0.0)
    assert (found.position >= 0).sum() == len(others)
