"""What a field of a mapping makes of columns: one, several, parts, lists, constants, hints."""

from __future__ import annotations

import io
import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.draft import catalog_name, draft
from catalog.sources.mapped import Mapped
from catalog.sources.mapped_values import name_in_order, size_with_unit
from catalog.sources.mapping import Mapping, known_fields, parse_mapping
from catalog.sources.row_table import RowTable
from catalog.sources.source import FileFormat
from catalog.sources.workbook_rows import read_workbook
from catalog.storage import duck
from catalog.storage.store import FolderStore

CASES = yaml.safe_load(Path(__file__).with_name("mapping_cases.yaml").read_text("utf-8"))


def staged(tmp_path, fields, rows, *, top="", file="x.jsonl"):
    """Stage objects through a mapping with these fields."""
    mapping = parse_mapping(f'name = "x"\n{top}\n[fields]\nid = "id"\n{fields}\n', "x.toml")
    data = rows if isinstance(rows, bytes) else "\n".join(map(json.dumps, rows)).encode()
    (tmp_path / file).write_bytes(data)
    source = Mapped(FolderStore(tmp_path), file, mapping)
    connection = duck.connect()
    source.stage(connection)
    return duck.arrow(connection, "FROM staged ORDER BY line").to_pylist()


@pytest.mark.parametrize("name", CASES["values"])
def test_a_field_is_made_of_columns(tmp_path, name):
    fields, row, column, expected = CASES["values"][name]
    rows = row.encode() if isinstance(row, str) else [{"id": 1, **row}]
    (found,) = staged(tmp_path, fields, rows)
    assert (found["problem"], found[column]) == (None, expected)


@pytest.mark.parametrize(("text", "order", "expected"), CASES["names"])
def test_names_are_turned_where_that_is_certain(text, order, expected):
    assert name_in_order(text, order) == expected


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["last, first", "last first"]))
def test_any_text_is_a_name_or_stays(text, order):
    assert isinstance(name_in_order(text, order), str)
    assert isinstance(size_with_unit(text, "cm"), str)


DEEP = b"[" * 99_999 + b"]" * 99_999
JSONS = {name: (text.encode(), expected) for name, (text, expected) in CASES["jsons"].items()} | {
    "a mark": (b'\xef\xbb\xbf[{"id": 1}]', ["1"]),
    "UTF-16": ('[{"id": "é"}]'.encode("utf-16"), ["é"]),
    "bytes": (b'{"id": 1}\n{"id": "\xff"}\n{"id": "\xc3\xa9"}', ["1", "some bytes", "é"]),
    "deep": (b'[{"id": 1}, {"id": 2, "title": ' + DEEP + b"}]", ["1", "it is not JSON"]),
    "a large number": (b'{"id": 1}\n{"id": ' + b"9" * 5_000 + b"}", ["1", "9" * 5_000]),
}


@pytest.mark.parametrize(("data", "expected"), JSONS.values(), ids=JSONS)
def test_json_is_read_whatever_is_wrong_with_it(tmp_path, data, expected):
    rows = staged(tmp_path, 'title = "id"', data, file="x.json")
    found = [row["problem"] or row["source_id"] for row in rows]
    assert len(found) >= len(expected)
    assert all(one.startswith(other) for one, other in zip(found, expected, strict=False)), found


@pytest.mark.parametrize(("text", "top", "words"), CASES["no_jsons"])
def test_json_that_cannot_be_read_is_refused_in_a_line(tmp_path, text, top, words):
    with pytest.raises(SourceError, match=words.replace("?", r"\?")) as refusal:
        staged(tmp_path, 'title = "titel"', text.encode(), top=top, file="x.json")
    assert "\n" not in str(refusal.value)


def workbook(*rows, replace=("", "")):
    """Make the least workbook with these rows of texts and numbers, a text in them replaced."""
    cells = ""
    for at, row in enumerate(rows, 1):
        cells += f'<row r="{at}">'
        for letter, value in zip("ABC", row, strict=False):
            kind = "n" if isinstance(value, int | float) else "str"
            cells += f'<c r="{letter}{at}" t="{kind}"><v>{value}</v></c>'
        cells += "</row>"
    cells = cells.replace(*replace)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def relation(name, target, kind):
        link = f'<Relationship Id="{name}" Type="{office}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{link}</Relationships>'

    listed = '<sheets><sheet name="Works" sheetId="1" r:id="s"/></sheets>'
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
    found = [(row["line"], row["source_id"], row["title_given"]) for row in rows]
    assert found == [(3, "1984.5", "A"), (4, "7", "B"), (5, None, "C")]


