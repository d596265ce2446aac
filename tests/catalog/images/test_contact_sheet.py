import io

import numpy as np
import pytest
from PIL import Image

from catalog.images.contact_sheet import Cell, draw_contact_sheet
from tests.catalog.images.pictures import jpeg

LINES = ("is Baroque", "Ann Painter", "View")


def cell(number, lines=LINES, heading="Rococo (0.90)"):
    return Cell(jpeg(Image.new("RGB", (300 + 40 * number, 256), "teal")), heading, lines)


def drawn(cells, title="t", **options):
    return np.asarray(Image.open(io.BytesIO(draw_contact_sheet(cells, title, **options))))


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (4, 1), (5, 2), (12, 3)])
def test_the_sheet_has_rows_of_four(count, rows):
    row = 240 + 4 * 18 + 8 + 16
    difference = len(drawn([cell(number) for number in range(count)])) - len(drawn([cell(0)]))
    assert difference == (rows - 1) * row


def test_long_or_strange_lines_change_neither_size_nor_place():
    strange = [
        cell(0, ("", "", "")),
        cell(1, ("a very long title " * 20, "", "")),
        cell(2, ("costs $5 and $\\frac{", "李\n\tŁukasz", "")),
    ]
    assert drawn(strange, "t" * 500).shape == drawn([cell(number) for number in range(3)]).shape


def test_an_artwork_without_an_image_keeps_its_place():
    sheet = drawn([Cell(None, "a", ()), Cell(jpeg(Image.new("RGB", (90, 90), "teal")), "b", ())])
    teal = np.argwhere((sheet.astype(int) - (0, 128, 128)).__abs__().max(axis=2) < 9)
    assert (teal[:, 1].min(), teal[:, 1].max()) == (272, 361)


def test_a_sheet_without_artworks_says_so():
    assert (drawn([], empty="No prediction is wrong.") != drawn([], empty=" ")).any()
