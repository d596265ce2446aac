import pytest

from catalog.base.errors import ArtcatError
from catalog.ingestion.given_facts import normalise_facts, read_facts
from catalog.sources.parameters import GivenFacts
from catalog.storage.schemas import TABLES
from tests.building import ARTWORK_COLUMNS, PONT, WATER_LILIES, make_catalog, write_csv

MAPPING = """
name = "shelf"

[fields]
id = "Number"
artist = "Maker"
date = "Year"
image = "File"
"""


def normalised(**given):
    rows, problems = normalise_facts(GivenFacts(**given))
    (row,) = rows.to_pylist()
    return row, problems


def test_facts_are_normalised_as_a_catalogs_are():
    given = {"nationality": "french", "technique": "Oil on canvas", "date": "c. 1872-73"}
    given |= {"artist": "MONET, Claude", "life": "1840-1926", "title": "sunrise, impressionism"}
    row, problems = normalised(**given)
    assert problems == {}
    assert set(row) == set(TABLES["artworks"].schema.names)
    expected = {
        "artist": "MONET, Claude",
        "artist_display": "Claude Monet",
        "born": 1840,
        "died": 1926,
        "title": "Sunrise, Impressionism",
        "date_earliest": 1872,
        "date_latest": 1873,
        "nationality": "French",
        "technique": "Oil on canvas",
        "form": "painting",
        "style": None,
        "date_given": "c. 1872-73",
    }
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"date": "sometime"}, {"date": "not part of a date: sometime"}),
        ({"date": "99999"}, {"date": "a number of 5 digits: 99999"}),
        ({"life": "long ago"}, {"life": "contains no year"}),
    ],
)
def test_facts_that_cannot_be_read_are_named(given, problem):
    assert normalised(**given)[1] == problem


def test_facts_of_a_catalog_are_found_by_the_name_of_the_image(tmp_path):
    source = make_catalog(tmp_path / "catalog", [WATER_LILIES, PONT])
    found = read_facts("historic-art", source.uri)
    assert set(found) == {"1.jpg", "2.jpg"}
    (row,) = found["2.jpg"].to_pylist()
    assert (row["date_earliest"], row["title"]) == (1877, "The Pont de l'Europe")
    assert row["style"] is None


def test_facts_are_read_by_a_mapping(tmp_path):
    (tmp_path / "shelf.toml").write_text(MAPPING)
    rows = [{"Number": "7", "Maker": "MONET, Claude", "Year": "1872", "File": "scans/sunrise.jpg"}]
    write_csv(tmp_path / "facts.csv", tuple(rows[0]), rows)
    found = read_facts(str(tmp_path / "shelf.toml"), str(tmp_path / "facts.csv"))
    (row,) = found["sunrise.jpg"].to_pylist()
    assert (row["artist"], row["date_earliest"]) == ("MONET, Claude", 1872)


@pytest.mark.parametrize(
    ("source", "file", "said"),
    [
        ("historic-art", "no-such-folder", "no-such-folder"),
        (
            "historic-art",
            "facts.csv",
            "facts.csv is not artwork_dataset.csv: name its mapping with --source",
        ),
        ("no-such.toml", "facts.csv", "no-such.toml"),
        ("no such source", "facts.csv", "unknown source 'no such source'"),
        ("wga-catalog", "facts.csv", "facts.csv"),
    ],
)
def test_facts_that_cannot_be_found_are_reported_in_one_line(tmp_path, source, file, said):
    write_csv(tmp_path / "facts.csv", ARTWORK_COLUMNS, [WATER_LILIES])
    source = str(tmp_path / source) if source.endswith(".toml") else source
    with pytest.raises(ArtcatError, match=said) as caught:
        read_facts(source, str(tmp_path / file))
    assert "\n" not in str(caught.value)
