"""Sizes of works: expected rows, and what holds for any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.normalise.sizes import MAX_CM, Size, parse_size

from .rows import rows
from .strategies import catalog_text


@pytest.mark.parametrize(
    "row",
    rows("sizes", "rows") + rows("sizes", "museums"),
    ids=lambda row: row[0].replace("\n", " "),
)
def test_row(row):
    text, *expected = row
    assert parse_size(text) == Size(*expected)


def test_nothing_given_is_missing():
    assert parse_size(None) == Size()


@given(catalog_text())
@example("²")
@example("0()")
@example("9" * 5000)
@example("1 x " * 5000)
def test_any_text_gives_a_size_or_a_reason_or_nothing(text):
    size = parse_size(text)
    sides = (size.height_cm, size.width_cm, size.depth_cm, size.diameter_cm)
    assert all(0 < side <= MAX_CM for side in sides if side is not None)
    assert size.parsed == any(side is not None for side in sides)
    assert not (size.parsed and size.reason)


@given(st.integers(0, 99), st.integers(1, 63), st.sampled_from([2, 4, 8, 16, 32, 64]))
def test_a_fraction_of_an_inch_is_read_wherever_it_stands(whole, upper, lower):
    upper %= lower
    fraction = f"{upper}/{lower}" if upper else ""
    side = f"{whole or ''} {fraction}".strip() or "1"
    inches = (whole + upper / lower) or 1
    sides = [round(2.54 * each, 2) for each in (inches, 1.5, 6)]
    if sides[0]:
        assert parse_size(f"{side} x 1 1/2 x 6 in.") == Size(*sides)
        assert parse_size(f'6" x 1 1/2" x {side}"') == Size(*sides[::-1])


@given(
    st.integers(1, 29_999),
    st.integers(1, 29_999),
    st.sampled_from(["x", "×", " x ", " X ", " by "]),
    st.sampled_from(",."),
)
def test_height_comes_before_width(height, width, sign, point):
    text = f"{height / 10}{sign}{width / 10} cm".replace(".", point)
    assert parse_size(text) == Size(height / 10, width / 10)
    assert parse_size(f"{height}{sign}{width} mm") == Size(height / 10, width / 10)
