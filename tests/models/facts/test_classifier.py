import numpy as np
import pytest

from models.facts.classifier import FactsClassifier
from models.facts.features import hide
from models.facts.training import cross_validate_facts, train_facts
from tests.models.facts.building import STYLES, facts, labelled


@pytest.fixture(scope="module")
def classifier() -> FactsClassifier:
    table = labelled(60)
    folds = table["fold"].to_numpy()
    found = cross_validate_facts(table, STYLES, folds, seed=1, rounds=15)
    return train_facts(table, STYLES, seed=1, rounds=15, out_of_fold=found)


def test_it_predicts_from_any_subset_of_facts(classifier):
    table = facts(
        {"born": 1500, "died": 1560, "nationality": "Italian"},
        {"date_earliest": 1540, "date_latest": 1541, "nationality": "Dutch"},
        {"born": 1720, "died": 1780},
        {"technique": "oil on canvas"},
    )
    logs = classifier.log_probabilities(table)
    np.testing.assert_allclose(np.exp(logs).sum(1), 1)
    assert [classifier.styles[best] for best in logs.argmax(1)[:3]] == [
        "Mannerism",
        "Northern Renaissance",
        "Rococo",
    ]
    assert np.exp(logs).max(1)[3] < np.exp(logs).max(1)[0]


def test_a_fact_left_out_is_a_fact_not_given(classifier):
    table = facts({"born": 1720, "died": 1780, "nationality": "Italian"})
    without = classifier.without(table, "life")
    np.testing.assert_array_equal(without, classifier.log_probabilities(hide(table, "life")))
    assert without[0, 3] < classifier.log_probabilities(table)[0, 3]
