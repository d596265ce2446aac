import numpy as np
import pytest

from models.classifiers.priors import prior_shift


def test_after_plain_batches_there_is_nothing_to_correct():
    counts = [30, 6, 3]
    shift = prior_shift(counts, np.array(counts) / 39)
    np.testing.assert_allclose(shift, 0, atol=1e-12)


def test_after_balanced_batches_it_is_the_log_of_the_prior_but_for_a_constant():
    counts = np.array([3000, 600, 300])
    shift = prior_shift(counts, [1 / 3] * 3)
    np.testing.assert_allclose(np.diff(shift), np.diff(np.log(counts)), atol=1e-2)


def test_half_of_it_is_left_after_batches_by_the_root():
    counts = np.array([9000, 900, 90])
    roots = np.sqrt(counts)
    shift = prior_shift(counts, roots / roots.sum())
    np.testing.assert_allclose(np.diff(shift), np.diff(np.log(counts)) / 2, atol=1e-2)


def test_a_style_without_works_is_the_least_likely_but_not_impossible():
    shift = prior_shift([30, 6, 0], [0.5, 0.5, 0])
    assert np.isfinite(shift).all()
    assert shift.argmin() == 2


@pytest.mark.parametrize(("counts", "shares"), [([0, 0], [0, 0]), ([3, 4], [0, 0])])
def test_without_works_there_is_nothing_to_correct(counts, shares):
    assert prior_shift(counts, shares).tolist() == [0, 0]
