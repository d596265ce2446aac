"""Tables of every earlier version of the schema are read and brought up to date; later ones not."""

from __future__ import annotations

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catalog import duck, run_history, schema_versions, tables
from catalog.access import delta_options
from catalog.errors import SchemaError
from catalog.runs import recorded
from catalog.schema_versions import ADDED, OLDEST, PROPERTY, SCHEMA_VERSION, version_in
from catalog.schemas import TABLES
from tests import oldest
from tests.building import put, rows_of


def configuration(home, name):
    options = delta_options(home)
    return DeltaTable(tables.table_uri(home, name), storage_options=options).metadata()


def schema_in(home, name):
    return version_in(name, configuration(home, name).configuration)


def raise_version(home, name, version):
    table = DeltaTable(tables.table_uri(home, name), storage_options=delta_options(home))
    table.alter.set_table_properties({PROPERTY: version}, raise_if_not_exists=False)


def test_the_versions_follow_one_another():
    assert sorted(ADDED) == list(range(OLDEST + 1, SCHEMA_VERSION + 1))
    assert OLDEST == 1


@pytest.mark.parametrize("name", oldest.COLUMNS)
def test_what_the_versions_added_makes_the_table_of_today(name):
    added = [column for version in sorted(ADDED) for column in ADDED[version].get(name, ())]
    before = oldest.schema_of(name)
    assert len(set(added)) == len(added)
    kept = {*before.names} - oldest.DROPPED.get(name, set())
    assert kept | {*added} == set(TABLES[name].schema.names)
    assert not {*before.names} & {*added}
    for column in kept:  # no column was ever given another type
        assert TABLES[name].schema.field(column).type == before.field(column).type


def test_every_table_of_before_is_still_one_of_today():
    assert set(oldest.COLUMNS) <= set(TABLES)
    assert set(ADDED[2]) <= set(oldest.COLUMNS)


def test_a_home_of_the_oldest_version_is_read_as_it_is(any_home):
    rows = oldest.make_home(any_home)
    before = tables.versions(any_home)
    connection = duck.connect(any_home)
    for name, given in rows.items():
        found = connection.execute(f"FROM {name}").to_arrow_table()
        assert found.schema.names == TABLES[name].schema.names
        columns = set(oldest.schema_of(name).names) - oldest.DROPPED.get(name, set())
        kept = found.select(sorted(columns)).to_pylist()
        assert len(kept) == len(given)
        assert all({column: row[column] for column in columns} in kept for row in given)
        for column in set(found.schema.names) - columns:
            assert found[column].null_count == len(given)
    assert len(run_history.recent(any_home, 10)) == 2
    assert tables.versions(any_home) == before, "to read changes nothing"


def test_the_first_write_brings_a_table_up_to_date_and_loses_no_row(home):
    rows = oldest.make_home(home)
    for name, given in rows.items():
        assert schema_in(home, name) == OLDEST
        spec = TABLES[name]
        values = {**oldest.row_of(name), **given[1]}
        new = {column: values.get(column) for column in spec.schema.names}
        kinds = {key: spec.schema.field(key).type for key in spec.key}
        new |= {key: "new" for key, kind in kinds.items() if kind == pa.string()}
        new |= {key: False for key, kind in kinds.items() if kind == pa.bool_()}
        assert put(home, name, new).inserted == 1
        assert schema_in(home, name) == SCHEMA_VERSION
        found = rows_of(home, name)
        assert set(found[0]) - oldest.DROPPED.get(name, set()) == set(spec.schema.names)
        columns = given[0].keys() - oldest.DROPPED.get(name, set())
        kept = [{column: row[column] for column in columns} for row in found]
        assert all({column: row[column] for column in columns} in kept for row in given)
        assert len(kept) == len(given) + 1
        version = tables.version_of(home, name)
        assert put(home, name, new).changed == 0
        assert tables.version_of(home, name) == version, "once is enough"
    now = {**oldest.row_of("enriched"), "flags": ["disagrees-with-catalog"]}
    assert put(home, "enriched", now).updated == 1
    feed = tables.change_feed(home, "enriched", 1, tables.version_of(home, "enriched"))
    assert "flags" in feed.column_names


