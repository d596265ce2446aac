import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.ingestion.artist_names import named_artists, sole_artist
from catalog.normalise.artists import catalogued, displayed, parse_artists, read_makers

from .rows import cases, rows
from .strategies import catalog_text


@pytest.mark.parametrize("row", rows("artists", "museums"), ids=lambda row: row[0])
def test_row(row):
    given_name, display, *about = row
    assert displayed(parse_artists(given_name)) == display
    if display is not None:
        assert [sole_artist(display) is not None, list(named_artists(display))] == about


@pytest.mark.parametrize("row", rows("artists", "attributed"), ids=lambda row: row[0])
def test_qualifiers_and_roles(row):
    given_name, *expected = row
    found = parse_artists(given_name)
    assert [[each.name, each.qualifier, each.role] for each in found] == expected


@pytest.mark.parametrize(
    "name", [row[0] for part in ("museums", "attributed") for row in rows("artists", part)]
)
def test_what_is_written_is_read_the_same(name):
    found = parse_artists(name)
    for text in (displayed(found), catalogued(found)):
        assert displayed(parse_artists(text or "")) == displayed(found)


@pytest.mark.parametrize("row", rows("artists", "makers"), ids=lambda row: str(row["given"]))
def test_lives_and_nationalities_of_several(row):
    found = read_makers(*row["given"])
    life = found.life
    assert [life.born, life.died, found.nationality] == row["work"]
    assert [
        [each["name"], each["born"], each["died"], each["nationality"]]
        for each in found.attributions
    ] == row["each"]
    assert life.reason == row.get("reason")


@pytest.mark.parametrize(("given_name", "expected"), cases("artists", "catalogued"))
def test_several_catalogued_names_are_separated_in_one_way(given_name, expected):
    assert catalogued(parse_artists(given_name)) == expected


NAMES = st.lists(
    st.sampled_from(
        "Ann Berg|Dahl, Carl|after|attributed to|and|&|,|;|/|unknown|Jr.|van der|(?)|& Co.|{}"
        "|CİRCLE of|(PRİNTER)|publisher:|(1840-1926),|designed by"
        "|Monet,|école|workshop of|with|I|(1840-1926)|MONET|[|)|?".split("|")
    ),
    max_size=8,
).map(" ".join)


@settings(deadline=None)
@given(NAMES | catalog_text() | st.text(max_size=40))
@example("designed by (1840-1926), Ann Berg")
def test_any_text_names_somebody_or_nobody(text):
    found = parse_artists(text)
    assert bool(found) == (displayed(found) is not None)
    for each in found:
        assert each.name == " ".join(each.name.split()) != ""
        assert each.catalogued.strip()
    named = displayed(found) or ""
    assert not (sole_artist(named) and len({each.name for each in found if each.is_maker}) > 1)
    assert all(named_artists(named))


@settings(deadline=None)
@given(NAMES, st.lists(st.sampled_from(["1840-1926", "b. 1900", "", "French"])), NAMES)
def test_any_texts_give_each_artist_a_life_or_none(names, lives, nationality):
    found = read_makers(names, "|".join(lives), nationality)
    assert bool(found.attributions) == (found.artist is not None)
    assert found.life.reason is None or found.life.born is None


@pytest.mark.parametrize(("given_name", "display"), cases("artists", "spoken"))
def test_a_name_as_people_say_it(given_name, display):
    (artist,) = parse_artists(given_name)
    assert artist.name == display
    assert artist.catalogued == " ".join(given_name.split()).strip(" ,")


@pytest.mark.parametrize(
    "given_name",
    ["UNKNOWN MASTER, French", "UNKNOWN MASTER", "Unknown", "anonymous", "ANONYM", "", "  ", ","],
)
def test_an_anonymous_author_is_not_one_artist(given_name):
    assert parse_artists(given_name) == ()


def test_a_name_that_begins_like_anonymous_is_a_name():
    assert displayed(parse_artists("UNKNOWNSKI, Jan")) == "Jan Unknownski"
