"""Tables of another schema version are refused in one line with advice."""

from __future__ import annotations

import json

import pytest

from catalog.base.errors import SchemaError
from catalog.runs.record import recorded
from catalog.storage import duck, tables
from catalog.storage.schemas import PROPERTY, SCHEMA_VERSION, require_current, stated_in
from flows.cli import app
from tests.building import NightResult, put, set_schema_version


@pytest.mark.parametrize("other", [str(SCHEMA_VERSION - 1), str(SCHEMA_VERSION + 1), "2b"])
def test_a_table_of_another_version_is_neither_read_nor_written(any_home, other):
    put(any_home, "enriched", {"artwork_id": "a"})
    set_schema_version(any_home, "enriched", other)
    version = tables.open_table(any_home, "enriched", of_any_schema=True).version()
    tries = (
        lambda: put(any_home, "enriched", {"artwork_id": "b"}),
        lambda: tables.version_of(any_home, "enriched"),
        lambda: duck.connect(any_home, ("enriched",)),
        lambda: duck.run_query(any_home, "FROM enriched"),
        lambda: recorded(any_home, "enrich", NightResult()).__enter__(),
    )
    for attempt in tries:
        with pytest.raises(SchemaError, match="written by another version of artcat") as caught:
            attempt()
        assert f"schema {other}; this one uses {SCHEMA_VERSION}" in str(caught.value)
        assert "\n" not in str(caught.value)
    table = tables.open_table(any_home, "enriched", of_any_schema=True)
    assert (table.version(), table.count()) == (version, 1)


def test_a_table_that_another_program_made_newer_meanwhile_is_not_written(home):
    put(home, "splits", {"artwork_id": "a", "scheme": "random"})
    duck.connect(home, ("splits",))
    set_schema_version(home, "splits", "99")
    with pytest.raises(SchemaError):
        put(home, "splits", {"artwork_id": "b", "scheme": "random"})


def test_a_table_that_states_no_version_is_refused():
    assert stated_in({PROPERTY: None}) == "unknown"
    with pytest.raises(SchemaError, match=r"the table runs .* \(schema unknown; "):
        require_current("runs", {})


def test_commands_say_it_in_one_line(home, capsys):
    put(home, "enriched", {"artwork_id": "a"})
    set_schema_version(home, "enriched", "1")
    assert app.run(["status", "--home", home.uri]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "enriched was written by another version of artcat (schema 1" in captured.err
    assert app.run(["tables", "list", "--home", home.uri]) == 0
    assert (
        f"1, of a different artcat version: this one uses {SCHEMA_VERSION}"
        in capsys.readouterr().out
    )
    assert app.run(["doctor", "--home", home.uri, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["checks"]
    told = [finding for finding in found if "different artcat version" in finding["found"]]
    assert [finding["check"] for finding in told] == ["tables"]
    assert told[0]["found"].endswith(f"a schema other than {SCHEMA_VERSION}: enriched")
