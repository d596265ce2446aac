"""Catalogs as eight museums export them, against samples that a person checked by hand."""

from pathlib import Path

import pytest

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import normalise, style_mapping
from catalog.sources import open_source
from catalog.sources.accuracy import measure_accuracy
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck

MUSEUMS = Path(__file__).parents[1] / "museums"
"""Per museum a mapping, 60 made-up artworks in its layout, and what they mean."""
NAMES = [*("met", "moma", "tate", "nga", "cleveland", "rijksmuseum", "carnegie", "indianapolis")]


def connection_of(name):
    connection = duck.connect()
    source = open_source(
        IngestParameters(catalog=str(MUSEUMS / f"{name}.csv"), source=str(MUSEUMS / f"{name}.toml"))
    )
    source.stage(connection)
    normalise(connection, name, style_mapping(source))
    return connection


@pytest.mark.parametrize("name", NAMES)
def test_values_are_right_or_refused(name):
    found = measure_accuracy(connection_of(name), MUSEUMS / f"{name}.sample.csv")
    for wrong in found.wrong:
        print(wrong)
    print(f"{name}: {found.summary}; refused {found.refused}")
    assert found.artworks == 60
    assert found.artworks_right_or_refused >= 0.98
    assert sum(found.refused.values()) <= 0.03 * found.values


@pytest.fixture
def compare(tmp_path):
    """Compares what is read of the catalog of the Met with a sample."""

    def compare(sample):
        (tmp_path / "sample.csv").write_text(sample, encoding="utf-8")
        return measure_accuracy(connection_of("met"), tmp_path / "sample.csv")

    return compare


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id,title,colour\n19.73.41,A,red\n", "unknown field 'colour'"),
        ("id,title\n19-73-41,A\n", "1 of its artworks were not read from the catalog"),
        ("title\nA\n", "lacks the column 'id'"),
        ("id,title\n", "contains no values to compare"),
        ("", "is empty"),
    ],
)
def test_a_sample_that_cannot_be_compared_is_refused(compare, text, reason):
    with pytest.raises(SourceError, match=reason):
        compare(text)


def test_a_wrong_value_is_told_from_one_that_was_refused(compare):
    found = compare(
        "id,title,height_cm,born,date_latest,artist_display\n"
        "19.73.41,The Large Horse,16.54,1471,?,\n"
        "66.30.2,Storage Jar,41.9,,-2001,\n"
    )
    assert [str(wrong) for wrong in found.wrong] == [
        "19.73.41: title is read as 'The Small Horse', expected 'The Large Horse'",
        "19.73.41: artist_display is read as 'Albrecht Dürer', expected None",
    ]
    assert found.refused == {**dict.fromkeys(found.right, 0), "height_cm": 1}
    assert found.summary == (
        "6 of 9 values right, 1 refused, 2 wrong; 50.0% of 2 artworks without a wrong value"
    )
