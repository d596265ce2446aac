"""The vocabulary: a museum's own file, and which artworks are outside it."""

from pathlib import Path

import pyarrow as pa
import pytest
import yaml

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


CASES = yaml.safe_load(Path(__file__).with_name("outside.yaml").read_text("utf-8"))


def test_artworks_outside_the_vocabulary_say_why():
    assert outside(CASES["inside"]) == [None] * len(CASES["inside"])
    rows, expected = zip(*CASES["outside"], strict=True)
    for row, begins, reason in zip(rows, expected, outside(rows), strict=True):
        assert str(reason).startswith(begins), row


def test_thesaurus_numbers_are_those_that_were_verified():
    assert {style.name: style.aat for style in styles() if style.aat} == {
        "Medieval": 300020756,
        "Baroque": 300021147,
        "Neoclassicism": 300021477,
        "Romanticism": 300172863,
        "Realism": 300172861,
        "Impressionism": 300021503,
    }


def test_an_own_vocabulary_replaces_the_styles_and_their_bounds(own):
    own(TWO)
    assert style_names() == ("Cubism", "Pop Art")
    assert style_names_in("de-AT") == {"Pop Art": "Pop-Art"}
    dates = outside([{"date_given": date} for date in ("1965", "1948", "1869")])
    between, before = "no style has artworks of that time", "the styles begin in 1907"
    assert dates == [None, f"date: 1948; {between}", f"date: 1869; {before}"]
    # artcat's own style is another one now
    others = [{"style_given": "Baroque"}, {"style_given": "Cubism"}, {"nationality_given": "Japan"}]
    assert outside(others) == ["style: the catalog says Baroque", None, None]


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
    japanese = [{"nationality_given": "Japanese", "date_given": date} for date in ("1800", "1400")]
    assert outside(japanese) == [None, "date, region and form: no style has all of them"]
    others = [{"date_given": "2035"}, {"form_given": "Photographs", "date_given": "1900"}]
    assert outside(others) == ["date: 2035; the styles end in 2010", None]


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
