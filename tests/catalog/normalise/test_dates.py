"""Dates of works: expected rows, and what holds for any text."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.normalise.dates import Date, parse_date

from .rows import rows
from .strategies import catalog_text

YEARS = st.integers(1, 2100)


@pytest.mark.parametrize(
    "row",
    [row for part in ("drawn", "odd", "museums") for row in rows("dates", part)],
    ids=lambda row: row[0],
)
def test_row(row):
    text, *expected = row
    assert parse_date(text) == Date(*expected)


def test_nothing_given_is_missing():
    assert parse_date(None).certainty == "missing"


@given(catalog_text())
@example("²")
@example("9" * 5000)
@example("1 " * 5000)
def test_any_text_gives_a_date_or_a_reason(text):
    date = parse_date(text)
    assert date.parsed == (date.certainty not in ("missing", "refused"))
    assert (date.reason is not None) == (date.certainty == "refused")
    years = [year for year in (date.earliest, date.latest) if year is not None]
    assert years == sorted(years)
    assert all(year != 0 and year <= 2100 for year in years)
    assert (date.earliest is None) == (date.certainty in ("before", "missing", "refused"))
    assert (date.latest is None) == (date.certainty in ("after", "missing", "refused"))


@given(catalog_text())
def test_capitals_and_space_around_mean_nothing(text):
    if text.isascii():
        assert parse_date(f"  {text.upper()} ") == parse_date(text.lower())


@given(YEARS)
def test_a_year_is_that_year(year):
    assert parse_date(f"{year:04}") == Date(year, year, "exact")
    assert parse_date(f"c. {year:04}") == Date(year, year, "about")
    assert parse_date(f"after {year:04}") == Date(year, None, "after")
    assert parse_date(f"before {year:04}") == Date(None, year, "before")
    assert parse_date(f"May {year:04}, Arles") == Date(year, year, "exact")


@given(YEARS, YEARS, st.sampled_from(["-", "–", "/", " to ", " - "]))
def test_two_years_are_a_range_or_refused(first, second, sign):
    date = parse_date(f"{first:04}{sign}{second:04}")
    if first < second or (first > second and sign == "/"):
        assert date == Date(min(first, second), max(first, second), "range")
    elif first == second:
        assert date == Date(first, first, "exact")
    elif sign != "/":
        assert date.certainty == "refused"


@given(st.integers(1, 21), st.sampled_from([("half", 2), ("third", 3), ("quarter", 4)]))
def test_parts_of_a_century_make_it_up(century, part):
    name, count = part
    words = ("first", "second", "third", "fourth")[:count]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(
        century % 10 if century not in (11, 12, 13) else 0, "th"
    )
    whole = parse_date(f"{century}{suffix} century")
    parts = [parse_date(f"{word} {name} of the {century}{suffix} century") for word in words]
    assert (whole.earliest, whole.latest) == (100 * century - 99, 100 * century)
    assert (parts[0].earliest, parts[-1].latest) == (whole.earliest, whole.latest)
    assert all(a.latest + 1 == b.earliest for a, b in pairwise(parts))
