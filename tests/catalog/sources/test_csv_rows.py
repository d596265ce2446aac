import io
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.csv_rows import read_csv
from catalog.sources.row_table import MAX_FIELD

NEEDED = ("ID", "title")


def read(text, needed=NEEDED, **options):
    """The rows of a file as dicts."""
    data = text if isinstance(text, bytes) else text.encode()
    return read_csv("works.csv", data, needed, **options).table.to_pylist()


def row(line, raw, *values, problem=None):
    return {
        "line": line,
        "raw": raw,
        "problem": problem,
        **dict(zip(("ID", "title"), values, strict=False)),
    }


def test_rows_keep_their_line_and_their_text():
    assert read("ID,title\n1,david\n2,pan and selene\n") == [
        row(2, "1,david", "1", "david"),
        row(3, "2,pan and selene", "2", "pan and selene"),
    ]


def test_quotes_hold_delimiters_quotes_and_line_ends():
    text = 'ID,title\n1,"two, ""laughing""\nmen\n"\n\n2,after\n'
    assert read(text) == [
        row(2, '1,"two, ""laughing""\nmen\n"', "1", 'two, "laughing"\nmen\n'),
        row(6, "2,after", "2", "after"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_understood(end):
    text = end.join(["ID,title", "1,a", "", '2,"b', 'c"', "", "", "3,d"])
    assert read(text) == [
        row(2, "1,a", "1", "a"),
        row(4, f'2,"b{end}c"', "2", f"b{end}c"),
        row(8, "3,d", "3", "d"),
    ]


@pytest.mark.parametrize("last", ["", "\n", "\r\n\r\n"])
def test_the_last_row_needs_no_line_end(last):
    assert [r["title"] for r in read("ID,title\n1,a\n2,b" + last)] == ["a", "b"]


def test_a_byte_order_mark_is_no_part_of_a_name():
    rows = read_csv("works.csv", b"\xef\xbb\xbfID,title\n1,a\n", NEEDED)
    assert rows.header == ("ID", "title")


def test_names_are_trimmed_and_a_column_may_have_none():
    assert read(" ID ,,title\n1,x,a\n") == [row(2, "1,x,a", "1", "a")]


@pytest.mark.parametrize("line", ["1,a,b", "1,a,b,c"])
def test_a_row_with_too_many_fields_is_kept_with_its_problem(line):
    problem = f"the row has {line.count(',') + 1} fields, the header 2"
    assert read(f"ID,title\n0,ok\n{line}\n2,ok\n") == [
        row(2, "0,ok", "0", "ok"),
        row(3, line, "1", "a", problem=problem),
        row(4, "2,ok", "2", "ok"),
    ]


def test_bytes_of_another_encoding_are_a_problem_of_their_row_alone():
    rows = read(b"ID,title\n1,caf\xe9\n2,caf\xc3\xa9\n", encoding="utf-8")
    assert rows[0]["problem"] == "some bytes are not in the file's encoding"
    assert rows[0]["title"] == "caf\ufffd"
    assert rows[1] == row(3, "2,café", "2", "café")


def test_another_encoding_and_delimiter():
    rows = read("ID;title\n1;Łódź, vu de loin\n".encode("cp1250"), encoding="cp1250", delimiter=";")
    assert rows == [row(2, "1;Łódź, vu de loin", "1", "Łódź, vu de loin")]


def test_a_nul_byte_is_a_problem():
    rows = read("ID,title\n1,a\0b\n2,c\n")
    assert [r["problem"] for r in rows] == ["the row contains a NUL byte", None]


def test_a_huge_field_is_a_problem_and_no_failure():
    rows = read(f"ID,title\n1,{'x' * (MAX_FIELD + 1)}\n2,{'y' * 200_000}\n3,z\n")
    assert [r["problem"] for r in rows] == [
        "a field has more than 1,000,000 characters",
        None,
        None,
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"  \n", b",,\n", b"\xef\xbb\xbf"])
def test_a_file_without_names_is_refused(data):
    with pytest.raises(SourceError, match=r"works\.csv is empty: expected a line of column names"):
        read(data, encoding="utf-8", delimiter=",")


def test_a_repeated_name_is_refused_where_it_is_needed():
    with pytest.raises(SourceError, match="has the column 'title' more than once"):
        read("ID,title,title\n1,a,b\n")
    assert read("ID,title,note,note\n1,a,b,c\n")[0]["title"] == "a"


@pytest.mark.parametrize("name", ["line", "raw", "problem"])
def test_our_own_names_are_no_others(name):
    rows = read_csv("works.csv", f"ID,{name}\n1,a\n".encode(), ("ID", name))
    assert [column.to_pylist() for column in rows.table.columns[3:]] == [["1"], ["a"]]


def test_columns_that_are_needed_and_those_that_may_be_missing():
    data = b"title,ID\na,1\n"
    table = read_csv("works.csv", data, ("ID",), ("title", "date")).table
    found = table.select(["ID", "title", "date"]).to_pylist()
    assert found == [{"ID": "1", "title": "a", "date": None}]
    with pytest.raises(SourceError) as caught:
        read_csv("works.csv", data, ("ID", "artist", "year"))
    assert str(caught.value) == "works.csv lacks the column 'artist'; it has 'title', 'ID'"


def physical_lines(data):
    return list(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline=""))


@given(
    st.binary(max_size=80)
    | st.text('ab,";\n\r \0é\ufeff', max_size=60).map(str.encode)
    | st.text('a,"\n', max_size=40).map(lambda text: b"ID,title\n" + text.encode())
)
@example(b'ID,title\n1,"a\n2,b\n')
@example(b'ID,title\n1,"a"b\n"2","c\n\n"\n3,d')
def test_every_line_of_any_file_is_in_exactly_one_row(data):
    try:
        rows = read(data, ("ID",), encoding="utf-8", delimiter=",")
    except SourceError as error:
        assert "\n" not in str(error)
        return
    lines = physical_lines(data)
    starts = [row["line"] - 1 for row in rows] + [len(lines)]
    for found, (start, end) in zip(rows, pairwise(starts), strict=True):
        assert 0 < start < end
        # what stands between two rows is blank: it may or may not count to the one before
        assert "".join(lines[start:end]).rstrip() == found["raw"].rstrip()
