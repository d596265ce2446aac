"""Lives of artists: expected rows, and what holds for any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.normalise.lifespans import OLDEST, Lifespan, parse_lifespan

from .rows import rows
from .strategies import catalog_text

PLACES = st.sampled_from(["Roma", "Köln", "St. Petersburg", "'s-Hertogenbosch", "Puria (Valsolda)"])


@pytest.mark.parametrize(
    "row", rows("lifespans", "drawn") + rows("lifespans", "odd"), ids=lambda row: row["given"]
)
def test_row(row):
    expected = {name: value for name, value in row.items() if name != "given"}
    assert parse_lifespan(row["given"]) == Lifespan(**expected)


def test_nothing_given_is_missing():
    assert parse_lifespan(None).certainty == "missing"


@given(catalog_text())
@example("²")
@example("(" + "9" * 5000)
@example("(active " + "1 " * 5000)
def test_any_text_gives_a_life_or_a_reason(text):
    life = parse_lifespan(text)
    years = (life.born, life.died, life.active_from, life.active_to)
    assert life.parsed == any(year is not None for year in years)
    assert (life.reason is not None) == (life.certainty == "refused")
    assert (life.born is None) == (life.born_certainty is None)
    assert (life.died is None) == (life.died_certainty is None)
    if life.born is not None and life.died is not None:
        assert 0 <= life.died - life.born <= OLDEST
    if life.active_from is not None and life.active_to is not None:
        assert life.active_from <= life.active_to
    for place in (life.born_place, life.died_place):
        assert place is None or place.strip()


@given(st.integers(100, 1990), st.integers(-5, 120), PLACES, PLACES)
def test_both_ways_of_writing_a_life_agree(born, age, born_place, died_place):
    died = born + age
    short = parse_lifespan(f"(c. {born:04}-{died:04})")
    long = parse_lifespan(f"(b. ca. {born:04}, {born_place}, d. {died:04}, {died_place})")
    if 0 <= age <= OLDEST:
        assert short == Lifespan(
            born, died, certainty="about", born_certainty="about", died_certainty="exact"
        )
        assert (long.born_place, long.died_place) == (born_place, died_place)
    else:
        assert short.certainty == "refused"
    assert (long.born, long.died, long.certainty) == (short.born, short.died, short.certainty)
