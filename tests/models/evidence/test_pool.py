import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import log_softmax

from models.evidence.pool import METHODS, Pool, fit_pool, log_loss


def observed(rng, labels, signal, styles=4):
    """Log-probabilities of a classifier whose scores carry so much signal."""
    scores = rng.normal(size=(len(labels), styles))
    scores[np.arange(len(labels)), labels] += signal
    return log_softmax(scores, axis=1)


@pytest.fixture
def strong_and_weak():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 1500)
    return [observed(rng, labels, 2.5), observed(rng, labels, 0.5)], labels


@pytest.mark.parametrize("method", METHODS)
def test_a_pool_is_better_than_its_best_evidence_and_weighs_that_most(method, strong_and_weak):
    evidence, labels = strong_and_weak
    pool = fit_pool(method, evidence, labels)
    assert pool.weights[0] > pool.weights[1] >= 0
    # the pull to equal weights costs a mixture of such unequal evidence next to nothing
    assert (
        log_loss(pool.log_probabilities(evidence), labels) <= log_loss(evidence[0], labels) + 3e-3
    )


def test_a_log_linear_pool_of_independent_evidence_beats_a_mixture(strong_and_weak):
    evidence, labels = strong_and_weak
    losses = {
        method: log_loss(fit_pool(method, evidence, labels).log_probabilities(evidence), labels)
        for method in METHODS
    }
    assert losses["log-linear"] < losses["linear"] - 0.01


def test_a_pool_of_one_evidence_is_temperature_scaling():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 4, 2000)
    honest = observed(rng, labels, 2.0)
    overconfident = log_softmax(3 * honest, axis=1)
    pool = fit_pool("log-linear", [overconfident], labels)
    honest_weight = fit_pool("log-linear", [honest], labels).weights[0]
    assert pool.weights[0] == pytest.approx(honest_weight / 3, rel=0.02)


def test_biases_follow_a_style_that_the_evidence_underrates():
    labels = np.array([0] * 300 + [1] * 100)
    flat = np.log(np.full((400, 2), 0.5))
    found = fit_pool("log-linear with biases", [flat], labels).log_probabilities([flat])
    assert np.exp(found[0, 0]) == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize(
    ("method", "weights", "expected"),
    [
        ("log-linear", (1.0, 0.5), (0.8 * 0.2**0.5, 0.2 * 0.8**0.5)),
        ("linear", (0.75, 0.25), (0.65, 0.35)),  # the weighted mean of probabilities
    ],
)
def test_probabilities_of_hand_computed_pools(method, weights, expected):
    pool = Pool(method=method, weights=weights)
    found = np.exp(pool.log_probabilities([np.log([[0.8, 0.2]]), np.log([[0.2, 0.8]])]))
    assert found[0] == pytest.approx(np.array(expected) / sum(expected))


def test_no_evidence_alone_excludes_a_style():
    pool = Pool(method="log-linear", weights=(1.0, 1.0))
    certain = np.array([[0.0, -np.inf]])
    against = np.log([[1e-5, 1 - 1e-5]])
    assert np.isfinite(pool.log_probabilities([certain, against])).all()


@settings(max_examples=50)
@given(
    st.sampled_from(METHODS),
    arrays.arrays(np.float64, (3, 4), elements=st.floats(-50, 50)),
    arrays.arrays(np.float64, (3, 4), elements=st.floats(-50, 50)),
    st.tuples(st.floats(0, 4), st.floats(0, 4)),
)
def test_every_pool_gives_probabilities(method, one, other, weights):
    pool = Pool(method=method, weights=weights)
    logs = [log_softmax(one, axis=1), log_softmax(other, axis=1)]
    assert np.exp(pool.log_probabilities(logs)).sum(1) == pytest.approx(np.ones(3))
