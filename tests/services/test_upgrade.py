"""Does a night go on with a home on Ceph whose tables the oldest artcat made?"""

from __future__ import annotations

import uuid

import pytest
from deltalake import DeltaTable

from catalog import duck, tables
from catalog.access import delta_options
from catalog.schema_versions import SCHEMA_VERSION, version_in
from catalog.store import open_store
from tests import oldest
from tests.drills.homes import check_equal, check_keys
from tests.services.ceph import BUCKET


@pytest.fixture
def old_home(ceph, reference) -> str:
    """The reference as the oldest version would have left it: its rows, in the columns of then."""
    uri = f"s3://{BUCKET}/{uuid.uuid4().hex[:8]}/home"
    home, source = open_store(uri), open_store(reference)
    for folder in ("models", "shards"):
        for info in source.list(folder):
            home.write(info.key, source.read(info.key))
    for name in oldest.COLUMNS:
        dropped = dict.fromkeys(oldest.DROPPED.get(name, ()), False)
        columns = (column for column in oldest.schema_of(name).names if column not in dropped)
        chosen = ", ".join(f'"{column}"' for column in columns)
        found = duck.ask(source, f'SELECT {chosen} FROM "{name}"').to_pylist()
        rows = [{**row, **dropped} for row in found]
        if name == "artworks":  # the hash of a row was then of fewer facts
            rows = [{**row, "row_hash": row["row_hash"][::-1]} for row in rows]
        if rows and name != "runs":  # of then, they would tell of another code's reading
            oldest.make_table(home, name, *rows)
    return uri


def schema_version(uri: str, name: str) -> int:
    home = open_store(uri)
    table = DeltaTable(tables.table_uri(home, name), storage_options=delta_options(home))
    return version_in(name, table.metadata().configuration)


def test_the_tables_of_the_oldest_version(nights, old_home, reference):
    assert schema_version(old_home, "artworks") == 1
    nights.finish(old_home)
    check_keys(old_home)
    assert check_equal(old_home, reference) >= 60
    assert schema_version(old_home, "enriched") == SCHEMA_VERSION
