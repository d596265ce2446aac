"""A description is split exactly at its slots."""

from hypothesis import given
from hypothesis import strategies as st

from reports.review.content import parts_of as parts


def slot(name, value, source="catalog"):
    return {"slot": name, "value": value, "source": source}


def test_each_slot_is_found_with_its_source():
    found = parts(
        "This is a painting from painter ROME, perhaps of Rococo. Its title is The Fall of ROME.",
        [
            slot("artist", "ROME"),
            slot("period", "Rococo", "predicted"),
            slot("title", "The Fall of ROME"),
            slot("form", "painting"),
            slot("place", None, "unknown"),
        ],
    )
    assert [part for part in found if part[1]] == [
        ("painting", "form", "catalog"),
        ("ROME", "artist", "catalog"),
        ("Rococo", "period", "predicted"),
        ("The Fall of ROME", "title", "catalog"),
    ]


def test_a_slot_within_another_word_is_not_found():
    assert parts("A landscape.", [slot("title", "land")]) == [("A landscape.", None, None)]


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.text(max_size=5)), max_size=4),
)
def test_joined_the_parts_are_the_sentence_again(text, slots):
    found = parts(text, [slot(name, value) for name, value in slots])
    assert "".join(part for part, *_ in found) == text
    assert all(part for part, *_ in found)
