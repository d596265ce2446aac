"""Mappings of museums' CSVs: what they read, and how they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from catalog.base.errors import SourceError
from catalog.ingestion.ingest import ingest
from catalog.ingestion.preview import preview
from catalog.sources import open_source
from catalog.sources.mapping import parse_mapping, read_mapping
from catalog.sources.parameters import IngestParameters
from catalog.storage import duck
from catalog.storage.store import FolderStore

HERE = Path(__file__).parent
MAPPING = (HERE / "town_museum.toml").read_text("utf-8")
CSV = (HERE / "town_museum.csv").read_text("utf-8")


def source_of(folder, mapping=MAPPING, csv=CSV, catalog="data"):
    """A museum's file, read through a mapping."""
    (folder / "museum.toml").write_text(mapping, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "works.csv").write_text(csv, encoding="cp1252")
    return open_source(
        IngestParameters(catalog=str(folder / catalog), source=str(folder / "museum.toml"))
    )


def artworks_of(folder, source, columns):
    """The columns of the artworks that are ingested, in order of their ids."""
    home = FolderStore(folder / "home")
    ingest(home, source, source.default_name)
    asked = f"SELECT {columns} FROM artworks ORDER BY source_id"
    return duck.connect(home, ("artworks",)).execute(asked).fetchall()


@pytest.mark.parametrize("catalog", ["data", "data/works.csv"])
def test_a_mapping_reads_a_museums_csv(tmp_path, catalog):
    home, source = FolderStore(tmp_path / "home"), source_of(tmp_path, catalog=catalog)
    found = preview(source, "town-museum")
    assert found.outcomes == {"artwork": 2, "quarantined": 1}
    assert found.first_rows[0]["artwork_id"] == "town-museum:1984.12"
    assert not home.folder.exists(), "a preview writes nothing"
    report = ingest(home, source, source.default_name)
    assert (report.rows_read, report.left_out) == (3, 1)
    assert (report.artworks, report.quarantined) == (2, 1)
    columns = "source_id, title, artist_display, date_earliest, technique, height_cm, style, form"
    harbour = ("Harbour", "A. Wood", 1880, "Oil on wood", 53.0, "Impressionism")
    assert artworks_of(tmp_path, source, f"{columns}, image_key") == [
        # the first known term of two counts; the path is rewritten; a size is split off
        ("1984.12", *harbour, "painting", "a 1.jpg"),
        # missing values are nothing; a path that does not fit the pattern is nothing
        ("1984.13/a", None, None, None, None, None, None, "painting", None),
    ]


JOINED = 'artist = { columns = ["Maker", "Kind"], join = ", " }'
APART = 'artist = "Maker"\nprofession = "Kind"'


@pytest.mark.parametrize(
    ("kind", "fields", "warning"),
    [
        ("publisher", APART, "profession: 'publisher' gives"),
        ("after design by", APART, "profession: 'after design by'"),
        ("painter", APART, None),
        ("publisher", JOINED, None),
        ("wizard", JOINED, "artist: 'wizard' after 1 name is"),
    ],
)
def test_what_artists_did_is_read_with_their_names_or_warned_of(tmp_path, kind, fields, warning):
    text = MAPPING.replace('artist = "Maker"', fields).replace('"panel"]', f'"{kind}"]')
    source = source_of(tmp_path, text, CSV.replace("panel", kind))
    found = preview(source, "town-museum").warnings
    assert len(found) == (warning is not None)
    for line in found:
        assert line.startswith(warning)
        assert line.endswith((JOINED, 'missing = ["wizard"]'))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("[fields]", "[felds]"), "fields"),
        (('"C:', '"(C:'), "pattern"),
        (("name =", "name"), "not valid TOML"),
        (('"Impressionism"', '"Impresionism"'), "'Impresionism'"),
        (('"Maker"', '"Artist"'), "'Artist'"),
    ],
)
def test_an_unfit_mapping_is_refused_in_a_line(tmp_path, change, words):
    with pytest.raises(SourceError) as refusal:
        ingest(FolderStore(tmp_path / "home"), source_of(tmp_path, MAPPING.replace(*change)), "x")
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


UNFIT = yaml.safe_load((HERE / "mapping_cases.yaml").read_text("utf-8"))["unfit"] | {
    "deep lists": (f"id = {'[' * 50_000}", "nested too deeply"),
    "deep tables": ("id = " + "{a = " * 5_000, "nested too deeply"),
    "a huge number": (f"id = {'9' * 5_000}", "not valid TOML: Exceeds the limit"),
    "a long hexadecimal number": (f"id = 0x{'f' * 10_000}", "fields.id: Input should be"),
}


@pytest.mark.parametrize(("text", "words"), UNFIT.values(), ids=UNFIT)
def test_fields_that_cannot_be_used_are_refused_in_a_line(text, words):
    with pytest.raises(SourceError) as refusal:
        parse_mapping(f'name = "x"\n[fields]\n{text}\n', "x.toml")
    told = str(refusal.value)
    assert told.startswith("the mapping x.toml")
    assert words in told
    assert "\n" not in told
    assert len(told) < 600


DELIMITERS = {"\\t": "\t", "\\\\t": "\t", "tab": "\t", "TAB": "\t", "semicolon": ";", "comma": ","}
DELIMITERS |= {"pipe": "|", ";": ";", "¦": "¦"}
NO_DELIMITERS = ["", "||", ", ", "a", "1", "\\n", "'", " ", "\\u0000", "tabs"]


