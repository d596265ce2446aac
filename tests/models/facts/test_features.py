import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.facts.features import (
    COLUMNS,
    GROUPS,
    PATTERNS,
    FactEncoding,
    fact_pattern,
    has_facts,
    hide,
    learn_encoding,
)
from tests.models.facts.building import SCHEMA, facts

MONET = {"date_earliest": 1872, "date_latest": 1874, "born": 1840, "died": 1926}
MONET |= {"nationality": "French", "technique": "Oil on canvas", "form": "painting"}
MONET |= {"height_cm": 48.0, "width_cm": 63.0}
ENCODING = FactEncoding(
    nationalities=("french", "dutch"), forms=("painting",), technique_words=("oil", "bronze")
)


def test_an_artwork_in_numbers():
    features = ENCODING.encode(facts(MONET))[0]
    years, sizes, rest = features[:14], features[14:19], features[19:]
    assert years.tolist()[:7] == [1872, 1874, 1873, 2, 1840, 1926, 86]
    assert np.isnan(years[7:9]).all()
    assert years.tolist()[9:] == [1840, 1926, 1883, 33, 53]
    np.testing.assert_allclose(sizes, [48, 63, np.nan, 48 / 63, 48 * 63])
    assert rest.tolist() == [1, 0, 1, 1, 0]


def test_what_is_unknown_is_missing_and_what_is_another_is_zero():
    nothing, other = ENCODING.encode(facts({}, {"nationality": "Peruvian", "technique": "wax"}))
    assert np.isnan(nothing).all()
    assert np.isnan(other[:19]).all()
    assert other[19:21].tolist() == other[22:].tolist() == [0, 0]
    assert np.isnan(other[21])


@pytest.mark.parametrize(
    ("given", "places", "expected"),
    [
        ({"active_from": 1470, "active_to": 1490}, range(7, 12), [1470, 1490, 1445, 1490, 1467.5]),
        ({"timeframe_from": 1451}, [7, 9, 10], [1451, 1426, 1486]),
        ({"born": 1600}, [9, 10, 11], [1600, 1660, 1630]),
        ({"died": 1660}, [9, 10, 11], [1600, 1660, 1630]),
        ({"diameter_cm": 20.0}, [14, 15, 17, 18], [20, 20, 1, 400]),
        ({"height_cm": 3.0, "width_cm": 0.0}, [17], [np.nan]),  # nothing has no shape
    ],
)
def test_what_is_known_stands_in_for_what_is_not(given, places, expected):
    np.testing.assert_equal(ENCODING.encode(facts(given))[0, list(places)], expected)


def test_the_encoding_learns_what_several_artists_share():
    table = facts(
        *({"nationality": "French", "technique": "Oil on canvas"} for _ in range(3)),
        *({"nationality": "Dutch", "technique": "etching"} for _ in range(3)),
    )
    encoding = learn_encoding(table, np.array([1, 2, 3, 4, 4, 4]))
    assert encoding == FactEncoding(nationalities=("french",), technique_words=("canvas", "oil"))
    assert FactEncoding.model_validate_json(encoding.model_dump_json()) == encoding


def test_patterns_name_the_known_facts_of_three():
    table = facts(MONET, {"born": 1840}, {"date_latest": 1500, "nationality": "x"}, {"form": "a"})
    assert fact_pattern(table).tolist() == ["date+life+place", "life", "date+place", "other"]
    assert len(set(PATTERNS)) == 8


def test_a_fact_is_hidden_in_some_rows_or_in_all():
    table = facts(MONET, MONET)
    assert fact_pattern(hide(table, "date", np.array([True, False]))).tolist() == [
        "life+place",
        "date+life+place",
    ]
    for group in GROUPS:
        table = hide(table, group)
    assert table.schema.names == list(COLUMNS)
    assert not has_facts(table).any()
    assert has_facts(facts(MONET, {})).tolist() == [True, False]


def _values(kind):
    number = st.integers(-(2**63), 2**63 - 1) if pa.types.is_integer(kind) else st.floats()
    return st.none() | (st.text(max_size=12) if pa.types.is_string(kind) else number)


@settings(max_examples=40)
@given(st.fixed_dictionaries({field.name: _values(field.type) for field in SCHEMA}))
def test_whatever_a_catalog_says_becomes_numbers(row):
    assert ENCODING.encode(facts(row)).shape == (1, ENCODING.width)
