"""Texts without markup, and names that were read in the wrong encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.markup import plain_text, plain_title, repair

from .rows import cases, rows
from .strategies import catalog_text

REPAIRED = cases("artists", "repaired")
RIGHT = rows("artists", "right")


@pytest.mark.parametrize(("given_title", "plain"), cases("titles", "plain"))
def test_a_plain_title(given_title, plain):
    assert plain_title(given_title) == plain


@given(st.text(max_size=40) | st.text("<>/&;#ibr_* x3", max_size=20))
def test_any_title_stays_a_title(title):
    assert isinstance(plain_text(title), str)
    assert bool(plain_title(title)) == bool(title)


@pytest.mark.parametrize(("wrong", "right"), REPAIRED)
def test_wrongly_read_names_are_repaired(wrong, right):
    assert repair(wrong) == right
    assert repair(right) == right


@pytest.mark.parametrize("name", RIGHT)
def test_right_names_stay(name):
    assert repair(name) == name


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_stay(text):
    assert repair(text) == text


@given(catalog_text())
def test_any_text_can_be_given(text):
    assert isinstance(repair(text), str)


@pytest.mark.parametrize("right", [*(right for _, right in REPAIRED), *RIGHT])
def test_utf_8_read_as_windows_1252_comes_back_or_stays(right):
    try:
        wrong = right.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        pytest.skip("has bytes that Windows-1252 has no sign for")
    assert repair(wrong) in (right, wrong)
