"""Lives of artists: expected rows, and what holds for any text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.normalise.lifespans import OLDEST, Lifespan, parse_lifespan, split_lives

from .rows import rows
from .strategies import catalog_text

PLACES = st.sampled_from(["Roma", "Köln", "St. Petersburg", "'s-Hertogenbosch", "Puria (Valsolda)"])


@pytest.mark.parametrize(
    "row",
    [row for part in ("drawn", "odd", "museums") for row in rows("lifespans", part)],
    ids=lambda row: row["given"],
)
def test_row(row):
    expected = {name: value for name, value in row.items() if name != "given"}
    assert parse_lifespan(row["given"]) == Lifespan(**expected)


@pytest.mark.parametrize("row", rows("lifespans", "several"), ids=lambda row: row["given"])
def test_several_lives_in_one_text(row):
    assert [list(parse_lifespan(life)[:2]) for life in split_lives(row["given"])] == row["lives"]


def test_nothing_given_is_missing():
    assert parse_lifespan(None) == Lifespan()


@given(catalog_text())
@example("²")
@example("(" + "9" * 5000)
@example("(active " + "1 " * 5000)
@example("1000" + "-. " * 90)
def test_any_text_gives_a_life_or_a_reason(text):
    life = parse_lifespan(text)
    years = (life.born, life.died, life.active_from, life.active_to)
    assert life.reason is None or not any(years)
    if life.born is not None and life.died is not None:
        assert 0 <= life.died - life.born <= OLDEST
    if life.active_from is not None and life.active_to is not None:
        assert life.active_from <= life.active_to


@settings(deadline=None)
@given(st.integers(1000, 1990), st.integers(-5, 120), PLACES, PLACES)
def test_all_ways_of_writing_a_life_agree(born, age, born_place, died_place):
    died = born + age
    lives = [
        parse_lifespan(text)
        for text in (
            f"(c. {born}-{died:04})",
            f"(b. ca. {born}, {born_place}, d. {died:04}, {died_place})",
            f"French, {born}–{died:04}",
            f"August 2, {born}-March 15, {died:04}",
            f"{born}-08-02 - {died:04}-03-15",
            f"{born_place} {born}–{died:04} {died_place}",
        )
    ]
    assert {life.reason is None for life in lives} == {0 <= age <= OLDEST}
    years = (born, died) if 0 <= age <= OLDEST else (None, None)
    assert {(life.born, life.died) for life in lives} == {years}
