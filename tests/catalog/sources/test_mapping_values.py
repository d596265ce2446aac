"""What a field of a mapping makes of columns: one, several, parts, lists, constants, hints."""

from __future__ import annotations

import io
import json
import re
import zipfile
from importlib.resources import files

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.draft import catalog_name, draft
from catalog.sources.mapped import Mapped
from catalog.sources.mapped_values import name_in_order, size_with_unit
from catalog.sources.mapping import known_fields, parse_mapping
from catalog.sources.row_table import RowTable
from catalog.sources.source import FileFormat
from catalog.sources.workbook_rows import read_workbook
from catalog.storage import duck
from catalog.storage.store import FolderStore


def staged(tmp_path, fields, rows, *, top="", file="x.jsonl"):
    """Stage objects through a mapping with these fields."""
    mapping = parse_mapping(f'name = "x"\n{top}\n[fields]\nid = "id"\n{fields}\n', "x.toml")
    data = rows if isinstance(rows, bytes) else "\n".join(map(json.dumps, rows)).encode()
    (tmp_path / file).write_bytes(data)
    source = Mapped(FolderStore(tmp_path), file, mapping)
    connection = duck.connect()
    source.stage(connection)
    return duck.arrow(connection, "FROM staged ORDER BY line").to_pylist()


