"""CSVs as museums' systems write them: read as they are meant, or set aside row by row."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.csv_rows import read_csv

CASES = yaml.safe_load(Path(__file__).with_name("csv_rows.yaml").read_text("utf-8"))


def read(text, needed=("id", "title"), **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_csv("works.csv", data, needed, **options)


def usable(table):
    rows = table.to_pylist()
    return [(row["id"], row["title"]) for row in rows if row["problem"] is None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", CASES["shapes"])
def test_a_table_is_read_as_it_is_meant(name, encoding):
    text, expected = CASES["shapes"][name]
    text = text.removeprefix("\ufeff") if encoding == "utf-16" else text
    table = read(text.encode(encoding)).table
    assert usable(table) == list(map(tuple, expected))
    assert table["problem"].null_count == table.num_rows


@pytest.mark.parametrize(("text", "expected"), CASES["aside"].values(), ids=CASES["aside"])
def test_a_broken_row_is_set_aside_with_its_reason(text, expected):
    assert aside(read(text)) == expected


def aside(rows):
    return {row["line"]: row["problem"] for row in rows.table.to_pylist() if row["problem"]}


HARMLESS = {
    "a NUL byte": (b"\0", "the row contains a NUL byte"),
    "a byte of another encoding": (b"\xe9", "some bytes are not in the file's encoding"),
    "a huge field": (b"x" * 1_000_001, "a field has more than 1,000,000 characters"),
    "U+FFFD": ("\ufffd".encode(), None),
}


@pytest.mark.parametrize(("value", "problem"), HARMLESS.values(), ids=HARMLESS)
def test_a_value_costs_its_row_only_in_a_column_that_was_asked_for(value, problem):
    data = "id,title,note\n1,é,x\n2,è,y\n".encode() + b"3,Three," + value + b"\n"
    assert usable(read(data).table) == [("1", "é"), ("2", "è"), ("3", "Three")]
    assert aside(read(data, ("id", "note"))) == ({4: problem} if problem else {})


ZEROS = ["\0" * 5000, "starts with NUL bytes"]


@pytest.mark.parametrize(("text", "words"), [*CASES["refused"].values(), ZEROS])
def test_what_is_no_such_table_is_refused_in_a_line(text, words):
    with pytest.raises(SourceError) as refusal:
        read(text.encode("latin-1"))
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_hundred_thousand_columns_are_read_at_once():
    names = ",".join(f"c{n}" for n in range(100_000))
    row = "," * 99_999
    table = read(f"id,{names},title\n" + f"1,{row},One\n" * 20).table
    assert usable(table) == [("1", "One")] * 20
    with pytest.raises(SourceError, match="'c18' and 99,981 more"):
        read(f"id,{names}\n1,{row}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id\ttitle\n1\tOne\n", "works.csv: encoding utf-8, delimiter tabulator"),
        ("x\n\nid;title\n1;One\n", "delimiter ';', 2 lines above the column names left out"),
    ],
)
def test_how_a_table_was_read_is_told(text, words):
    assert words in read(text).read_as


def test_rows_keep_their_line_and_their_text():
    names = ["line", "raw", "problem", "id", "title"]
    for end in ("\n", "\r\n", "\r"):
        lines = ["id,title", "1,a", "", '2,"b ""x""', 'c"', "", "", "3,d"]
        assert read(end.join(lines)).table.to_pylist() == [
            dict(zip(names, row, strict=True))
            for row in [
                (2, "1,a", None, "1", "a"),
                (4, f'2,"b ""x""{end}c"', None, "2", f'b "x"{end}c'),
                (8, "3,d", None, "3", "d"),
            ]
        ]
    (row,) = read(b"id,title,x\n1,caf\xe9\n", encoding="utf-8").table.to_pylist()
    assert (row["raw"], row["title"]) == ("1,caf\ufffd", "caf\ufffd")
    assert read("id,title\n1,a,b").table.to_pylist()[0]["title"] == "a"


def test_an_encoding_and_a_delimiter_may_be_given():
    data = "id;title\n1;Łódź, vu de loin\n".encode("cp1250")
    found = read(data, encoding="cp1250", delimiter=";")
    assert usable(found.table) == [("1", "Łódź, vu de loin")]


@pytest.mark.parametrize("name", ["line", "raw", "problem"])
def test_our_own_names_are_no_others(name):
    rows = read(f"id,{name}\n1,a\n", ("id", name))
    assert [column.to_pylist() for column in rows.table.columns[3:]] == [["1"], ["a"]]


def test_columns_that_are_needed_and_those_that_may_be_missing():
    rows = read("\ufefftitle, id \na,1\n", ("id",), optional=("title", "date"))
    assert rows.header == ("title", "id")
    found = rows.table.select(["id", "title", "date"]).to_pylist()
    assert found == [{"id": "1", "title": "a", "date": None}]
    with pytest.raises(SourceError) as caught:
        read("title,id\na,1\n", ("id", "artist", "year"))
    assert str(caught.value) == "works.csv lacks the column 'artist'; it has 'title', 'id'"


@given(
    st.binary(max_size=80)
    | st.text('ab,";\n\r \0é\ufeff', max_size=60).map(str.encode)
    | st.text('a,"\n', max_size=40).map(lambda text: b"ID,title\n" + text.encode())
)
@example(b'ID,title\n1,"a\n2,b\n')
@example(b'ID,title\n1,"a"b\n"2","c\n\n"\n3,d')
def test_every_line_of_any_file_is_in_exactly_one_row(data):
    try:
        rows = read(data, ("ID",), encoding="utf-8", delimiter=",").table.to_pylist()
    except SourceError as error:
        assert "\n" not in str(error)
        return
    lines = list(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""))
    starts = [row["line"] - 1 for row in rows] + [len(lines)]
    for found, (start, end) in zip(rows, pairwise(starts), strict=True):
        assert 0 < start < end
        # what stands between two rows is blank: it may or may not count to the one before
        assert "".join(lines[start:end]).rstrip() == found["raw"].rstrip()
