"""Answers as DuckDB prints them, whatever their types."""

from __future__ import annotations

import csv
import io
import json

import duckdb
import pytest

from catalog.base.errors import QueryError
from catalog.publishing.query_results import format_of, written
from catalog.storage import sql_sandbox

# As DuckDB prints it: SQL and text
NUMBERS = {
    f"({-(2**127)})::HUGEINT": str(-(2**127)),
    f"{2**128 - 1}::UHUGEINT": str(2**128 - 1),
    "18446744073709551615::UBIGINT": "18446744073709551615",
    "1.5::DECIMAL(38, 10)": "1.5000000000",
    "true": "true",
}
TEXTS = {
    "DATE '5877642-06-25 (BC)'": "5877642-06-25 (BC)",
    "DATE '0044-03-15 (BC)'": "0044-03-15 (BC)",
    "DATE '5881580-07-10'": "5881580-07-10",
    "'infinity'::DATE": "infinity",
    "'-infinity'::TIMESTAMP": "-infinity",
    "TIMESTAMP '290309-12-22 (BC) 00:00:00'": "290309-12-22 (BC) 00:00:00",
    "TIMESTAMPTZ '2024-05-01 12:00:00+02'": "2024-05-01 10:00:00+00",
    "TIMESTAMP_NS '2024-05-01 12:00:00.123456789'": "2024-05-01 12:00:00.123456789",
    "TIME '24:00:00'": "24:00:00",
    "'12:00:00+15:59:59'::TIMETZ": "12:00:00+15:59:59",
    "INTERVAL '83 years 3 months 999 days'": "83 years 3 months 999 days",
    "'6c84fb90-12c4-11e1-840d-7b25c5ee775a'::UUID": "6c84fb90-12c4-11e1-840d-7b25c5ee775a",
    "'\\xFF\\x00'::BLOB": "\\xFF\\x00",
    "'10101'::BIT": "10101",
    "'b'::ENUM('a', 'b')": "b",
    "'a, \"b\"\nc'": 'a, "b"\nc',
    "'é 😀'": "é 😀",
}
VALUES = {
    # SQL: (as text, as JSON)
    **{sql: (text, text) for sql, text in NUMBERS.items()},
    **{sql: (text, json.dumps(text, ensure_ascii=False)) for sql, text in TEXTS.items()},
    "'inf'::DOUBLE": ("inf", "Infinity"),
    "'-inf'::FLOAT": ("-inf", "-Infinity"),
    "'nan'::DOUBLE": ("nan", "NaN"),
    "[1.5, 'nan'::DOUBLE]": ("[1.5, nan]", "[1.5,NaN]"),
    "1e300": ("1e+300", "1e300"),
    "MAP {'a': 1}": ("{a=1}", '{"a":1}'),
    "MAP {[1]: 2}": ("{[1]=2}", '{"[1]":2}'),
    "{'a': {'b': [DATE '0044-03-15 (BC)']}}": (
        "{'a': {'b': ['0044-03-15 (BC)']}}",
        '{"a":{"b":["0044-03-15 (BC)"]}}',
    ),
    "union_value(k := 1)": ("1", '{"k":1}'),
    "[1, NULL]::INT[2]": ("[1, NULL]", "[1,null]"),
    "'{\"a\": 1}'::JSON": ('{"a": 1}', '{"a":1}'),
    "NULL": ("", "null"),
}


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def printed(connection, sql, form):
    return "".join(written(sql_sandbox.last_answer(connection, sql), form))


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_printed_as_duckdb_prints_it(connection, value):
    text, as_json = VALUES[value]
    sql = f"SELECT {value} AS v"
    assert list(csv.reader(io.StringIO(printed(connection, sql, "csv")))) == [["v"], [text]]
    assert printed(connection, sql, "json") == f'[{{"v": {as_json}}}]\n'
    assert printed(connection, sql, "object") == f'{{"rows": [{{"v": {as_json}}}]}}\n'
    assert len(printed(connection, sql, "table").splitlines()) == 2


def test_every_type_can_be_printed(connection):
    for form in ("table", "csv", "object"):
        assert printed(connection, "FROM test_all_types()", form)
    rows = json.loads(printed(connection, "FROM test_all_types()", "json"))
    assert len(rows) == 3
    assert set(rows[2].values()) == {None}


@pytest.mark.parametrize(
    ("sql", "form", "expected"),
    [
        ("SELECT 1 AS n WHERE false", "json", "[]\n"),
        ("SELECT 1 AS n WHERE false", "object", '{"rows": []}\n'),
        ("SELECT 1 AS n WHERE false", "csv", "n\n"),
        ("SELECT 1 AS n WHERE false", "table", "no rows (n)\n"),
        ("SELECT 1 AS a, 2 AS a", "csv", "a,a\n1,2\n"),
        ('SELECT 1 AS "x""y"', "json", '[{"x\\"y": 1}]\n'),
        ("SELECT -1 AS n, 'a' AS t", "table", "  n t\n -1 a\n"),
        ("SELECT chr(27) || '[31m' AS t", "table", "       t\n\\x1b[31m\n"),
        ("FROM range(3) ORDER BY 1 DESC", "csv", "range\n2\n1\n0\n"),
    ],
)
def test_forms(connection, sql, form, expected):
    assert printed(connection, sql, form) == expected


def test_more_rows_than_are_fetched_at_once(connection):
    lines = printed(connection, "FROM range(25000)", "csv").splitlines()
    assert lines[1:] == [str(number) for number in range(25000)]


def test_nothing_is_printed_of_an_answer_that_fails(connection):
    sql = "SELECT (range - 20000)::UTINYINT FROM range(20100)"
    pieces = written(sql_sandbox.last_answer(connection, sql), "json")
    with pytest.raises(QueryError, match="out of range"):
        next(pieces)


def test_a_file_says_by_its_name_how_it_is_written(tmp_path):
    assert format_of(None) == "table"
    assert format_of(None, tmp_path / "a.CSV") == "csv"
    assert format_of(None, tmp_path / "a.json") == "json"
    assert format_of("csv", tmp_path / "a.json") == "csv"
