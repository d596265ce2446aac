import numpy as np
import pytest

from models.evidence.influence import MIN_CHANGE, SHOWN, fact_influence
from models.facts.features import GROUPS, hide
from tests.models.facts.building import facts


def test_the_influence_of_a_fact_is_what_leaving_it_out_changes(trained_facts):
    table = facts(
        {"born": 1720, "died": 1780, "date_earliest": 1750, "nationality": "Italian"},
        {"born": 1500, "died": 1560, "technique": "bronze"},
    )
    whole = np.exp(trained_facts.log_probabilities(table))
    for row, named in enumerate(fact_influence(trained_facts, table)):
        best = whole[row].argmax()
        expected = {
            group: (whole - np.exp(trained_facts.log_probabilities(hide(table, group))))[row, best]
            for group in GROUPS
        }
        assert 1 <= len(named) <= SHOWN
        assert dict(named) == pytest.approx({group: expected[group] for group, _ in named})
        sizes = [abs(change) for _, change in named]
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) >= MIN_CHANGE
        assert max(map(abs, expected.values())) == pytest.approx(sizes[0])
        assert named[0][0] == "life"


def test_facts_that_are_not_given_have_no_influence(trained_facts):
    (named,) = fact_influence(trained_facts, facts({"born": 1720, "died": 1780}))
    assert [group for group, _ in named] == ["life"]
    assert fact_influence(trained_facts, facts()) == []
