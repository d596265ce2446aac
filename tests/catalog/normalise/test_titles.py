import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalise.titles import read_title, restore_capitals

from .rows import cases


@pytest.mark.parametrize(("title", "restored"), cases("titles", "restored"))
def test_capitals_come_back(title, restored):
    assert restore_capitals(title) == restored


@pytest.mark.parametrize("title", ["Water-lilies", "view of Delft", "THE NIGHT WATCH"])
def test_a_title_with_a_capital_is_left_alone(title):
    assert restore_capitals(title) == title


@given(st.text(max_size=40) | st.text("aidxvl'’-( .:", max_size=20))
def test_only_case_and_spaces_change(title):
    restored = restore_capitals(title)
    assert restored.casefold() == " ".join(title.split()).casefold()
    assert restore_capitals(restored) == restored


MONET = ("MONET, Claude", "1872.0", "64.62a")


@pytest.mark.parametrize(("given", "title"), cases("titles", "freed"))
def test_a_title_is_freed_of_files_and_other_fields(given, title):
    assert read_title(given, *MONET) == title
    assert title is None or read_title(title, *MONET) == title


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("$he", "$he"),
        ("0 through 9", "0 through 9"),
        ("1933 (guitar)", "1933 (guitar)"),
        ("water-lilies.jpg", "Water Lilies"),
    ],
)
def test_a_title_without_capitals_is_meant_so_where_others_have_them(given, title):
    assert read_title(given, capitals_are_usual=True) == title


def test_a_year_behind_a_title_with_capitals_goes_where_the_catalog_writes_it_behind_all():
    assert read_title("Confirmation 1645", None, "1645", years_are_usual=True) == "Confirmation"
    assert (
        read_title("Confirmation 1645", None, "1650", years_are_usual=True) == "Confirmation 1645"
    )


@settings(deadline=None)  # the first title reads the vocabulary
@given(st.text(max_size=40), *[st.none() | st.text(max_size=12)] * 3)
def test_any_title_is_read_as_one_line_or_none(given, artist, date, identifier):
    title = read_title(given, artist, date, identifier)
    assert title is None or title == " ".join(title.split()) != ""
