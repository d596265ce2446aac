"""The vocabulary: a museum's own file, and which artworks are outside it."""

import pyarrow as pa
import pytest

from catalog.base.errors import SourceError
from catalog.ingestion import ingest
from catalog.sources.source import STAGED
from catalog.storage import duck
from catalog.storage.homes import open_home_store
from catalog.vocabulary import style_lookup, style_names, style_names_in, styles
from catalog.vocabulary.regions import regions_of

TWO = """
[[style]]
name = "Cubism"
years = [1907, 1935]
[[style]]
name = "Pop Art"
years = [1960, 1980]
names = { de = "Pop-Art" }
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    def use(text):
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv("ARTCAT_VOCABULARY", str(file))

    return use


def outside(rows):
    """Why each artwork is outside the vocabulary, by the facts that a catalog gives."""
    staged = [{**row, "source_id": str(at), "raw": "", "line": at} for at, row in enumerate(rows)]
    with duck.open_database() as connection:
        table = pa.Table.from_pylist(staged, STAGED)
        connection.from_arrow(table).create("staged")
        ingest.normalise(connection, "x", ingest.style_mapping())
        found = connection.execute("SELECT outside FROM ingested_rows ORDER BY line").fetchall()
    return [reason for (reason,) in found]


INSIDE = (
    {},
    {"date_given": "1869", "born_died_given": "(1840-1926)", "nationality_given": "French"},
    {"date_given": "1932"},
    {"date_given": "early 20th century"},
    {"date_given": "before 1503"},
    {"nationality_given": "American, born Japan"},
    {"nationality_given": "somewhere"},
    {"style_given": "Hudson River School"},
    {"style_given": "Realism", "date_given": "1965"},  # the catalog knows
    {"date_given": "1953", "born_died_given": "(c. 1450-1516)"},  # a contradiction says nothing
    {"form_given": "painting"},
)
OUTSIDE = (
    ({"date_given": "1965"}, "date: 1965; the styles end in 1925"),
    ({"date_given": "1960s"}, "date: 1960-1969; the styles end in 1925"),
    ({"date_given": "20th century"}, "date: 1901-2000; mostly after the styles, which end in 1925"),
    ({"date_given": "202 BC"}, "date: 202 BC; the styles begin in 500"),
    ({"date_given": "1st century BC"}, "date: 100 BC-1 BC; the styles begin in 500"),
    ({"born_died_given": "(1928-1987)"}, "artist: born in 1928, died in 1987; no style has"),
    ({"nationality_given": "Japan"}, "region: Japanese; no style has artists from there"),
    ({"nationality_given": "Moche", "date_given": "500-800"}, "region: Moche"),
    ({"nationality_given": "Peruvian", "date_given": "600"}, "date, region and form: no style"),
    ({"style_given": "PopArt"}, "style: the catalog says PopArt"),
    ({"style_given": "ukiyo-e", "date_given": "1800"}, "style: the catalog says ukiyo-e"),
    ({"form_given": "Photographs", "date_given": "1900"}, "form: "),
)


def test_artworks_within_the_vocabulary_are_left_in():
    assert outside(INSIDE) == [None] * len(INSIDE)


def test_artworks_outside_the_vocabulary_say_why():
    found = outside([row for row, _ in OUTSIDE])
    for (row, expected), reason in zip(OUTSIDE, found, strict=True):
        assert str(reason).startswith(expected), row


def test_an_own_vocabulary_replaces_the_styles_and_their_bounds(own):
    own(TWO)
    assert style_names() == ("Cubism", "Pop Art")
    assert style_names_in("de-AT") == {"Pop Art": "Pop-Art"}
    assert outside(
        [
            {"date_given": "1965"},
            {"date_given": "1948"},  # between the two
            {"date_given": "1869"},
            {"style_given": "Baroque"},  # artcat's own style is another one now
            {"style_given": "Cubism"},
            {"nationality_given": "Japanese"},
        ]
    ) == [
        None,
        "date: 1948; no style has artworks of that time",
        "date: 1869; the styles begin in 1907",
        "style: the catalog says Baroque",
        None,
        None,
    ]


def test_an_own_vocabulary_extends_the_styles_and_its_terms_win(own):
    own('extend = true\n[[style]]\nname = "Gothic"\nyears = [1140, 1450]\nregions = ["French"]\n')
    assert len(style_names()) == 13
    assert style_names()[:2] == ("Medieval", "Gothic")  # in order of time
    assert style_lookup()["gothic"] == "Gothic"
    assert style_lookup()["romanesque"] == "Medieval"


def test_a_home_has_a_vocabulary_of_its_own(home):
    home.write("vocabulary.toml", TWO.encode())
    open_home_store(home.uri)
    assert style_names() == ("Cubism", "Pop Art")
    home.delete("vocabulary.toml")
    open_home_store(home.uri)
    assert len(style_names()) == 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x", "cannot read the vocabulary"),
        ("style = []", "style: "),
        (
            '[[style]]\nname = "A"\nyears = [1900, 1800]',
            "style.A.years: Value error, 1900 is after",
        ),
        ('[[style]]\nname = "A"\nyears = [1800, 1900]', "only one style"),
        (TWO + 'regions = ["Atlantis"]', "unknown region or nationality 'Atlantis'"),
        (TWO + 'synonyms = ["cubism"]', "the term 'cubism' means two styles"),
        (TWO + "aat = 300021503", "give aat, aat_verified_by and aat_verified_on together"),
        (TWO + "period = 3", "style.Pop Art.period: Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_with_a_vocabulary_is_reported_in_one_line(own, text, says):
    own(text)
    with pytest.raises(SourceError) as error:
        styles()
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_the_example_has_thirty_styles(monkeypatch):
    monkeypatch.setenv("ARTCAT_VOCABULARY", "deploy/vocabulary.example.toml")
    found = {style.name: style for style in styles()}
    assert len(found) == 30
    assert found["Impressionism"].aat == 300021503
    assert outside(
        [
            {"nationality_given": "Japanese", "date_given": "1800"},
            {"nationality_given": "Japanese", "date_given": "1400"},
            {"date_given": "2035"},
            {"form_given": "Photographs", "date_given": "1900"},
        ]
    ) == [
        None,
        "date, region and form: no style has all of them",
        "date: 2035; the styles end in 2010",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Japanese, Edo period", ["east asia", "japanese"]),
        ("NEW ZEALAND", ["new zealander", "oceania"]),
        ("Roman", []),
        ("", []),
    ],
)
def test_regions_are_read_from_known_words(text, regions):
    assert regions_of(text) == regions
