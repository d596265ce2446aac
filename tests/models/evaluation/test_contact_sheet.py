import io

import pytest
from PIL import Image

from models.evaluation import contact_sheet
from models.evaluation.mistakes import Mistake


def mistake(number, **changes):
    buffer = io.BytesIO()
    Image.new("RGB", (300 + 40 * number, 256), "teal").save(buffer, "JPEG")
    given = {
        "artwork_id": f"x:{number}",
        "image": buffer.getvalue(),
        "style": "Baroque",
        "prediction": "Rococo",
        "confidence": 0.9,
        "artist": "Ann Painter",
        "title": "View",
    }
    return Mistake(**{**given, **changes})


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (4, 1), (5, 2), (12, 3)])
def test_the_sheet_has_rows_of_four(count, rows):
    sheet = contact_sheet.draw([mistake(number) for number in range(count)], "title")
    alone = contact_sheet.draw([mistake(0)], "title")
    high, first = (Image.open(io.BytesIO(png)).height for png in (sheet, alone))
    row = 240 + 4 * 18 + 8 + 16
    assert high - first == (rows - 1) * row


def test_words_that_are_missing_long_or_strange_do_no_harm():
    strange = [
        mistake(0, title=None, artist=None),
        mistake(1, title="a very long title " * 20),
        mistake(2, title="costs $5 and $\\frac{", artist="李\n\tŁukasz"),
        mistake(3, title="", artist=""),
    ]
    plain = contact_sheet.draw([mistake(number) for number in range(4)], "t")
    sheet = contact_sheet.draw(strange, "t" * 500)
    assert Image.open(io.BytesIO(sheet)).size == Image.open(io.BytesIO(plain)).size
    assert contact_sheet.draw(strange, "t") == contact_sheet.draw(strange, "t")


def test_a_sheet_of_nothing():
    assert Image.open(io.BytesIO(contact_sheet.draw([], "test"))).width > 500
