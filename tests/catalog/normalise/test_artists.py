import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.artist_names import artists_behind, names_an_artist
from catalog.normalise.artists import ArtistName, names_of, parse_artist

from .rows import rows
from .strategies import catalog_text


@pytest.mark.parametrize("row", rows("artists", "museums"), ids=lambda row: row[0])
def test_row(row):
    given_name, display, *about = row
    assert parse_artist(given_name).display == display
    if display is not None:
        assert [names_an_artist(display), list(artists_behind(display))] == about


@pytest.mark.parametrize(
    ("given_name", "catalogued"),
    [
        ("Claude Monet|Auguste Renoir", "Claude Monet; Auguste Renoir"),
        ("MONET, Claude\nRENOIR,  Auguste", "MONET, Claude; RENOIR, Auguste"),
        ("Pablo Picasso; unknown printer", "Pablo Picasso"),
        ("Boyd and Evans (Fionnuala Boyd; Leslie Evans)",) * 2,
    ],
)
def test_several_catalogued_names_are_parted_in_one_way(given_name, catalogued):
    assert parse_artist(given_name).catalogued == catalogued


NAMES = st.lists(
    st.sampled_from(
        "Ann Berg|Dahl, Carl|after|attributed to|and|&|,|;|/|unknown|Jr.|van der|(?)|& Co.|{}"
        "|Monet,|école|workshop of|with|I|(1840-1926)|MONET|[|)|?".split("|")
    ),
    max_size=8,
).map(" ".join)


@given(NAMES | catalog_text() | st.text(max_size=40))
def test_any_text_names_somebody_or_nobody(text):
    name = parse_artist(text)
    if name.display is None:
        return
    assert len(names_of(name.display)) == len(names_of(name.catalogued)) >= 1
    assert all(each.strip() for each in names_of(name.display))
    assert not (names_an_artist(name.display) and len(names_of(name.display)) > 1)
    assert all(artists_behind(name.display))


@pytest.mark.parametrize(
    ("given_name", "display"),
    [
        ("MONET, Claude", "Claude Monet"),
        ("AACHEN, Hans von", "Hans von Aachen"),
        ("GOGH, Vincent van", "Vincent van Gogh"),
        ("BERNINI, Gian Lorenzo", "Gian Lorenzo Bernini"),
        ("TOULOUSE-LAUTREC, Henri de", "Henri de Toulouse-Lautrec"),
        ("O'KEEFFE, Georgia", "Georgia O'Keeffe"),
        ("DÜRER, Albrecht", "Albrecht Dürer"),
        ("ST. AUBIN, Gabriel de", "Gabriel de St. Aubin"),
        ("GIOLFINO, Bartolomeo", "Bartolomeo Giolfino"),
        # 517 artists of WGA have no comma
        ("GIORGIONE", "Giorgione"),
        ("GENTILE DA FABRIANO", "Gentile da Fabriano"),
        ("FRANCESCO DI GIORGIO MARTINI", "Francesco di Giorgio Martini"),
        ("LEONARDO da Vinci", "Leonardo da Vinci"),
        ("ANDREA di Vanni d'Andrea", "Andrea di Vanni d'Andrea"),
        ("MASTER of Flémalle", "Master of Flémalle"),
        ("MASTER E.S.", "Master E.S."),
        # of two of a name
        ("BRUEGEL, Pieter the Elder", "Pieter Bruegel the Elder"),
        ("HOLBEIN, Hans the Younger", "Hans Holbein the Younger"),
        ("BAURSCHEIT, Jan Peter van, the Elder", "Jan Peter van Baurscheit the Elder"),
        ("PIUS II, Pope", "Pope Pius II"),
        # written in other ways
        ("Monet, Claude", "Claude Monet"),
        ("Claude Monet", "Claude Monet"),
        ("  MONET ,   Claude ", "Claude Monet"),
        ("MONET,", "Monet"),
        (", Claude", "Claude"),
        ("ŒLEWIÑSKI, W³adis³aw", "W³adis³aw Œlewiñski"),  # mojibake is kept, not guessed at
    ],
)
def test_a_name_as_people_say_it(given_name, display):
    name = parse_artist(given_name)
    assert name.display == display
    assert name.catalogued == " ".join(given_name.split()).strip(" ,")


@pytest.mark.parametrize(
    "given_name",
    ["UNKNOWN MASTER, French", "UNKNOWN MASTER", "Unknown", "anonymous", "ANONYM", "", "  ", ","],
)
def test_an_anonymous_author_is_not_one_artist(given_name):
    assert parse_artist(given_name) == ArtistName(None, None)


def test_a_name_that_begins_like_anonymous_is_a_name():
    assert parse_artist("UNKNOWNSKI, Jan").display == "Jan Unknownski"


@given(st.text(max_size=40) | st.text("AbÉ ,.-'’\nIVX", max_size=20))
def test_any_text_is_a_name_or_none(text):
    name = parse_artist(text)
    assert (name.catalogued is None) == (name.display is None)
    if name.display is not None:
        assert name.display == " ".join(name.display.split()) != ""
