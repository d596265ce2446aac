"""Nationalities in one spelling."""

import pytest
from hypothesis import given

from catalog.normalise.nationalities import parse_nationality

from .rows import pairs
from .strategies import catalog_text


@pytest.mark.parametrize(("text", "expected"), pairs("nationalities", "spellings"))
def test_nationality(text, expected):
    assert parse_nationality(text) == expected


@given(catalog_text())
def test_a_nationality_is_its_own_spelling(text):
    name = parse_nationality(text)
    assert parse_nationality(name) == name