@pytest.mark.parametrize("given", DELIMITERS)
def test_a_delimiter_may_be_written_in_words(given):
    mapping = parse_mapping(OPTION.format(f'delimiter = "{given}"'), "x.toml")
    assert mapping.delimiter == DELIMITERS[given]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        *((f'delimiter = "{given}"', "the delimiter is one character") for given in NO_DELIMITERS),
        ('encoding = "utf-99"', r"the mapping x\.toml: encoding: there is no encoding"),
    ],
)
def test_an_option_that_cannot_be_is_refused_in_a_line(option, said):
    with pytest.raises(SourceError, match=said) as refusal:
        parse_mapping(OPTION.format(option), "x.toml")
    assert "\n" not in str(refusal.value)


OPTION = 'name = "x"\n{}\n[fields]\nid = "Künstler"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_mapping_may_begin_with_a_mark(tmp_path, encoding):
    file = tmp_path / "x.toml"
    file.write_bytes(OPTION.format("").encode(encoding))
    assert read_mapping(file).columns == ("Künstler",)
    file.write_bytes(OPTION.format("").encode("cp1252"))
    with pytest.raises(SourceError, match=r"x\.toml is not UTF-8 in line 4: save it so"):
        read_mapping(file)


FIELDS = 'name = "x"\nfile = "works.csv"\n[fields]\nid = "id"\n'


def test_forms_and_titles_are_read_beside_the_other_facts(tmp_path):
    mapping = (
        'title = "title"\nartist = "by"\ndate = "date"\ntechnique = "medium"\nform = "class"\n'
        'type = "kind"\n'
    )
    csv = (
        "id,title,by,date,medium,class,kind\n"
        '1,monet_view-of-delft_1872.jpg,"MONET, Claude",1872,oil on canvas,Photographs,\n'
        "2,Untitled 1962,Ann Berg,1962,gelatin silver print,,\n"
        "3,Delft 1900,Ann Berg,1900,,Snuff bottles,Print\n"
        "4,Jug 1901,Ann Berg,1901,oak,,Prints\n"
        "85.4.2,85.4.2,Ann Berg,1901,etching,Other,portrait\n"
    )
    # three titles of five end in the artwork's year, so that this catalog puts it there
    assert artworks_of(tmp_path, source_of(tmp_path, FIELDS + mapping, csv), "title, form") == [
        ("View of Delft", "photograph"),
        ("Untitled", "photograph"),
        ("Delft", "Snuff bottles"),
        ("Jug", "print"),
        (None, "print"),
    ]


@pytest.mark.parametrize(("name", "title"), [("Title", "The Harvest"), ("title", "LOAN LABEL A")])
def test_columns_that_differ_in_case_alone_are_two(tmp_path, name, title):
    mapping = f'{FIELDS}title = "{name}"\nlocation = "Title"\ntechnique = "title"\n'
    source = source_of(tmp_path, mapping, "id,Title,title\n1,The Harvest,LOAN LABEL A\n")
    (found,) = preview(source, "x").first_rows
    assert found["title"] == title


def test_names_and_values_are_never_sql(tmp_path):
    hostile = 'Title"); DROP TABLE staged; --'
    text = MAPPING.replace('"Title"', "'" + hostile + "'").replace('"n/a"', '"\'; DROP TABLE x;--"')
    csv = CSV.replace("Title", '"' + hostile.replace('"', '""') + '"', 1)
    source = source_of(tmp_path, text, csv)
    assert ingest(FolderStore(tmp_path / "home"), source, "x").artworks == 2


def test_the_built_in_mapping_of_wga(tmp_path):
    (tmp_path / "catalog.csv").write_text(
        "AUTHOR;BORN-DIED;TITLE;DATE;TECHNIQUE;LOCATION;URL;FORM;TYPE;SCHOOL;TIMEFRAME\n"
        "X, Y;(b. 1552, A, d. 1615, B);Allegory;-;Oil on copper, 56 x 47 cm;Town;"
        "https://www.wga.example/html/x/xy/allegory.html;painting;other;German;1601-1650\n",
        encoding="cp1252",
    )
    source = open_source(IngestParameters(catalog=str(tmp_path), source="wga-catalog"))
    columns = "artwork_id, born, died, date_given, technique, width_cm, timeframe_from, image_key"
    (found,) = artworks_of(tmp_path, source, columns)
    assert found[:-1] == ("wga-catalog:x/xy/allegory", 1552, 1615, None, "Oil on copper", 47, 1601)
    assert found[-1] == "https://www.wga.example/art/x/xy/allegory.jpg"


def test_a_building_is_not_made_of_the_photograph_of_it(tmp_path):
    mapping = f'{FIELDS}technique = "medium"\nform = "class"\n'
    csv = (
        "id,medium,class\n1,Photo,architecture\n2,Photo,photographs\n3,Photo,\n4,Stone,sculpture\n"
    )
    found = artworks_of(tmp_path, source_of(tmp_path, mapping, csv), "technique_given, technique")
    assert found == [("Photo", None), *[("Photo", "Photo")] * 2, ("Stone", "Stone")]


def test_an_unknown_source_is_refused():
    with pytest.raises(SourceError, match="historic-art, wga-catalog or a mapping"):
        open_source(IngestParameters(catalog="x", source="tate"))


def test_a_mapping_may_name_iiif_manifests_and_image_services(tmp_path):
    there = r'iiif_manifest = { column = "Inv. no.", pattern = "([0-9.]+)", replace = "M/\\1/m" }'
    there = there.replace("M/", "https://museum.example/")
    image = 'iiif_image = "Photo"'  # a path of this machine is no address
    mapping = MAPPING.replace("[fields]\n", f"[fields]\n{there}\n{image}\n")
    source = source_of(tmp_path, mapping)
    assert artworks_of(tmp_path, source, "iiif_manifest, iiif_image") == [
        ("https://museum.example/1984.12/m", None),
        (None, None),
    ]
