import numpy as np
import pytest

from models.facts.classifier import FactsClassifier
from models.facts.training import train_facts
from tests.models.facts.building import STYLES, facts, labelled


@pytest.fixture(scope="module")
def classifier() -> FactsClassifier:
    return train_facts(labelled(60), STYLES, seed=1, rounds=15)[0]


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
