import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.normalise.titles import restore_capitals


@pytest.mark.parametrize(
    ("title", "restored"),
    [
        ("venus and adonis", "Venus and Adonis"),
        ("self-portrait with a glass of wine", "Self-Portrait with a Glass of Wine"),
        ("two laughing men (self-portrait)", "Two Laughing Men (Self-Portrait)"),
        ("portrait of emperor rudolf ii", "Portrait of Emperor Rudolf II"),
        ("charles v at mühlberg", "Charles V at Mühlberg"),
        ("the death of darius (detail)", "The Death of Darius (Detail)"),
        ("madonna and child: the virgin", "Madonna and Child: The Virgin"),
        ("st. jerome. in the desert", "St. Jerome. In the Desert"),
        ("1. the beginning", "1. The Beginning"),
        ("'the skipper'", "'The Skipper'"),
        ("arlequin et colombine", "Arlequin et Colombine"),
        ("the pont de l'europe", "The Pont de l'Europe"),
        ("l'estaque", "L'Estaque"),
        ("ca' d'oro", "Ca' d'Oro"),
        ("cappella di sant'agostino", "Cappella di Sant'Agostino"),
        ("the miracle of st mark's", "The Miracle of St Mark's"),
        ("éclats", "Éclats"),
        (
            "<i>the water lilies</i> of tom &amp; jerry",
            "<i>The Water Lilies</i> of Tom &amp; Jerry",
        ),
        ("  a   view\nof delft ", "A View of Delft"),
        ("", ""),
    ],
)
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
