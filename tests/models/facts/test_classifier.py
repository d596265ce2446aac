import numpy as np
import pytest
from scipy.special import log_softmax

from models.facts.classifier import Scaling, calibrate, fit_scaling


def drawn(sharpness, offsets, rows=20_000):
    """Scores, and labels that are as likely as the scores say once they are scaled so."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(rows, len(offsets))) * 2
    likely = np.exp(log_softmax(scores * sharpness + offsets, axis=1))
    return scores, (likely.cumsum(1) < rng.random((rows, 1))).sum(1)


def test_a_scaling_is_found_again():
    scaling = fit_scaling(*drawn(0.5, [0.3, 0.0, -0.3]))
    assert scaling.temperature == pytest.approx(2, rel=0.05)
    np.testing.assert_allclose(scaling.offsets, [0.3, 0, -0.3], atol=0.06)


def test_probabilities_become_true():
    scores, labels = drawn(0.4, [0.5, 0.0, -0.5])
    logs = fit_scaling(scores, labels).log_probabilities(scores)
    np.testing.assert_allclose(np.exp(logs).sum(1), 1)
    assert np.exp(logs.max(1)).mean() == pytest.approx((logs.argmax(1) == labels).mean(), abs=0.015)
    shares = np.bincount(labels) / len(labels)
    np.testing.assert_allclose(np.exp(logs).mean(0), shares, atol=0.02)


def test_labels_that_are_all_right_stay_within_limits():
    scaling = fit_scaling(np.eye(3)[[0, 1, 2] * 5], np.array([0, 1, 2] * 5))
    assert 0.05 <= scaling.temperature < 0.1
    assert Scaling.model_validate_json(scaling.model_dump_json()) == scaling


def test_each_pattern_has_its_scaling():
    scores = np.array([[2.0, 0.0]] * 3)
    scalings = {"date": Scaling(temperature=2), "life": Scaling(offsets=(0.0, 1.0))}
    found = calibrate(scores, np.array(["date", "life", "other"]), scalings)
    np.testing.assert_allclose(found, log_softmax([[1.0, 0], [2.0, 1.0], [2.0, 0]], axis=1))
