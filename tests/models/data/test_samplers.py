from collections import Counter
from functools import partial

import numpy as np
import pytest

from models.data.samplers import BalancedBatchSampler, ShuffledBatchSampler

LABELS = [0] * 100 + [1] * 3 + [4] * 30 + [7] * 9


def balanced(**settings):
    shape = {"styles_per_batch": 3, "works_per_style": 4}
    return BalancedBatchSampler(LABELS, **(shape | settings))


def test_a_small_style_repeats_its_works_evenly():
    seen = [batch for batch in balanced().epoch(1) if any(LABELS[w] == 1 for w in batch)]
    assert seen
    for batch in seen:
        times = Counter(work for work in batch if LABELS[work] == 1)
        assert sorted(times.values()) == [1, 1, 2]
    # a large style repeats none
    for batch in balanced(styles_per_batch=4, works_per_style=9).epoch(1):
        works = [work for work in batch if LABELS[work] in (0, 4, 7)]
        assert len(set(works)) == len(works) == 27


def test_an_epoch_shows_as_many_images_as_there_are_works_in_batches_of_so_many_styles():
    sampler = balanced()
    batches = list(sampler.epoch(1))
    for batch in batches:
        assert sorted(Counter(LABELS[work] for work in batch).values()) == [4, 4, 4]
    assert len(batches) == len(sampler) == 12
    assert sum(map(len, batches)) >= len(LABELS) > sum(map(len, batches[:-1]))


def test_fewer_styles_than_asked_for_are_all_taken():
    batches = list(balanced(styles_per_batch=8).epoch(1))
    assert all({LABELS[work] for work in batch} == {0, 1, 4, 7} for batch in batches)
    assert sum(map(len, batches)) >= len(LABELS)


@pytest.mark.parametrize("weighting", ["uniform", "square-root"])
def test_styles_are_shown_as_often_as_said(weighting):
    sampler = balanced(weighting=weighting)
    shown = np.zeros(9)
    for epoch in range(150):
        for batch in sampler.epoch(epoch):
            shown += np.bincount([LABELS[work] for work in batch], minlength=9)
    shares = sampler.shares(9)
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(shown / shown.sum(), shares, atol=0.01)
    roots = np.sqrt([100, 3, 30, 9])
    expected = roots / roots.sum() if weighting == "square-root" else [0.25] * 4
    np.testing.assert_allclose(shares[[0, 1, 4, 7]], expected)


@pytest.mark.parametrize("make", [balanced, partial(ShuffledBatchSampler, LABELS, batch_size=32)])
def test_batches_follow_from_seed_and_epoch(make):
    batches = list(make(seed=1).epoch(2))
    assert batches == list(make(seed=1).epoch(2))
    assert batches != list(make(seed=1).epoch(3))
    assert batches != list(make(seed=2).epoch(2))


def test_shuffled_batches_show_every_work_once():
    sampler = ShuffledBatchSampler(LABELS, batch_size=32)
    batches = list(sampler.epoch(0))
    assert [len(batch) for batch in batches] == [32, 32, 32, 32, 14]
    assert len(sampler) == 5
    assert sorted(work for batch in batches for work in batch) == list(range(len(LABELS)))
    np.testing.assert_allclose(sampler.shares(9)[[0, 1, 2]], [100 / 142, 3 / 142, 0])
