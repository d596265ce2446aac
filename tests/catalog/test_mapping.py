"""Mappings of museums' CSVs: what they read, and how they are refused."""

from __future__ import annotations

import pytest

from catalog import duck
from catalog.errors import SourceError
from catalog.ingest import ingest
from catalog.parameters import IngestParameters
from catalog.sources import open_source
from catalog.sources.mapping import parse_mapping
from catalog.sources.preview import preview
from catalog.store import FolderStore

MAPPING = r"""
name = "town-museum"
file = "works.csv"
missing = ["-", "n/a"]
style_separator = "|"

[fields]
id = "Inv. no."
title = "Title"
artist = "Maker"
date = "Made"
technique = "Medium"
style = "Movement"
form = { constant = "painting" }
image = { column = "Photo", pattern = "C:\\\\scans\\\\(.+)\\.tif", replace = "\\1.jpg" }

[filters]
Kind = ["painting", "panel"]

[styles]
"Plein air" = "Impressionism"
"""
CSV = """Inv. no.;Title;Maker;Made;Medium;Movement;Photo;Kind
1984.12;Harbour;"WOOD, A.";c. 1880;Oil on wood, 53 x 44 cm;Cubism|Plein air;C:\\scans\\a 1.tif;panel
1984.13/a;-;n/a;-;-;-;elsewhere;panel
1984.14;Vase;Potter;1900;Clay;Baroque;;pot
;Lost;;;;;;painting
"""


@pytest.fixture
def museum(tmp_path):
    (tmp_path / "museum.toml").write_text(MAPPING, encoding="utf-8")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "works.csv").write_text(CSV, encoding="cp1252")
    return tmp_path


def source_of(museum, catalog="data"):
    return open_source(
        IngestParameters(catalog=str(museum / catalog), source=str(museum / "museum.toml"))
    )


@pytest.mark.parametrize("catalog", ["data", "data/works.csv"])
def test_a_mapping_reads_a_museums_csv(museum, catalog):
    home = FolderStore(museum / "home")
    source = source_of(museum, catalog)
    report = ingest(home, source, source.default_name)
    assert (report.rows_read, report.left_out) == (3, 1)
    assert (report.artworks, report.quarantined) == (2, 1)
    rows = duck.connect(home, ("artworks",)).execute(
        "SELECT source_id, title, artist_display, date_earliest, technique, height_cm, style, form,"
        " image_key FROM artworks ORDER BY source_id"
    )
    assert rows.fetchall() == [
        # the first known term of two counts; the path is rewritten; a size is split off
        (
            "1984.12",
            "Harbour",
            "A. Wood",
            1880,
            "Oil on wood",
            53.0,
            "Impressionism",
            "painting",
            "a 1.jpg",
        ),
        # missing values are nothing; a path that does not fit the pattern is nothing
        ("1984.13/a", None, None, None, None, None, None, "painting", None),
    ]


def test_a_preview_writes_nothing(museum):
    found = preview(source_of(museum), "town-museum")
    assert found.outcomes == {"artwork": 2, "quarantined": 1}
    assert found.first_rows[0]["artwork_id"] == "town-museum:1984.12"
    assert not (museum / "home").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[fields]", "[felds]"), "fields"),
        (('id = "Inv. no."', ""), "'id' is needed"),
        (('title = "Title"', 'titel = "Title"'), "'titel'"),
        (('"C:', '"(C:'), "pattern"),
        (("name =", "name"), "no TOML"),
        (('"Impressionism"', '"Impresionism"'), "'Impresionism'"),
        (('"Maker"', '"Artist"'), "'Artist'"),
    ],
)
def test_an_unfit_mapping_is_refused_in_a_line(museum, change, words):
    (museum / "museum.toml").write_text(MAPPING.replace(*change), encoding="utf-8")
    with pytest.raises(SourceError) as refusal:
        ingest(FolderStore(museum / "home"), source_of(museum), "x")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_names_and_values_are_never_sql(museum):
    hostile = 'Title"); DROP TABLE staged; --'
    text = MAPPING.replace('"Title"', "'" + hostile + "'").replace('"n/a"', '"\'; DROP TABLE x;--"')
    (museum / "museum.toml").write_text(text, encoding="utf-8")
    csv = CSV.replace("Title", '"' + hostile.replace('"', '""') + '"', 1)
    (museum / "data" / "works.csv").write_text(csv, encoding="utf-8")
    home = FolderStore(museum / "home")
    assert ingest(home, source_of(museum), "x").artworks == 2


def test_the_built_in_mapping_of_wga(tmp_path):
    (tmp_path / "catalog.csv").write_text(
        "AUTHOR;BORN-DIED;TITLE;DATE;TECHNIQUE;LOCATION;URL;FORM;TYPE;SCHOOL;TIMEFRAME\n"
        "X, Y;(b. 1552, A, d. 1615, B);Allegory;-;Oil on copper, 56 x 47 cm;Town;"
        "https://www.wga.example/html/x/xy/allegory.html;painting;other;German;1601-1650\n",
        encoding="cp1252",
    )
    source = open_source(IngestParameters(catalog=str(tmp_path), source="wga-catalog"))
    home = FolderStore(tmp_path / "home")
    assert ingest(home, source, source.default_name).artworks == 1
    row = duck.connect(home, ("artworks",)).execute(
        "SELECT artwork_id, born, died, date_given, technique, width_cm, timeframe_from, image_key "
        "FROM artworks"
    )
    assert row.fetchall() == [
        (
            "wga-catalog:x/xy/allegory",
            1552,
            1615,
            None,
            "Oil on copper",
            47.0,
            1601,
            "https://www.wga.example/art/x/xy/allegory.jpg",
        )
    ]


def test_an_unknown_source_is_refused():
    with pytest.raises(SourceError, match="historic-art, wga-catalog, or a mapping"):
        open_source(IngestParameters(catalog="x", source="tate"))


def test_a_mapping_says_what_it_is_for():
    assert parse_mapping(MAPPING, "x").columns[:2] == ("Inv. no.", "Title")


def test_a_mapping_may_name_iiif_manifests_and_image_services(museum):
    file = museum / "museum.toml"
    there = 'iiif_manifest = { column = "Inv. no.", pattern = "([0-9.]+)", replace = "MANIFEST" }\n'
    there = there.replace("MANIFEST", "https://museum.example/\\\\1/manifest")
    image = 'iiif_image = "Photo"\n'  # a path of this machine is no address
    fields = f"[fields]\n{there}{image}"
    file.write_text(file.read_text("utf-8").replace("[fields]\n", fields), encoding="utf-8")
    home = FolderStore(museum / "home")
    ingest(home, source_of(museum), "town")
    asked = "SELECT iiif_manifest, iiif_image FROM artworks ORDER BY artwork_id"
    assert duck.ask(home, asked).to_pylist() == [
        {"iiif_manifest": "https://museum.example/1984.12/manifest", "iiif_image": None},
        {"iiif_manifest": None, "iiif_image": None},
    ]