PEOPLE = {"who": [{"n": "Ann Berg", "r": "artist"}, {"n": "Carl", "r": "publisher"}, {"r": "x"}]}
VALUES = {
    # mapping, an object, the staged column, what is in it
    "a column": ('title = "t"', {"t": " A "}, "title_given", "A"),
    "a number stays as written": ('title = "t"', b'{"id":1,"t":1984.10}', "title_given", "1984.10"),
    "nothing": ('title = "t"', {"t": " "}, "title_given", None),
    "a missing value": ('title = {column="t", missing=["-"]}', {"t": "-"}, "title_given", None),
    "columns": ('artist = ["a", "b"]', {"a": "X", "b": "Y"}, "artist_given", "X; Y"),
    "parts": (
        'artist = {columns=["a", "b"], join=" "}',
        {"a": "Ann", "b": "Berg"},
        "artist_given",
        "Ann Berg",
    ),
    "one part": (
        'artist = {columns=["a", "b"], join=" "}',
        {"a": "", "b": "Berg"},
        "artist_given",
        "Berg",
    ),
    "parts of several": (
        'artist = {columns=["a", "b"], join=" ", separator="|"}',
        {"a": "Ann|Carl", "b": "Berg|Dahl"},
        "artist_given",
        "Ann Berg; Carl Dahl",
    ),
    "the first that is filled": (
        'form = {first_of=["a", "b"]}',
        {"a": "", "b": "P"},
        "form_given",
        "P",
    ),
    "a template": ('image = {template="i/{t}.jpg"}', {"t": "7"}, "image_key", "i/7.jpg"),
    "a template without its column": (
        'image = {template="i/{t}.jpg"}',
        {"t": ""},
        "image_key",
        None,
    ),
    "a constant": ('location = {constant="Tate"}', {"t": ""}, "location_given", "Tate"),
    "a part": ("title = {column='t', pattern='(.*), [0-9]+'}", {"t": "A, 9"}, "title_given", "A"),
    "no part": ("title = {column='t', pattern='(.*), [0-9]+'}", {"t": "A"}, "title_given", None),
    "a list": ('artist = "who.n"', PEOPLE, "artist_given", "Ann Berg; Carl"),
    "some of a list": (
        'artist = {column="who.n", where={"who.r"=["publisher"]}}',
        PEOPLE,
        "artist_given",
        "Carl",
    ),
    "a list and a single value": (
        'artist = {template="{who.n} ({t})"}',
        {**PEOPLE, "t": "x"},
        "artist_given",
        "Ann Berg (x); Carl (x)",
    ),
    "a list in a list": (
        'artist = "a.b"',
        {"a": [{"b": ["X", "Y"]}, {"b": ["Z"]}]},
        "artist_given",
        "X; Y; Z",
    ),
    "a name with a dot": ('title = "dc.title"', {"dc.title": "A"}, "title_given", "A"),
    "the first image": (
        'image = {column="t", separator=";"}',
        {"t": "a.jpg; b.jpg"},
        "image_key",
        "a.jpg",
    ),
    "styles": ('style = {column="t", separator="/"}', {"t": "A / B"}, "style_given", "A|B"),
    "birth and death": (
        'birth="b"\ndeath="d"',
        {"b": 1840, "d": 1926},
        "born_died_given",
        "born 1840, died 1926",
    ),
    "birth alone": (
        'birth="b"\ndeath="d"',
        {"b": "1840.0", "d": None},
        "born_died_given",
        "born 1840",
    ),
    "lives in brackets": (
        'birth={column="b",separator=") ("}',
        {"b": "(1841) (1865)"},
        "born_died_given",
        "born 1841; born 1865",
    ),
    "one nation": (
        'nationality={column="t",separator="|"}',
        {"t": "(French)|(French)"},
        "nationality_given",
        "French; French",
    ),
    "a nation with brackets": (
        'nationality="t"',
        {"t": "American, born Russia (now Latvia)"},
        "nationality_given",
        "American, born Russia (now Latvia)",
    ),
    "no year": ('birth="b"\ndeath="d"', {"b": 0, "d": "9999"}, "born_died_given", None),
    "days": (
        'birth="b"\ndeath="d"',
        {"b": "1840-11-14", "d": "5.12.1926"},
        "born_died_given",
        "born 1840, died 1926",
    ),
    "lives": (
        'birth={column="b",separator="|"}\ndeath={column="d",separator="|"}',
        {"b": "1840|1841", "d": "1926|"},
        "born_died_given",
        "born 1840, died 1926; born 1841",
    ),
    "the second's life alone": (
        'birth={column="b",separator="|"}',
        {"b": "|1841"},
        "born_died_given",
        "; born 1841",
    ),
    "years": ('date_from="b"\ndate_to="d"', {"b": -500, "d": 20}, "date_given", "500 BC-AD 20"),
    "one year": ('date_from="b"\ndate_to="d"', {"b": 1850, "d": 1850}, "date_given", "1850"),
    "before": ('date_from="b"\ndate_to="d"', {"b": 0, "d": 1850}, "date_given", "before 1850"),
    "a text with a year": (
        'date="t"\ndate_from="b"',
        {"t": "c. 1850", "b": 1840},
        "date_given",
        "c. 1850",
    ),
    "a text without": ('date="t"\ndate_from="b"', {"t": "n.d.", "b": 1840}, "date_given", "1840"),
    "sides": (
        'height="h"\nwidth="w"\nunit="u"',
        {"h": "53,5", "w": 44.0, "u": "cm"},
        "size_given",
        "height 53,5 cm, width 44.0 cm",
    ),
    "sides with a unit for all": (
        'height={column="h",unit="mm"}\ndepth={column="d",unit="mm"}',
        {"h": 530, "d": 0},
        "size_given",
        "height 530 mm",
    ),
    "a side with its own unit": (
        'height={column="h",unit="mm"}',
        {"h": "53 cm"},
        "size_given",
        "height 53 cm",
    ),
    "a size without a unit": (
        'size={column="t",unit="cm"}',
        {"t": "53 x 44"},
        "size_given",
        "53 x 44 cm",
    ),
    "a size with one": (
        'size={column="t",unit="cm"}',
        {"t": "5 x 4 in."},
        "size_given",
        "5 x 4 in.",
    ),
    "names": (
        'artist={column="t",separator=";",order="last first"}',
        {"t": "KIM Whan-ki; VAN GOGH Vincent"},
        "artist_given",
        "Whan-ki KIM; Vincent VAN GOGH",
    ),
    "true": ('title="t"', {"t": True}, "title_given", "true"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_field_is_made_of_columns(tmp_path, name):
    fields, row, column, expected = VALUES[name]
    rows = row if isinstance(row, bytes) else [{"id": 1, **row}]
    (found,) = staged(tmp_path, fields, rows)
    assert (found["problem"], found[column]) == (None, expected)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("Lin, Maya", "last, first", "Lin, Maya"),
        ("Le Corbusier, Pierre Jeanneret", "last, first", "Pierre Jeanneret Le Corbusier"),
        ("Monet, Claude", "last, first", "Monet, Claude"),
        ("Unknown, Italian", "last, first", "Unknown, Italian"),
        ("Italian, 17th century", "last, first", "Italian, 17th century"),
        ("Tiffany & Co., New York", "last, first", "Tiffany & Co., New York"),
        ("Unbekannt", "last first", "Unbekannt"),
        ("Italian School", "last first", "Italian School"),
        ("workshop of Kano", "last first", "workshop of Kano"),
        ("Possibly by Copley, John Singleton", "last, first", "Possibly by Copley, John Singleton"),
        (
            "Follower of Bosch, Hieronymus (Jeroen van Aken)",
            "last, first",
            "Follower of Bosch, Hieronymus (Jeroen van Aken)",
        ),
        (
            "Circle of Cranach, Lucas, the Elder",
            "last, first",
            "Circle of Cranach, Lucas, the Elder",
        ),
        ("Greek, Attic", "last, first", "Greek, Attic"),
        ("de Goya Francisco", "last first", "Goya Francisco de"),
    ],
)
def test_names_are_turned_where_that_is_certain(text, order, expected):
    assert name_in_order(text, order) == expected


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["last, first", "last first"]))
def test_any_text_is_a_name_or_stays(text, order):
    assert isinstance(name_in_order(text, order), str)
    assert isinstance(size_with_unit(text, "cm"), str)


