"""Nationalities in one spelling, and timeframes."""

import pytest
from hypothesis import given

from catalog.normalise.nationalities import parse_nationality
from catalog.normalise.timeframes import Timeframe, parse_timeframe

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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1601-1650", Timeframe(1601, 1650)),
        ("0801-0850", Timeframe(801, 850)),
        ("1851–1900", Timeframe(1851, 1900)),
        ("-", Timeframe()),
        (None, Timeframe()),
        ("17th", Timeframe(reason="not two years of four digits")),
        ("1650-1601", Timeframe(reason="the years are in the wrong order or out of range")),
    ],
)
def test_timeframe(text, expected):
    assert parse_timeframe(text) == expected


@given(catalog_text())
def test_any_text_gives_a_timeframe_a_reason_or_nothing(text):
    frame = parse_timeframe(text)
    assert (frame.first is None) == (frame.last is None)
    assert frame.first is None or frame.first < frame.last
    assert frame.first is None or frame.reason is None
