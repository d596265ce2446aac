"""Tests of SQL statements on the rows of their cases: see the YAML files beside this one.

A file has the statement's name, then
- `relations`: columns of what is no table of a home: names, a type where it is no text, or `like`
  a table of a home or `staged`;
- `parameters`: of the statement, for all cases;
- `order`: a column to sort by where the statement leaves the order open;
- `cases`: each with a `name`, its input `rows` by relation (what is not given is null) and what
  it should `give`, of which only the columns that are written are compared.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import sql
from catalog.base.hashing import sha256_of
from catalog.ingestion.ingest import normalise, style_mapping
from catalog.sources.source import STAGED
from catalog.storage import duck
from catalog.storage.schemas import TABLES


class Loader(yaml.CSafeLoader):
    """YAML in which `!sha256 text` is the text's hash."""


Loader.add_constructor("!sha256", lambda _, node: sha256_of(node.value.encode()))

FOLDER = Path(__file__).parent
FILES = [yaml.load(path.read_text(), Loader) for path in sorted(FOLDER.glob("*.yaml"))]
CASES = [
    pytest.param(file, case, id=f"{file['statement']}: {case['name']}")
    for file in FILES
    for case in file["cases"]
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_a_statement_gives_the_expected_rows(file, case):
    connection = duck.open_database()
    relations = file.get("relations", {})
    for name in {*relations, *file.get("tables", ())}:
        make(connection, name, relations.get(name, {"like": name}), case["rows"].get(name) or [])
    unknown = set(case["rows"]) - {*relations, *file.get("tables", ())}
    assert not unknown, f"the file does not say what {unknown} is"
    found = run(connection, file["statement"], file.get("parameters", {}))
    order = file.get("order")
    if order:
        found.sort(key=lambda row: str(row[order]))
    expected = [{name: plain(value) for name, value in row.items()} for row in case["gives"]]
    shown = expected[0].keys() if expected else ()
    assert len(found) == len(expected), [{n: row[n] for n in shown} for row in found]
    for row, wanted in zip(found, expected, strict=True):
        assert {name: plain(row[name]) for name in wanted} == wanted


def make(connection: duck.DuckDB, name: str, columns: Any, rows: list[dict[str, Any]]) -> None:
    """Create a relation and fill it."""
    like, also = None, columns
    if isinstance(columns, dict) and "like" in columns:
        like, also = columns["like"], columns.get("also", [])
    if like:
        schema = STAGED if like == "staged" else TABLES[like].schema
        connection.register("empty", schema.empty_table())
        connection.execute(f"CREATE TABLE {name} AS FROM empty")
        connection.unregister("empty")
        for column in also:
            connection.execute(f"ALTER TABLE {name} ADD COLUMN {definition(column)}")
    else:
        connection.execute(f"CREATE TABLE {name} ({', '.join(map(definition, also))})")
    for row in rows:
        names = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", list(row.values()))


def definition(column: str | dict[str, str]) -> str:
    """A column as it is declared: text unless it says otherwise."""
    ((name, kind),) = column.items() if isinstance(column, dict) else ((column, "VARCHAR"),)
    return f'"{name}" {kind}'


def run(
    connection: duck.DuckDB, statement: str, parameters: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows that the statement gives."""
    if statement == "artworks/rows":  # it needs facts that are looked up by functions of ours
        normalise(connection, parameters["catalog"], style_mapping())
        return connection.execute("FROM ingested_rows ORDER BY line").to_arrow_table().to_pylist()
    text = sql.text(statement)
    named = {name: value for name, value in parameters.items() if f"${name}" in text}
    return connection.execute(text, named).to_arrow_table().to_pylist()


def plain(value: Any) -> Any:
    """Times at midnight as their day."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.hour == 0 else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def test_there_is_a_statement_for_each_file():
    assert len({file["statement"] for file in FILES}) == len(FILES) >= 8
    for file in FILES:
        assert sql.text(file["statement"]).startswith("-- One row per ")