JSONS = {
    "a list": (b'[{"id": 1}, {"id": 2}]', ["1", "2"]),
    "lines": (b'{"id": 1}\n\n{"id": 2}', ["1", "2"]),
    "a list in an object": (
        b'{"n": 2, "info": {"a": 1}, "data": [{"id": 1}, {"id": 2}]}',
        ["1", "2"],
    ),
    "a list in an object in it": (
        b'{"a": {"n": 0}, "b": {"docs": [{"id": 1}, {"id": 2}]}}',
        ["1", "2"],
    ),
    "an object": (b'{\n"id": 1\n}', ["1"]),
    "objects one below the other": (b'{\n"id": 1\n}\n{\n"id": 2\n}', ["1", "2"]),
    "a mark": (b'\xef\xbb\xbf[{"id": 1}]', ["1"]),
    "UTF-16": ('[{"id": "é"}]'.encode("utf-16"), ["é"]),
    "a bad line": (b'{"id": 1}\n{"id": 2\n{"id": 3}', ["1", "it is not JSON", "3"]),
    "a bad object": (
        b'[{"id": 1}, {"id": 2, "a" 5, "b": {"c": [1]}}, {"id": 3}]',
        ["1", "it is not JSON", "3"],
    ),
    "a comma too many": (b'[{"id": 1,}, {"id": 3}]', ["it is not JSON", "3"]),
    "no object": (
        b'[{"id": 1}, 7, "a", null, {"id": 3}]',
        ["1", *["it is not a JSON object"] * 3, "3"],
    ),
    "cut off": (b'[{"id": 1}, {"id": 2}, {"id"', ["1", "2", "it is not JSON", "the file ends"]),
    "cut off between": (b'[{"id": 1},', ["1", "the file ends"]),
    "deep": (
        b'[{"id": 1}, {"id": 2, "a": ' + b"[" * 99_999 + b"]" * 99_999 + b"}]",
        ["1", "it is not JSON"],
    ),
    "rather deep": (
        b'{"id": 1, "t": 1}\n{"id": 2, "t": ' + b"[" * 50 + b"]" * 50 + b"}",
        ["1", "it is nested"],
    ),
    "half a character": (b'{"id": 1}\n{"id": "\\ud800"}', ["1", "some bytes"]),
    "NUL": (b'{"id": 1}\n{"id": "a\\u0000"}', ["1", "the row contains a NUL"]),
    "bytes": (b'{"id": 1}\n{"id": "\xff"}\n{"id": "\xc3\xa9"}', ["1", "some bytes", "é"]),
    "a large number": (b'{"id": 1}\n{"id": ' + b"9" * 5_000 + b"}", ["1", "9" * 5_000]),
    "no number": (b'{"id": 1}\n{"id": NaN}', ["1", "the row has no id"]),
}


