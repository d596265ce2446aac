"""Nationalities in one spelling."""

import pytest
from hypothesis import given

from catalog.normalise.nationalities import parse_nationality

from .strategies import catalog_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("german", "German"),
        ("GERMAN", "German"),
        (" German ", "German"),
        ("Germany", "German"),
        ("German School", "German"),
        ("Netherlandish", "Netherlandish"),
        ("the Netherlands", "Dutch"),
        ("united  states", "American"),
        ("korean", "Korean"),
        ("Hispano-Flemish", "Hispano-Flemish"),
        ("Other", None),
        ("unknown", None),
        ("-", None),
        ("1601-1650", None),
        ("", None),
        (None, None),
    ],
)
def test_nationality(text, expected):
    assert parse_nationality(text) == expected


@given(catalog_text())
def test_a_nationality_is_its_own_spelling(text):
    name = parse_nationality(text)
    assert parse_nationality(name) == name
