"""Mappings of museums' CSVs: what they read, and how they are refused."""

from __future__ import annotations

import pytest

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import ingest
from catalog.ingestion.preview import preview
from catalog.sources import open_source
from catalog.sources.mapping import parse_mapping, read_mapping
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck
from catalog.storage.store import FolderStore

MAPPING = r"""
name = "town-museum"
file = "works.csv"
missing = ["-", "n/a"]

[fields]
id = "Inv. no."
title = "Title"
artist = "Maker"
date = "Made"
technique = "Medium"
style = { column = "Movement", separator = "|" }
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


JOINED = 'artist = { columns = ["Maker", "Kind"], join = ", " }'


@pytest.mark.parametrize(
    ("kind", "fields", "warnings"),
    [
        ("publisher", 'artist = "Maker"\nprofession = "Kind"', ["profession: 'publisher' gives"]),
        (
            "after design by",
            'artist = "Maker"\nprofession = "Kind"',
            ["profession: 'after design by'"],
        ),
        ("painter", 'artist = "Maker"\nprofession = "Kind"', []),
        ("publisher", JOINED, []),
        ("wizard", JOINED, ["artist: 'wizard' after 1 name is"]),
    ],
)
def test_what_artists_did_is_read_with_their_names_or_warned_of(museum, kind, fields, warnings):
    text = MAPPING.replace('artist = "Maker"', fields).replace('"panel"]', f'"{kind}"]')
    (museum / "museum.toml").write_text(text, encoding="utf-8")
    (museum / "data" / "works.csv").write_text(CSV.replace("panel", kind), encoding="cp1252")
    found = preview(source_of(museum), "town-museum").warnings
    assert len(found) == len(warnings)
    assert all(line.startswith(begin) for line, begin in zip(found, warnings, strict=True))
    assert all(line.endswith((JOINED, 'missing = ["wizard"]')) for line in found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[fields]", "[felds]"), "fields"),
        (('id = "Inv. no."', ""), "'id' is needed"),
        (('title = "Title"', 'titel = "Title"'), "'titel'"),
        (('"C:', '"(C:'), "pattern"),
        (("name =", "name"), "not valid TOML"),
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


UNFIT = {
    "looks ahead": ('id = {column = "a", pattern = "a(?=b)", replace = ""}', "looks ahead"),
    "looks behind": ('id = {column = "a", pattern = "(?<!a)b", replace = ""}', "looks ahead or"),
    "refers back": ("id = {column = 'a', pattern = '(a)\\1', replace = ''}", "refers back"),
    "possessive": ('id = {column = "a", pattern = "a++", replace = ""}', "possessive"),
    "atomic": ('id = {column = "a", pattern = "(?>a)b", replace = ""}', "atomic"),
    "no end": ('id = {column = "a", pattern = "[a", replace = ""}', "missing ]"),
    "too large": ('id = {column = "a", pattern = "a{1000}{1000}", replace = ""}', "repetition"),
    "no such class": ("id = {column = 'a', pattern = '\\p{Nope}', replace = ''}", "\\p{Nope}"),
    "no such group": (
        "id = {column = 'a', pattern = '(a)', replace = '\\2'}",
        "the pattern has 1 groups, and none is \\2",
    ),
    "a group in a class": (
        "id = {column = 'a', pattern = '[(]a[)]', replace = '\\1'}",
        "the pattern has 0 groups",
    ),
    "a named reference": (
        "id = {column = 'a', pattern = '(?P<n>a)', replace = '\\g<n>'}",
        "none is \\g",
    ),
    "a trailing backslash": ("id = {column = 'a', pattern = 'a', replace = '\\'}", "none is"),
    "a number": ("id = 12", "fields.id: Input should be"),
    "a list of numbers": ("id = [1]", "fields.id.columns.0: Input should be"),
    "a date": ("id = 2020-01-01", "fields.id: Input should be"),
    "nothing": ("", "'id' is needed"),
    "deep lists": (f"id = {'[' * 50_000}", "nested too deeply"),
    "deep tables": ("id = " + "{a = " * 5_000, "nested too deeply"),
    "a huge number": (f"id = {'9' * 5_000}", "not valid TOML: Exceeds the limit"),
    "a huge exponent": ("id = 1e999999", "fields.id: Input should be"),
    "a long hexadecimal number": (f"id = 0x{'f' * 10_000}", "fields.id: Input should be"),
    "no end of a text": ('id = "a', "not valid TOML"),
    "a line break in a name": ('"i\\nd" = "a"', "unknown field"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_fields_that_cannot_be_used_are_refused_in_a_line(name):
    text, words = UNFIT[name]
    with pytest.raises(SourceError) as refusal:
        parse_mapping(f'name = "x"\n[fields]\n{text}\n', "x.toml")
    told = str(refusal.value)
    assert told.startswith("the mapping x.toml")
    assert words in told
    assert "\n" not in told
    assert len(told) < 600


@pytest.mark.parametrize(
    "encoding", ["a\\u0000b", "utf-99", "hex", "idna", "undefined", "x" * 5_000, "../utf-8"]
)
def test_an_encoding_that_there_is_not_is_refused_in_a_line(encoding):
    with pytest.raises(SourceError, match=r"the mapping x\.toml: encoding: there is no encoding"):
        parse_mapping(f'name = "x"\nencoding = "{encoding}"\n[fields]\nid = "a"\n', "x.toml")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("\\t", "\t"),
        ("\\\\t", "\t"),
        ("tab", "\t"),
        ("TAB", "\t"),
        ("semicolon", ";"),
        ("comma", ","),
        ("pipe", "|"),
        (";", ";"),
        ("¦", "¦"),
    ],
)
def test_a_delimiter_may_be_written_in_words(given, meant):
    text = f'name = "x"\ndelimiter = "{given}"\n[fields]\nid = "a"\n'
    assert parse_mapping(text, "x.toml").delimiter == meant


@pytest.mark.parametrize("given", ["", "||", ", ", "a", "1", "\\n", "'", " ", "\\u0000", "tabs"])
def test_what_can_be_no_delimiter_is_refused_in_a_line(given):
    text = f'name = "x"\ndelimiter = "{given}"\n[fields]\nid = "a"\n'
    with pytest.raises(SourceError, match="the delimiter is one character, such as"):
        parse_mapping(text, "x.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_mapping_may_begin_with_a_mark(tmp_path, encoding):
    file = tmp_path / "x.toml"
    file.write_bytes('name = "x"\n[fields]\nid = "Künstler"\n'.encode(encoding))
    assert read_mapping(file).columns == ("Künstler",)


def test_a_mapping_in_another_encoding_is_refused_with_its_line(tmp_path):
    file = tmp_path / "x.toml"
    file.write_bytes('name = "x"\n[fields]\nid = "Künstler"\n'.encode("cp1252"))
    with pytest.raises(SourceError, match=r"x\.toml is not UTF-8 in line 3: save it so"):
        read_mapping(file)


def test_forms_and_titles_are_read_beside_the_other_facts(tmp_path):
    (tmp_path / "m.toml").write_text(
        'name = "m"\nfile = "m.csv"\n[fields]\nid = "id"\ntitle = "title"\nartist = "by"\n'
        'date = "date"\ntechnique = "medium"\nform = "class"\ntype = "kind"\n'
    )
    (tmp_path / "m.csv").write_text(
        "id,title,by,date,medium,class,kind\n"
        '1,monet_view-of-delft_1872.jpg,"MONET, Claude",1872,oil on canvas,Photographs,\n'
        "2,Untitled 1962,Ann Berg,1962,gelatin silver print,,\n"
        "3,Delft 1900,Ann Berg,1900,,Snuff bottles,Print\n"
        "4,Jug 1901,Ann Berg,1901,oak,,Prints\n"
        "85.4.2,85.4.2,Ann Berg,1901,etching,Other,portrait\n"
    )
    source = open_source(IngestParameters(catalog=str(tmp_path), source=str(tmp_path / "m.toml")))
    home = FolderStore(tmp_path / "home")
    ingest(home, source, source.default_name)
    rows = duck.connect(home, ("artworks",)).execute(
        "SELECT title, form FROM artworks ORDER BY source_id"
    )
    # three titles of five end in the artwork's year, so that this catalog puts it there
    assert rows.fetchall() == [
        ("View of Delft", "photograph"),
        ("Untitled", "photograph"),
        ("Delft", "Snuff bottles"),
        ("Jug", "print"),
        (None, "print"),
    ]


def test_columns_that_differ_in_case_alone_are_two(museum):
    (museum / "data" / "works.csv").write_text("id,Title,title\n1,The Harvest,LOAN LABEL A\n")
    for name in ("Title", "title"):
        (museum / "museum.toml").write_text(
            f'name = "x"\nfile = "works.csv"\n[fields]\nid = "id"\ntitle = "{name}"\n'
            'location = "Title"\ntechnique = "title"\n'
        )
        (found,) = preview(source_of(museum), "x").first_rows
        assert found["title"] == {"Title": "The Harvest", "title": "LOAN LABEL A"}[name]


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


def test_a_building_is_not_made_of_the_photograph_of_it(museum):
    (museum / "data" / "works.csv").write_text(
        "id,medium,class\n1,Photo,architecture\n2,Photo,photographs\n3,Photo,\n4,Stone,sculpture\n"
    )
    (museum / "museum.toml").write_text(
        'name = "x"\nfile = "works.csv"\n[fields]\nid = "id"\ntechnique = "medium"\n'
        'form = "class"\n'
    )
    home = FolderStore(museum / "home")
    ingest(home, source_of(museum), "x")
    asked = "SELECT technique_given, technique FROM artworks ORDER BY artwork_id"
    assert [tuple(row.values()) for row in duck.run_query(home, asked).to_pylist()] == [
        ("Photo", None),
        ("Photo", "Photo"),
        ("Photo", "Photo"),
        ("Stone", "Stone"),
    ]


def test_an_unknown_source_is_refused():
    with pytest.raises(SourceError, match="historic-art, wga-catalog or a mapping"):
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
    assert duck.run_query(home, asked).to_pylist() == [
        {"iiif_manifest": "https://museum.example/1984.12/manifest", "iiif_image": None},
        {"iiif_manifest": None, "iiif_image": None},
    ]