@pytest.mark.parametrize("name", JSONS)
def test_json_is_read_whatever_is_wrong_with_it(tmp_path, name):
    data, expected = JSONS[name]
    rows = staged(
        tmp_path, 'title = "id"' if name != "rather deep" else 'title = "t"', data, file="x.json"
    )
    found = [row["problem"] or row["source_id"] for row in rows]
    assert len(found) >= len(expected)
    assert all(one.startswith(other) for one, other in zip(found, expected, strict=False)), found


@pytest.mark.parametrize(
    ("data", "top", "words"),
    [
        (b"id,title\n1,a\n", "", "is not JSON: it begins"),
        (b'{"a": 1} {', "", "is not JSON|lacks"),
        (b'[{"id": 1}]', "", "lacks the column 'titel'; did you mean 'title'?|lacks the column"),
        (b'{"a": [{"id": 1, "titel": 2}]}', 'records = "b"', "has no list 'b'"),
        (b"[]", "", "has no object that can be read; it is empty"),
        (b"[{1}, {2}]", "", "has no object that can be read; line 1: it is not JSON"),
        (b"", "", "is empty"),
    ],
)
def test_json_that_cannot_be_read_is_refused_in_a_line(tmp_path, data, top, words):
    with pytest.raises(SourceError, match=words.replace("?", r"\?")) as refusal:
        staged(tmp_path, 'title = "titel"', data, top=top, file="x.json")
    assert "\n" not in str(refusal.value)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_objects_or_refused(data):
    try:
        rows = FileFormat().read("x.json", b'[{"id": 1}, ' + data, ("id",)).table
    except SourceError:
        return
    assert rows.num_rows >= 1