def test_an_evaluation_of_before_is_one_with_all_evidence_and_is_replaced_by_the_next(home):
    measured = oldest.row_of("evaluations", value=0.5)
    oldest.make_table(home, "evaluations", measured)
    now = {**measured, "evidence": "all", "prior_correction": False}
    put(home, "evaluations", {**now, "evidence": "image"})
    # rows of version 1 say nothing of prior correction either: those of version 3 do
    table = DeltaTable(tables.table_uri(home, "evaluations"))
    table.update(updates={"prior_correction": "false"}, predicate="evidence IS NULL")
    written = put(home, "evaluations", {**now, "value": 0.75})
    assert (written.inserted, written.updated) == (0, 1)
    values = {row["evidence"]: row["value"] for row in rows_of(home, "evaluations")}
    assert values == {"image": 0.5, "all": 0.75}


def test_a_run_is_recorded_in_a_home_of_the_oldest_version(home):
    oldest.make_home(home)
    with recorded(home, "maintain"):
        pass
    assert len(rows_of(home, "runs")) == 3


def test_an_upgrade_that_is_killed_between_its_writings_is_ended_by_the_next(home, monkeypatch):
    oldest.make_table(home, "images", oldest.row_of("images"))
    with monkeypatch.context() as patch:

        def killed(*_):
            raise KeyboardInterrupt

        patch.setattr(tables, "version_in", killed)
        patch.setattr(
            tables, "open_table", lambda store, name: DeltaTable(tables.table_uri(store, name))
        )
        with pytest.raises(KeyboardInterrupt):
            put(home, "images", {"artwork_id": "a"})
    assert "phash" in rows_of(home, "images")[0]
    assert schema_in(home, "images") == OLDEST
    put(home, "images", {"artwork_id": "a"})
    assert schema_in(home, "images") == SCHEMA_VERSION
    assert len(rows_of(home, "images")) == 2


@pytest.mark.parametrize("later", [str(SCHEMA_VERSION + 1), "2b"])
def test_what_a_later_version_has_written_is_refused_with_what_to_do(any_home, later):
    oldest.make_table(any_home, "enriched", oldest.row_of("enriched"), version=later)
    version = DeltaTable(
        tables.table_uri(any_home, "enriched"), storage_options=delta_options(any_home)
    ).version()
    tries = (
        lambda: put(any_home, "enriched", {"artwork_id": "a"}),
        lambda: tables.version_of(any_home, "enriched"),
        lambda: duck.connect(any_home, ("enriched",)),
        lambda: duck.ask(any_home, "FROM enriched"),
        lambda: recorded(any_home, "enrich").__enter__(),
    )
    for attempt in tries:
        with pytest.raises(SchemaError, match="written by a later version of artcat") as caught:
            attempt()
        assert f"schema {later}, this one knows {SCHEMA_VERSION}" in str(caught.value)
        assert "\n" not in str(caught.value)
    options = delta_options(any_home)
    table = DeltaTable(tables.table_uri(any_home, "enriched"), storage_options=options)
    assert (table.version(), table.count()) == (version, 1)


def test_the_table_that_another_program_made_newer_meanwhile_is_not_written(home):
    put(home, "splits", {"artwork_id": "a", "scheme": "random"})
    duck.connect(home, ("splits",))
    raise_version(home, "splits", "99")
    with pytest.raises(SchemaError):
        put(home, "splits", {"artwork_id": "b", "scheme": "random"})


def test_a_table_without_a_version_is_of_the_oldest():
    assert version_in("runs", {}) == schema_versions.OLDEST
    assert version_in("runs", {PROPERTY: None}) == schema_versions.OLDEST
