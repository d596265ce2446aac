import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.picture_data import PictureData, parse_picture_data

VIENNA = "kunsthistorisches museum, vienna"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "1574-88, oil on canvas, 68 x 95 cm, fogg art museum, cambridge",
            ("1574-88", "oil on canvas", "68 x 95 cm", "fogg art museum, cambridge"),
        ),
        (
            f"c. 1596, oil on canvas, 53 x 44 cm, {VIENNA}",
            ("c. 1596", "oil on canvas", "53 x 44 cm", VIENNA),
        ),
        (
            f"before 1574, oil on panel, 48 x 39 cm, {VIENNA}",
            ("before 1574", "oil on panel", "48 x 39 cm", VIENNA),
        ),
        (
            f"1590s, oil on copper, 36 x 46 cm, {VIENNA}",
            ("1590s", "oil on copper", "36 x 46 cm", VIENNA),
        ),
        # a comma without a space is a decimal one
        (
            f"1877, oil on canvas, 86,5 x 68 cm, {VIENNA}",
            ("1877", "oil on canvas", "86,5 x 68 cm", VIENNA),
        ),
        # any part may be missing
        (
            f"oil on panel, 45 x 35 cm, {VIENNA}",
            (None, "oil on panel", "45 x 35 cm", VIENNA),
        ),
        ("1556-59, engraving", ("1556-59", "engraving", None, None)),
        ("1887", ("1887", None, None, None)),
        ("photo", (None, "photo", None, None)),
        ("1520, oil on wood,", ("1520", "oil on wood", None, None)),
        (
            f"1623-24, marble, height 170 cm, {VIENNA}",
            ("1623-24", "marble", "height 170 cm", VIENNA),
        ),
        (
            f"late 15th century, tempera on panel, 30 cm, {VIENNA}",
            ("late 15th century", "tempera on panel", "30 cm", VIENNA),
        ),
        # real typing mistakes
        (
            f"oil on copper. 50 x 40 cm, {VIENNA}",
            (None, "oil on copper", "50 x 40 cm", VIENNA),
        ),
        ("11757, oil on canvas", ("11757", "oil on canvas", None, None)),
        ("c. 178c, fresco", ("c. 178c", "fresco", None, None)),
    ],
)
def test_the_parts_are_found(text, parts):
    assert parse_picture_data(text) == PictureData(*parts)


@pytest.mark.parametrize("text", ["", "  ", ",", " , ,"])
def test_no_text_has_no_parts(text):
    assert parse_picture_data(text) == PictureData()


@given(st.text(max_size=60) | st.text("c. 15x0,mo-s", max_size=40))
def test_any_text_is_split_into_stretches_of_itself(text):
    found = parse_picture_data(text)
    squeezed = "".join(text.split())
    for part in (found.date, found.technique, found.size, found.location):
        assert part is None or (part.strip() and "".join(part.split()) in squeezed)