def workbook(*rows, sheet="Works"):
    """Make the least workbook with these rows of texts and numbers."""
    cells = "".join(
        f'<row r="{at}">'
        + "".join(
            f'<c r="{chr(65 + column)}{at}"><v>{value}</v></c>'
            if isinstance(value, int | float)
            else f'<c r="{chr(65 + column)}{at}" t="inlineStr"><is><t>{value}</t></is></c>'
            for column, value in enumerate(row)
        )
        + "</row>"
        for at, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def relation(name, target, kind):
        link = f'<Relationship Id="{name}" Type="{office}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{link}</Relationships>'

    listed = f'<sheets><sheet name="{sheet}" sheetId="1" r:id="s"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": relation("r", "xl/workbook.xml", "officeDocument"),
        "xl/_rels/workbook.xml.rels": relation("s", "worksheets/sheet1.xml", "worksheet"),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">{listed}</workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def test_a_workbook_is_read(tmp_path):
    data = workbook(["Export of today"], ["id", "t"], [1984.5, "A"], [7, "B"], ["", "C"])
    rows = staged(tmp_path, 'title = "t"', data, file="x.xlsx")
    assert [(row["line"], row["source_id"], row["title_given"]) for row in rows] == [
        (3, "1984.5", "A"),
        (4, "7", "B"),
        (5, None, "C"),
    ]


@pytest.mark.parametrize(
    ("data", "top", "words"),
    [
        (b"id,t\n", "", "is not an Excel workbook"),
        (workbook(["id", "t"], ["1", "a"])[:-30], "", "is not an Excel workbook"),
        (
            workbook(["id", "t"], ["1", "a"]),
            'sheet = "Other"',
            "has no sheet 'Other'; it has 'Works'",
        ),
        (workbook(["id", "x"], ["1", "a"]), "", "lacks the column 't'"),
    ],
    ids=["a CSV", "cut off", "another sheet", "a missing column"],
)
def test_a_workbook_that_cannot_be_read_is_refused_in_a_line(data, top, words):
    mapping = parse_mapping(f'name="x"\n{top}\n[fields]\nid="id"\ntitle="t"\n', "x")
    with pytest.raises(SourceError, match=words):
        FileFormat(sheet=mapping.sheet).read("x.xlsx", data, mapping.columns)


def test_a_workbook_with_any_byte_changed_is_read_or_refused():
    whole = workbook(["id", "t"], ["1", "a"])
    outcomes = set()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        try:
            read_workbook("x.xlsx", bytes(changed), ("id",))
            outcomes.add("read")
        except SourceError as error:
            outcomes.add(str(error).startswith("x.xlsx "))
    assert outcomes == {"read", True}


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch):
    far = workbook(["id", "t"], ["1", "a"])
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b'"B2"', b'"XFD1048576"'
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(SourceError, match="as far as row 1,048,576 and column 16,384: delete"):
        FileFormat().read("x.xlsx", data.getvalue(), ("id",))
    monkeypatch.setattr("catalog.sources.workbook_rows._MAX_BYTES", 100)
    with pytest.raises(SourceError, match="unpacks to over 100 bytes: save it as CSV"):
        FileFormat().read("x.xlsx", far, ("id",))