SMALL = workbook(["id", "t"], ["1", "a"])
NO_WORKBOOKS = {
    "a CSV": (b"id,t\n", None, "is not an Excel workbook"),
    "cut off": (SMALL[:-30], None, "is not an Excel workbook"),
    "another sheet": (SMALL, "Other", "has no sheet 'Other'; it has 'Works'"),
    "a missing column": (workbook(["id", "x"], ["1", "a"]), None, "lacks the column 't'"),
    "nothing": (workbook(), None, "is empty: none of its sheets has a row"),
}


@pytest.mark.parametrize(("data", "sheet", "words"), NO_WORKBOOKS.values(), ids=NO_WORKBOOKS)
def test_a_workbook_that_cannot_be_read_is_refused_in_a_line(data, sheet, words):
    with pytest.raises(SourceError, match=words):
        FileFormat(sheet=sheet).read("x.xlsx", data, ("id", "t"))


def test_a_workbook_with_any_byte_changed_is_read_or_refused():
    outcomes = set()
    for at in range(len(SMALL)):
        changed = bytearray(SMALL)
        changed[at] ^= 0xFF
        try:
            read_workbook("x.xlsx", bytes(changed), ("id",))
            outcomes.add("read")
        except SourceError as error:
            outcomes.add(str(error).startswith("x.xlsx "))
    assert outcomes == {"read", True}


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch):
    far = workbook(["id", "t"], ["1", "a"], replace=("B2", "XFD1048576"))
    with pytest.raises(SourceError, match="as far as row 1,048,576 and column 16,384: delete"):
        FileFormat().read("x.xlsx", far, ("id",))
    monkeypatch.setattr("catalog.sources.workbook_rows._MAX_BYTES", 100)
    with pytest.raises(SourceError, match="unpacks to over 100 bytes: save it as CSV"):
        FileFormat().read("x.xlsx", SMALL, ("id",))


def test_the_page_on_mappings_holds_a_mapping():
    page = (files("catalog.sources") / "MAPPINGS.md").read_text("utf-8")
    text = page.partition("```toml")[2].partition("```")[0]
    assert parse_mapping(text, "MAPPINGS.md").name == "town-museum"
    values = re.findall(r"^\|[^|]*\| `(\{.*?\})`", page, re.MULTILINE)
    assert len(values) > 9
    for value in values:
        name = "size" if "unit" in value else "artist"
        parse_mapping(f'name = "x"\n[fields]\nid = "a"\n{name} = {value}\n', value)


@pytest.mark.parametrize("name", known_fields())
def test_the_example_of_a_field_is_a_mapping(name):
    example = known_fields()[name].example
    first = "" if name == "id" else 'id = "a"\n'
    assert name in parse_mapping(f'name = "x"\n[fields]\n{first}{example}\n', "x").fields


@pytest.mark.parametrize("name", CASES["drafts"])
def test_fields_are_guessed(name):
    header, row, expected = CASES["drafts"][name]
    table = FileFormat().read("x.csv", f"{header}\n{row}".encode(), None)
    found = parse_mapping(draft(table, "x.csv", "x"), "x")
    wanted = Mapping.model_validate({"name": "x", "fields": expected})
    assert found.fields == wanted.fields


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5), st.text(max_size=30))
def test_whatever_a_file_holds_its_draft_is_a_mapping(names, value):
    *names, value = (text.encode("utf-8", "replace").decode() for text in (*names, value))
    row = {"line": [2], "raw": [""], "problem": pa.array([None], pa.string()), "id": ["1"]}
    table = pa.table(row | {name: [value] for name in names})
    text = draft(RowTable(("id", *names), table, "", {}), 'x\n".csv', "x")
    assert "id" in parse_mapping(text, "x").fields


def test_a_catalog_is_named_after_its_file():
    uris = ["a/tate/artworks.csv", "Bestand 2024.xlsx", "works.csv", "é/ü.csv"]
    assert list(map(catalog_name, uris)) == ["tate", "bestand-2024", "works", "u"]
