"""Answers as DuckDB prints them, whatever their types."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
import yaml

from catalog.base.errors import QueryError
from catalog.publishing.query_results import format_of, written
from catalog.storage import sql_sandbox

VALUES = yaml.safe_load(Path(__file__).with_name("query_results.yaml").read_text("utf-8"))["values"]


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