UNFIT = {
    "two origins": ('{column="a", constant="b"}', "give one of"),
    "no origin": ("{}", "give one of"),
    "join without columns": ('{column="a", join=" "}', "join requires columns"),
    "a template without a column": ('{template="a.jpg"}', "at least one column in braces"),
    "a pattern without a group": ("{column='a', pattern='a'}", r"put the part"),
    "a unit": ('{column="a", unit="cm"}', "only size, height"),
    "another unit": ('{column="a", unit="px"}', "unit: Input should be"),
    "an order": ('{column="a", order="last, first"}', "only artist"),
    "an empty separator": ('{column="a", separator=""}', "separator: String should"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_value_that_says_what_cannot_be_is_refused_in_a_line(name):
    text, words = UNFIT[name]
    with pytest.raises(SourceError, match=words) as refusal:
        parse_mapping(f'name = "x"\n[fields]\nid = "a"\ntitle = {text}\n', "x.toml")
    assert "\n" not in str(refusal.value)


def test_the_page_on_mappings_holds_a_mapping():
    page = (files("catalog.sources") / "MAPPINGS.md").read_text("utf-8")
    text = page.partition("```toml")[2].partition("```")[0]
    assert parse_mapping(text, "MAPPINGS.md").name == "town-museum"
    values = re.findall(r"^\|[^|]*\| `(\{.*?\})`", page, re.MULTILINE)
    assert len(values) > 9
    for value in values:
        name = "size" if "unit" in value else "artist"
        parse_mapping(f'name = "x"\n[fields]\nid = "a"\n{name} = {value}\n', value)


def test_an_unknown_field_is_named_with_the_nearest_one():
    with pytest.raises(SourceError, match="unknown field 'titel': did you mean 'title'"):
        parse_mapping('name = "x"\n[fields]\nid = "a"\ntitel = "b"\n', "x")


@pytest.mark.parametrize("name", known_fields())
def test_the_example_of_a_field_is_a_mapping(name):
    example = known_fields()[name].example
    first = "" if name == "id" else 'id = "a"\n'
    assert name in parse_mapping(f'name = "x"\n[fields]\n{first}{example}\n', "x").fields


def drafted(header, *rows, file="x.csv"):
    data = "\n".join([header, *rows]).encode()
    return parse_mapping(draft(FileFormat().read(file, data, None), file, "x"), "x").model_dump(
        exclude_defaults=True
    )["fields"]


DRAFTS = {
    "names in capitals": (
        "ID,TITLE,ARTIST",
        "1,A,X",
        {"id": "ID", "title": "TITLE", "artist": "ARTIST"},
    ),
    "joined words": (
        "objectNumber,displayDate",
        "1,1850",
        {"id": "objectNumber", "date": "displayDate"},
    ),
    "German": (
        "Inv.-Nr.,Künstler,Maße",
        '1,"Müller, Jörg",5 x 4 cm',
        {
            "id": "Inv.-Nr.",
            "artist": {"column": "Künstler", "order": "last, first"},
            "size": "Maße",
        },
    ),
    "a unit in the name": (
        "id,Height (cm),width_cm",
        "1,53,44",
        {
            "id": "id",
            "height": {"column": "Height (cm)", "unit": "cm"},
            "width": {"column": "width_cm", "unit": "cm"},
        },
    ),
    "first and last name": (
        "id,First Name,Last Name",
        "1,Ann,Berg",
        {"id": "id", "artist": {"columns": ("First Name", "Last Name"), "join": " "}},
    ),
    "a nested life": (
        "id,makers.name,makers.life",
        "1,Ann Berg,1840-1926",
        {"id": "id", "artist": "makers.name", "born_died": "makers.life"},
    ),
    "several": (
        "id,artists,movement",
        "1,X|Y,A|B",
        {
            "id": "id",
            "artist": {"column": "artists", "separator": "|"},
            "style": {"column": "movement", "separator": "|"},
        },
    ),
    "roles beside names": (
        "id,maker,maker role",
        "1,X|Y,draftsman|publisher",
        {
            "id": "id",
            "artist": {"columns": ("maker", "maker role"), "join": ", ", "separator": "|"},
        },
    ),
    "roles that are none": ("id,maker,role", "1,X,7", {"id": "id", "artist": "maker"}),
    "a file is id and image": (
        "file,year",
        "a.jpg,1850",
        {"id": "file", "date": "year", "image": "file"},
    ),
    "numbers rather than a text": (
        "id,Dimensions,Height_cm,Width_cm",
        "1,5 x 4 cm,5,4",
        {
            "id": "id",
            "height": {"column": "Height_cm", "unit": "cm"},
            "width": {"column": "Width_cm", "unit": "cm"},
        },
    ),
    "what does not look like it": ("id,date,image", "1,unknown,none", {"id": "id"}),
}


@pytest.mark.parametrize("name", DRAFTS)
def test_fields_are_guessed(name):
    header, row, expected = DRAFTS[name]
    wanted = {
        field: value if isinstance(value, dict) else {"column": value}
        for field, value in expected.items()
    }
    assert drafted(header, row) == wanted


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5), st.text(max_size=30))
def test_whatever_a_file_holds_its_draft_is_a_mapping(names, value):
    names = list(
        dict.fromkeys(["id", *(name.encode("utf-8", "replace").decode() for name in names)])
    )
    strings = [
        pa.array([text])
        for text in ("1", *([value.encode("utf-8", "replace").decode()] * (len(names) - 1)))
    ]
    first = [pa.array([2]), pa.array([""]), pa.array([None], pa.string())]
    table = pa.Table.from_arrays([*first, *strings], names=["line", "raw", "problem", *names])
    text = draft(RowTable(tuple(names), table, "", {}), 'x\n".csv', "x")
    assert "id" in parse_mapping(text, "x").fields


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("a/tate/artworks.csv", "tate"),
        ("Bestand 2024.xlsx", "bestand-2024"),
        ("works.csv", "works"),
        ("é/ü.csv", "u"),
    ],
)
def test_a_catalog_is_named_after_its_file(uri, name):
    assert catalog_name(uri) == name
