import numpy as np
import pytest

from models.facts.features import hide
from models.versions import storage
from models.versions.serving import Serving
from reports.review.content import influence_of_facts
from tests.building import put
from tests.models.evidence.building import artworks, classifier, pool

PAINTED = {"born": 1700, "died": 1760, "nationality": "French", "technique": "oil on canvas"}


@pytest.fixture
def served(home, trained_facts):
    put(home, "artworks", {"artwork_id": "x:1", **PAINTED}, {"artwork_id": "x:2"})
    model = classifier({"facts": pool(1.0)}, facts=trained_facts)
    given = {"scheme": "artist", "preset": "quick", "training_key": "ab12"}
    return home, Serving(storage.save(home, model, **given), "fp32", (), "", evidence=("facts",))


def test_the_facts_that_mattered_most_come_first(served, trained_facts):
    home, serving = served
    found = influence_of_facts(home, serving, ["x:2", "x:1", "x:3"])
    assert set(found) == {"x:1", "x:2"}
    assert found["x:2"] == []  # nothing is known of it
    table = artworks(PAINTED)
    alone = trained_facts.log_probabilities(table)
    best = int(alone.argmax())
    fact, change = found["x:1"][0]
    without = trained_facts.log_probabilities(hide(table, fact))
    expected = np.exp(alone[0, best]) - np.exp(without[0, best])
    assert change == pytest.approx(expected)
    changes = [abs(each) for _, each in found["x:1"]]
    assert changes == sorted(changes, reverse=True)
    assert fact == "life"


@pytest.mark.parametrize("evidence", [("image",), ()])
def test_a_champion_without_facts_has_none_that_mattered(home, evidence):
    serving = Serving("0" * 16, "fp32", (), "", evidence=evidence)
    assert influence_of_facts(home, serving, ["x:1"]) == {}
    assert influence_of_facts(home, None, ["x:1"]) == {}
