"""Texts without markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.markup import plain_text, plain_title


@pytest.mark.parametrize(
    ("given_title", "plain"),
    [
        ("<i>Water Lilies</i>", "Water Lilies"),
        ("<I>The Night</I> (study)", "The Night (study)"),
        ('<em class="t">La Danse</em>', "La Danse"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("&lt;i&gt;Iris&lt;/i&gt;", "Iris"),
        ("Caf&eacute; de Paris", "Café de Paris"),
        ("Who&#39;s Afraid", "Who's Afraid"),
        ("Line one<br/>line two", "Line one line two"),
        ("</script><script>alert(1)</script>", "alert(1)"),
        ("CO<sub>2</sub>", "CO2"),
        ("_Untitled_", "Untitled"),
        ("*Untitled* (red)", "Untitled (red)"),
        # what only looks like markup
        ("a < b > c", "a < b > c"),
        ("I <3 you", "I <3 you"),
        ("AT&T, R&D; and so on", "AT&T, R&D; and so on"),
        ("&copy 1900", "&copy 1900"),
        ("<untitled>", "<untitled>"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("<br>", "<br>"),
    ],
)
def test_a_plain_title(given_title, plain):
    assert plain_title(given_title) == plain


@given(st.text(max_size=40) | st.text("<>/&;#ibr_* x3", max_size=20))
def test_any_title_stays_a_title(title):
    assert isinstance(plain_text(title), str)
    assert bool(plain_title(title)) == bool(title)
