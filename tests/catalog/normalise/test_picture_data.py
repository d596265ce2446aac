"""The text below a picture and its parts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.normalise.picture_data import (
    PictureData,
    Technique,
    names_material,
    parse_picture_data,
    split_technique,
)

from .rows import rows
from .strategies import catalog_text

DATES = "1598|c. 1596|1574-88|begun 1566|late 15th century|c, 1646|1590s|11757".split("|")
TECHNIQUES = (
    "oil on canvas",
    "pen, brown ink, heightened with white on blue paper",
    "manuscript (ms. 600, 597, 2 volumes)",
    "photo",
)
SIZES = ("56 x 47 cm", "86,5 x 68 cm", "height 120 cm", "131 x 79 cm (each), 20 x 30 cm (predella)")
LOCATIONS = ("private collection", "museum of fine arts, boston", "san pietro in valle, ferentillo")


@pytest.mark.parametrize(
    "row", rows("picture_data", "drawn") + rows("picture_data", "odd"), ids=lambda row: row[0]
)
def test_row(row):
    text, *expected = row
    assert parse_picture_data(text) == PictureData(*expected)


@given(*(st.none() | st.sampled_from(parts) for parts in (DATES, TECHNIQUES, SIZES, LOCATIONS)))
def test_parts_come_back_whichever_are_missing(date, technique, size, location):
    parts = [part for part in (date, technique, size, location) if part]
    assert parse_picture_data(", ".join(parts)) == PictureData(date, technique, size, location)


@given(catalog_text() | st.text("c. 15x0,mo-s", max_size=40))
@example("9" * 5000)
@example("oil, " * 1000)
def test_nothing_is_made_up(text):
    plain = " ".join(text.split())
    data = parse_picture_data(text)
    for part in (data.date, data.technique, data.size, data.location):
        assert part is None or (part and part in plain)


def test_no_text_has_no_parts():
    assert parse_picture_data(None) == PictureData()


@pytest.mark.parametrize(("text", "technique", "size"), rows("picture_data", "split"))
def test_technique_and_size(text, technique, size):
    assert split_technique(text) == Technique(technique, size)


@given(catalog_text())
def test_any_text_can_be_split(text):
    plain = " ".join(text.split())
    parts = split_technique(text)
    assert all(part is None or part in plain for part in (parts.technique, parts.size))


def test_materials():
    names = ("Oil on panel", "gilded limewood", "National Gallery, London")
    assert [names_material(name) for name in names] == [True, True, False]
