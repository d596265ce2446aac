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
        ("U.S.", "American"),
        ("American (born Germany)", "American"),
        ("American, born Germany", "American"),
        ("British, active in Italy", "British"),
        ("Italian, Florentine", "Italian"),
        ("Italy, Venice, 16th century", "Italian"),
        ("Greek, Attic", "Greek"),
        ("Japanese, 1797-1858", "Japanese"),
        ("Great Britain", "British"),
        ("South Korea", "South Korean"),
        ("Native American", "Native American"),
        ("Italian (Lombard) Painter", "Italian"),
        ("Italian Painter", "Italian"),
        ("American photographer", "American"),
        ("Painter", None),
        ("French or Flemish", None),
        ("American; German", None),
        ("American, German", None),
        ("Other", None),
        ("Undetermined", None),
        ("undetermined", None),
        ("Unknown", None),
        ("Nationality unknown", None),
        ("various", None),
        ("Various nationalities", None),
        ("Multiple", None),
        ("Unidentified", None),
        ("Not recorded", None),
        ("n/a", None),
        ("[unknown]", None),
        ("unbekannt", None),
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
