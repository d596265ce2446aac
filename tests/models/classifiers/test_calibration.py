import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifiers.calibration import (
    NEVER,
    Calibration,
    Predictions,
    accept_threshold,
    calibrate,
    fit_temperature,
    prior_shift,
    review_threshold,
    softmax,
)

guesses = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60)


def sampled(n: int, temperature: float, seed: int = 0):
    """Logits that are too sharp by so much for the labels drawn from them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, 4))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([rng.choice(4, p=row) for row in chances])
    return logits * temperature, labels


def likelihood(logits, labels, temperature):
    scaled = logits / temperature
    log_sum = np.log(np.exp(scaled - scaled.max(1, keepdims=True)).sum(1)) + scaled.max(1)
    return (log_sum - scaled[np.arange(len(labels)), labels]).mean()


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_the_temperature_is_found_again(temperature):
    logits, labels = sampled(4000, temperature)
    found = fit_temperature(logits, labels)
    assert found == pytest.approx(temperature, rel=0.1)
    best = likelihood(logits, labels, found)
    assert best <= likelihood(logits, labels, found * 1.02)
    assert best <= likelihood(logits, labels, found * 0.98)


def test_the_temperature_stays_within_bounds():
    perfect = np.eye(3)
    assert fit_temperature(perfect, np.arange(3)) == pytest.approx(0.05)
    assert fit_temperature(perfect, np.array([1, 2, 0])) == pytest.approx(20)
    assert fit_temperature(np.full((2, 3), 1e6), np.array([0, 1])) > 0


def test_probabilities_are_rounded_and_add_up():
    probabilities = softmax(np.array([[1000.0, 0.0, -1000.0], [0.1, 0.2, 0.3]]), 2.0)
    assert probabilities[0].tolist() == [1, 0, 0]
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=2e-4)
    assert (probabilities == np.round(probabilities, 4)).all()
    assert softmax(np.empty((0, 3))).shape == (0, 3)


@settings(max_examples=200, deadline=None)
@given(guesses, st.sampled_from([0.5, 0.8, 0.95]), st.sampled_from([1, 5, 20]))
def test_the_accepting_threshold_is_the_lowest_that_will_do(pairs, target, minimum):
    confidence = np.array([value / 20 for value, _ in pairs])
    correct = np.array([right for _, right in pairs])
    will_do = [
        level
        for level in sorted(set(confidence))
        if (confidence >= level).sum() >= minimum and correct[confidence >= level].mean() >= target
    ]
    found = accept_threshold(confidence, correct, target=target, minimum=minimum)
    assert found == (will_do[0] if will_do else NEVER)


@settings(max_examples=200, deadline=None)
@given(guesses)
def test_below_the_reviewing_threshold_guesses_are_worse_than_even(pairs):
    confidence = np.array([value / 20 for value, _ in pairs])
    correct = np.array([right for _, right in pairs])
    found = review_threshold(confidence, correct)
    below = confidence < found
    if below.any():
        assert correct[below].mean() < 0.5

    def saved(level):
        return (~correct[confidence < level]).sum() - correct[confidence < level].sum()

    levels = [0.0, *sorted(set(confidence)), NEVER]
    assert saved(found) == max(saved(level) for level in levels)


def test_calibration_brings_all_together():
    logits, labels = sampled(4000, 3.0)
    found = calibrate(logits, labels, target_precision=0.9)
    assert found.temperature == pytest.approx(3.0, rel=0.1)
    probabilities = softmax(logits, found.temperature)
    taken = probabilities.max(1) >= found.accept_threshold
    assert (probabilities.argmax(1) == labels)[taken].mean() >= 0.9
    assert taken.sum() >= 20
    assert 0.3 < found.review_threshold < 0.6 < found.accept_threshold < 1


def test_without_works_nothing_is_accepted():
    none = calibrate(np.empty((0, 3)), np.array([], np.int64))
    assert none == Calibration(1.0, NEVER, 0.0)


@pytest.mark.parametrize(
    ("counts", "shares", "expected"),
    [
        # after plain batches there is nothing to correct
        ([30, 6, 3], np.array([30, 6, 3]) / 39, np.zeros(2)),
        # after balanced ones it is the log of the prior but for a constant
        ([3000, 600, 300], [1 / 3] * 3, np.diff(np.log([3000, 600, 300]))),
        # half of it is left after batches by the root
        (
            [9000, 900, 90],
            np.sqrt([100, 10, 1]) / np.sqrt([100, 10, 1]).sum(),
            [np.log(0.1) / 2] * 2,
        ),
        # without works there is nothing to correct
        ([0, 0, 0], [0, 0, 0], np.zeros(2)),
        ([3, 4, 5], [0, 0, 0], np.zeros(2)),
    ],
)
def test_the_prior_is_corrected_as_far_as_batches_changed_it(counts, shares, expected):
    np.testing.assert_allclose(np.diff(prior_shift(counts, shares)), expected, atol=1e-2)


def test_a_style_without_works_is_the_least_likely_but_not_impossible():
    shift = prior_shift([30, 6, 0], [0.5, 0.5, 0])
    assert np.isfinite(shift).all()
    assert shift.argmin() == 2


def test_predictions_name_the_likeliest_styles_in_order():
    two = Predictions(("a", "b", "c"), np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]]))
    assert (len(two), two.labels.tolist(), two.names) == (2, [1, 0], ["b", "a"])
    assert two.confidence.tolist() == [0.5, 0.4]
    assert two.top(0) == [("b", 0.5), ("c", 0.3), ("a", 0.2)]
    assert two.top(1, 2) == [("a", 0.4), ("c", 0.4)]
    none = Predictions(("a", "b"), np.empty((0, 2)))
    assert (len(none), none.names, none.confidence.tolist()) == (0, [], [])
