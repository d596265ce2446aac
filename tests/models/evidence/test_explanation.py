import numpy as np
import pytest

from catalog.storage.schemas import TABLES
from models.evidence.explanation import (
    MIN_CHANGE,
    SHOWN,
    as_column,
    because,
    describe_facts,
    explain,
    fact_influence,
)
from models.facts.features import GROUPS, hide
from tests.models.evidence.building import artworks, classifier, evidence, pool
from tests.models.facts.building import facts

COLUMN = TABLES["predictions"].schema.field("evidence").type
SUNRISE = {"image_sha256": "a", "date_earliest": 1885, "date_latest": 1885, "nationality": "French"}
SUNRISE |= {"technique": "oil on canvas", "others": {"Impressionism": 31, "Realism": 2}}


@pytest.fixture
def explained():
    """What is explained of an artwork with all evidence, one with facts, and one with nothing."""
    pools = {kind: pool(1.0) for kind in ("image", "facts", "other works")}
    model = classifier(pools | {"image+facts+other works": pool(0.5, 1.0, 0.5)})
    given = artworks(SUNRISE, {"born": 1606, "died": 1669, "form": "painting"}, {})
    about = evidence(
        3,
        image={0: (0.26, 0.26, 0.48)},
        facts={0: (0.09, 0.1, 0.81), 1: (0.7, 0.2, 0.1)},
        other_works={0: (0.01, 0.07, 0.92)},
    )
    return explain(model, given, about, model.combine(about))


def test_the_evidence_is_written_as_one_line_each(explained):
    assert because(explained) == [
        "image: Impressionism .48; facts: Impressionism .81 (1885, French, oil on canvas); "
        "other works: 31 of 33 Impressionism",
        "facts: Baroque .70 (artist 1606-1669, painting)",
        "",
    ]


def test_the_evidence_is_a_column_of_structs(explained):
    column = as_column(explained, COLUMN)
    assert column.type == COLUMN
    first, second, third = column.to_pylist()
    assert [tuple(each.values()) for each in first] == [
        ("image", "Impressionism", 0.48, 0.25, None),
        ("facts", "Impressionism", 0.81, 0.5, "1885, French, oil on canvas"),
        ("other works", "Impressionism", 0.92, 0.25, "31 of 33"),
    ]
    assert [(each["evidence"], each["weight"]) for each in second] == [("facts", 1.0)]
    assert third == []


LIKELY = {0: (0.8, 0.1, 0.1)}
LINES = {
    "calibrated by its own pool": (
        *({"facts": pool(0.5)}, {"born": 1606}),
        *({"facts": LIKELY}, "facts: Baroque .59 (artist 1606-)"),
    ),
    "evidence that the prediction does not rest on": (
        *({"facts": pool(1.0, artworks=100), "image": pool(1.0)}, {"nationality": "Dutch"}),
        *({"image": LIKELY, "facts": LIKELY}, "facts: Baroque .80 (Dutch)"),
    ),
    "labels of unknown styles": (
        {"other works": pool(1.0)},
        {"others": {"Cubism": 9, "Realism": 3, "Baroque": 1}},
        *({"other_works": {0: (0.2, 0.7, 0.1)}}, "other works: 3 of 4 Realism"),
    ),
}


@pytest.mark.parametrize(("pools", "row", "known", "line"), LINES.values(), ids=LINES)
def test_a_line_names_what_counts(pools, row, known, line):
    model, given, about = classifier(pools), artworks(row), evidence(1, **known)
    assert because(explain(model, given, about, model.combine(about))) == [line]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, ""),
        ({"date_earliest": 1872, "date_latest": 1874}, "1872-1874"),
        ({"date_latest": 1874, "form": "painting"}, "1874, painting"),
        ({"died": 1669}, "artist ?-1669"),
        ({"active_from": 1500, "active_to": 1520}, "artist active 1500-1520"),
        ({"form": "painting", "technique": "oil"}, "oil"),
    ],
)
def test_facts_are_named_from_the_most_telling(facts, line):
    (row,) = artworks(facts).to_pylist()
    assert describe_facts(row) == line


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
