"""CSVs as museums' systems write them: read as they are meant, or set aside row by row."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.csv_rows import read_csv

TWO = [("1", "One"), ("2", "Two")]
SHAPES = {
    # delimiters
    "commas": ("id,title\n1,One\n2,Two\n", TWO),
    "semicolons": ("id;title\n1;One\n2;Two\n", TWO),
    "semicolons, commas in values": ("id;title;size\n1;One;2,5\n2;Two;3,5\n", TWO),
    "semicolons, more commas than semicolons": (
        'id;title\n1;"a, b, c, d"\n2;"e, f, g, h"\n',
        [("1", "a, b, c, d"), ("2", "e, f, g, h")],
    ),
    "tabulators": ("id\ttitle\n1\tOne\n2\tTwo\n", TWO),
    "bars": ("id|title\n1|One\n2|Two\n", TWO),
    "carets": ("id^title\n1^One\n2^Two\n", TWO),
    "unit separators": ("id\x1ftitle\n1\x1fOne\n2\x1fTwo\n", TWO),
    "sep=; for Excel": ("sep=;\nid;title\n1;One\n2;Two\n", TWO),
    "sep=, though semicolons are there": ("sep=,\nid,title\n1,One; a\n", [("1", "One; a")]),
    'quoted "sep=;"': ('"sep=;"\r\nid;title\r\n1;One\r\n', [("1", "One")]),
    "SEP= of a tabulator": ("SEP=\t\nid\ttitle\n1\tOne\n", [("1", "One")]),
    "byte order mark before sep=": ("\ufeffsep=;\nid;title\n1;One\n", [("1", "One")]),
    # the line of column names
    "a title above": ("Collection export 2024-01-05\n\nid,title\n1,One\n2,Two\n", TWO),
    "a title with commas above": ("Export, 2024, all\nid,title\n1,One\n2,Two\n", TWO),
    "several lines above": ("Museum of X\nExport\n\n\nid;title\n1;One\n2;Two\n", TWO),
    "blank lines above": ("\n\n\nid,title\n1,One\n2,Two\n", TWO),
    "empty cells above": (",,\n,,\nid,title,x\n1,One,\n2,Two,\n", TWO),
    "quoted names": ('"id","title"\n"1","One"\n"2","Two"\n', TWO),
    "names with blanks": (" id , title \n1,One\n2,Two\n", TWO),
    "names in capitals": ("ID,TITLE\n1,One\n2,Two\n", TWO),
    "names of another case beside the very name": ("id,Title,title\n1,label,One\n", [("1", "One")]),
    "a line break in a name": ('id,title,"made\nin"\n1,One,1900\n2,Two,1901\n', TWO),
    "a repeated column that nobody needs": ("id,title,note,note\n1,One,x,y\n2,Two,x,y\n", TWO),
    "nameless columns": ("id,,title,\n1,x,One,y\n2,x,Two,y\n", TWO),
    "two byte order marks": ("\ufeff\ufeffid,title\n1,One\n2,Two\n", TWO),
    "other names than ours": ("line,id,raw,title,problem\na,1,b,One,c\na,2,b,Two,c\n", TWO),
    # quotes
    "doubled quotes": ('id,title\n1,"The ""Grand"" View"\n', [("1", 'The "Grand" View')]),
    "escaped quotes": (
        'id,title,artist\n1,"The \\"Grand\\" View",Ann\n2,"A \\"B\\", C",Bo\n3,Plain,Bo\n',
        [("1", 'The "Grand" View'), ("2", 'A "B", C'), ("3", "Plain")],
    ),
    "a path that ends in a backslash": ('id,title,path\n1,One,"C:\\a\\"\n2,Two,"C:\\b\\"\n', TWO),
    "single quotes": (
        "id,title,artist\n1,'The Mill, at Night','Lee, Ann'\n2,'The \"Grand\" View','Ek, Bo'\n",
        [("1", "The Mill, at Night"), ("2", 'The "Grand" View')],
    ),
    "single quotes around names": ("'id','title'\n'1','One'\n'2','Two'\n", TWO),
    "values that begin with an apostrophe": (
        "id,title\n1,'s-Gravenhage\n2,'t Hooft\n",
        [("1", "'s-Gravenhage"), ("2", "'t Hooft")],
    ),
    "quotes within a plain value": ('id,title\n1,The 5" Nail\n', [("1", 'The 5" Nail')]),
    "a line break within quotes": ('id,title\n1,"One\nmore"\n', [("1", "One\nmore")]),
    "quotes in a table without quoting": (
        'id\ttitle\n1\t"Grand" View\n2\tThe "Grand" View\n3\t"A" and "B"\n',
        [("1", '"Grand" View'), ("2", 'The "Grand" View'), ("3", '"A" and "B"')],
    ),
    "quotes within quotes that are not doubled": (
        'id,title\n1,"The "Grand" View"\n2,Two\n',
        [("1", 'The "Grand" View'), ("2", "Two")],
    ),
    "an empty quoted value": ('id,title\n1,""\n2,Two\n', [("1", ""), ("2", "Two")]),
    "\\N for nothing": ("id\ttitle\n1\t\\N\n2\tTwo\n", [("1", None), ("2", "Two")]),
    # rows
    "rows without their last fields": (
        "id,title,artist,date\n1,One,Ann,1900\n2,Two,Bo\n3,Three\n4\n",
        [("1", "One"), ("2", "Two"), ("3", "Three"), ("4", None)],
    ),
    "only short rows": ("id,title,artist,date\n1,One\n2,Two\n", TWO),
    "empty fields behind the last": ("id,title\n1,One,,,\n2,Two,,,\n", TWO),
    "blank lines between": ("id,title\n\n1,One\n\n\n2,Two\n\n", TWO),
    "CRLF": ("id,title\r\n1,One\r\n2,Two\r\n", TWO),
    "CR": ("id,title\r1,One\r2,Two\r", TWO),
    "mixed line ends": ("id,title\r\n1,One\n2,Two\r", TWO),
    "no line end at the end": ("id,title\n1,One\n2,Two", TWO),
    "signs that Python takes for line ends": (
        "id,title\n1,One\x0bmore\n2,Two\u2028more\x85\n",
        [("1", "One\x0bmore"), ("2", "Two\u2028more\x85")],
    ),
    "blank lines at the end": ("id,title\r\n1,One\r\n2,Two\r\n\r\n", TWO),
    "U+FFFD in the file itself": ("id,title\n1,Lef\ufffdvre\n", [("1", "Lef\ufffdvre")]),
}


def read(text, needed=("id", "title"), **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_csv("works.csv", data, needed, **options)


def usable(table):
    rows = table.to_pylist()
    return [(row["id"], row["title"]) for row in rows if row["problem"] is None]


@pytest.mark.parametrize("name", SHAPES)
def test_a_table_is_read_as_it_is_meant(name):
    text, expected = SHAPES[name]
    table = read(text).table
    assert usable(table) == expected
    assert table["problem"].null_count == table.num_rows


@pytest.mark.parametrize("name", SHAPES)
def test_a_table_is_the_same_in_utf_16(name):
    text, expected = SHAPES[name]
    assert usable(read(text.removeprefix("\ufeff").encode("utf-16")).table) == expected


ASIDE = {
    "a comma within curly quotes": (
        "id,title\n1,“One, or” Two\n2,Two\n",
        {2: "the row has 3 fields, the header 2"},
    ),
    "too many fields": ("id,title\n1,One\n2,Two,more\n", {3: "the row has 3 fields, the header 2"}),
    "far too many": ("id,title\n1,a,b,c\n2,Two\n", {2: "the row has 4 fields, the header 2"}),
    "a line break without quotes": (
        "id,title,artist,date\n1,One,Ann,1900\n2,Two\nlines,Bo,1901\n3,Three,Bo,1902\n",
        {3: "the row has 2 fields, the header 4", 4: "the row has 3 fields, the header 4"},
    ),
    "two line breaks without quotes": (
        "id,title,artist,date\n1,One,Ann,1900\n2,Two\nand\nlines,Bo,1901\n",
        {
            3: "the row has 2 fields, the header 4",
            4: "the row has 1 field, the header 4",
            5: "the row has 3 fields, the header 4",
        },
    ),
    "a file that was cut off": (
        "id,title,artist,date\n1,One,Ann,1900\n2,Tw",
        {3: "the row has 2 fields, the header 4"},
    ),
    "a quote that is not closed": (
        'id,title,artist\n1,"One,Ann\n2,Two,Bo\n3,Three,Bo\n',
        {2: "the row has 2 fields, the header 3"},
    ),
    "the column names once more": (
        "id,title\n1,One\nid,title\n2,Two\n",
        {3: "the row repeats the column names"},
    ),
    "a NUL byte": ("id,title\n1,On\0e\n2,Two\n", {2: "the row contains a NUL byte"}),
    "a byte of another encoding": (
        "id,title\n1,é\n2,è\n".encode() + b"3,caf\xe9\n",
        {4: "some bytes are not in the file's encoding"},
    ),
    "a huge field": (
        f"id,title\n1,{'x' * 1_000_001}\n2,Two\n",
        {2: "a field has more than 1,000,000 characters"},
    ),
}


@pytest.mark.parametrize("name", ASIDE)
def test_a_broken_row_is_set_aside_with_its_reason(name):
    text, expected = ASIDE[name]
    rows = read(text).table.to_pylist()
    assert {row["line"]: row["problem"] for row in rows if row["problem"]} == expected


HARMLESS = {
    "a NUL byte": b"\0",
    "a byte of another encoding": b"\xe9",
    "a huge field": b"x" * 1_000_001,
    "U+FFFD": "\ufffd".encode(),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_stands_in_a_column_that_nobody_asked_for_does_not_matter(name):
    valid = "1,é,x\n2,è,y\n".encode()
    data = b"id,title,note\n" + valid + b"3,Three," + HARMLESS[name] + b"\n"
    table = read(data).table
    assert usable(table) == [("1", "é"), ("2", "è"), ("3", "Three")]


REFUSED = {
    "nothing": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "blank lines": (b"\r\n\r\n", "works.csv is empty: expected a line of column names"),
    "empty names": (b",,\n", "is empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "is empty"),
    "no such column": (b"id,name\n1,x\n", "lacks the column 'title'; it has 'id', 'name'"),
    "a needed column twice": (b"id,title,title\n", "has the column 'title' more than once"),
    "two of another case": (b"id,Title,TITLE\n", "has 'TITLE' and 'Title', which may both be"),
    "an Excel workbook": (
        b"PK\x03\x04zzzz",
        "a ZIP archive or an Excel workbook: unpack it, or name the workbook .xlsx",
    ),
    "an old Excel workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook (.xls): save"),
    "gzip": (b"\x1f\x8b\x08\x00", "a gzip archive: unpack it first"),
    "PDF": (b"%PDF-1.7\n", "a PDF"),
    "Parquet": (b"PAR1....", "a Parquet file"),
    "SQLite": (b"SQLite format 3\x00", "an SQLite database"),
    "JPEG": (b"\xff\xd8\xff\xe0", "a JPEG image"),
    "a web page": (b"<!DOCTYPE html><html>", "a web page"),
    "a Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "zeros": (b"\0" * 5000, "starts with NUL bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_table_is_refused_in_a_line(name):
    data, words = REFUSED[name]
    with pytest.raises(SourceError) as refusal:
        read(data)
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
