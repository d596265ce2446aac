import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from catalog.base.errors import StoreError
from catalog.storage import tables
from catalog.storage.access import delta_options, s3_access
from catalog.storage.schemas import SCHEMA_VERSION, TABLES
from catalog.storage.store import FolderStore, S3Store

COLUMNS = ("artwork_id", "scheme", "part", "group_id")


def splits(*rows):
    """Rows of the table `splits`: artwork_id, part, and a group or None."""
    values = [(work, "random", part, group) for work, part, group in rows]
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    return pa.Table.from_pylist([dict(zip(COLUMNS, v, strict=True)) for v in values], schema)


def open_table(home, name):
    return DeltaTable(tables.table_uri(home, name), storage_options=delta_options(home))


def stored(home):
    rows = open_table(home, "splits").to_pyarrow_table().to_pylist()
    return sorted((row["artwork_id"], row["part"], row["group_id"]) for row in rows)


def test_rows_are_inserted_then_updated_and_equal_ones_left(any_home):
    assert tables.version_of(any_home, "splits") is None
    assert not tables.table_exists(any_home, "splits")
    first = splits(("a", "train", None), ("b", "test", "g"))
    assert tables.merge(any_home, "splits", first) == tables.Written(inserted=2)
    version = tables.version_of(any_home, "splits")

    assert tables.merge(any_home, "splits", first) == tables.Written()
    assert tables.version_of(any_home, "splits") == version

    mixed = splits(("a", "train", None), ("b", "validation", "g"), ("c", "test", None))
    assert tables.merge(any_home, "splits", mixed) == tables.Written(inserted=1, updated=1)
    rows = [("a", "train", None), ("b", "validation", "g"), ("c", "test", None)]
    assert stored(any_home) == rows
    assert tables.versions(any_home) == {"splits": version + 1}


@pytest.mark.parametrize(("before", "after"), [(None, "g"), ("g", None), ("", None)])
def test_a_null_differs_from_a_value(home, before, after):
    tables.merge(home, "splits", splits(("a", "train", before)))
    assert tables.merge(home, "splits", splits(("a", "train", after))).updated == 1
    assert stored(home) == [("a", "train", after)]


def test_of_rows_with_one_key_the_last_is_taken(home):
    rows = splits(("a", "train", None), ("b", "test", None), ("a", "test", "g"), ("a", "test", "h"))
    assert tables.merge(home, "splits", rows).inserted == 2
    assert stored(home) == [("a", "test", "h"), ("b", "test", None)]


def test_columns_left_out_become_null_and_types_are_those_of_the_schema(home):
    rows = pa.table({"artwork_id": ["a"], "width": pa.array([3], pa.int32())})
    tables.merge(home, "images", rows)
    table = open_table(home, "images").to_pyarrow_table()
    assert table.column_names == TABLES["images"].schema.names
    assert table["width"].to_pylist() == [3]
    assert table["status"].to_pylist() == [None]


def test_what_cannot_be_merged_or_is_nothing_makes_no_table(home):
    assert tables.merge(home, "splits", splits()) == tables.Written()
    with pytest.raises(KeyError, match="colour"):
        tables.merge(home, "splits", pa.table({"artwork_id": ["a"], "colour": ["red"]}))
    with pytest.raises(ValueError, match="rows of splits lack artwork_id"):
        tables.merge(home, "splits", splits((None, "train", None)))
    assert tables.version_of(home, "splits") is None


def test_more_rows_than_are_merged_at_a_time(home, monkeypatch):
    monkeypatch.setattr(tables, "SLICE_ROWS", 3)
    rows = splits(*((f"w{i}", "train", None) for i in range(10)))
    assert tables.merge(home, "splits", rows) == tables.Written(inserted=10)
    assert len(stored(home)) == 10


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_created_and_is_described(home, name):
    spec = TABLES[name]
    samples = {
        pa.string(): "x",
        pa.int64(): 1,
        pa.bool_(): True,
        pa.timestamp("us", tz="UTC"): datetime(2024, 5, 1, tzinfo=UTC),
    }
    key = {column: samples[spec.schema.field(column).type] for column in spec.key}
    row = pa.Table.from_pylist([key], schema=spec.schema)
    assert tables.merge(home, name, row).inserted == 1
    assert tables.merge(home, name, row).changed == 0
    metadata = open_table(home, name).metadata()
    assert metadata.configuration["artcat.schema_version"] == str(SCHEMA_VERSION)
    assert metadata.description == f"one row per {spec.grain}"


def test_writers_at_the_same_time_lose_and_double_nothing(any_home):
    """Each of four merges keys that overlap with its neighbours'."""
    start = threading.Barrier(4)

    def write(number):
        rows = splits(*((f"w{i}", "train", None) for i in range(number * 10, number * 10 + 30)))
        start.wait()
        tables.merge(any_home, "splits", rows)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert stored(any_home) == sorted((f"w{i}", "train", None) for i in range(60))


def test_a_table_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, s3_settings):
    (tmp_path / "home").write_text("a file is in the way")
    for home in (FolderStore(tmp_path / "home"), S3Store("s3://no-such-bucket-here/home")):
        with pytest.raises(StoreError, match="cannot write the table splits: ") as caught:
            tables.merge(home, "splits", splits(("a", "train", None)))
        assert "\n" not in str(caught.value)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    with pytest.raises(StoreError, match="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        tables.merge(S3Store("s3://bucket/home"), "splits", splits(("a", "train", None)))


def test_secrets_are_not_shown(s3_home):
    assert "test-secret" not in repr(s3_access(s3_home))
    assert "test-key" not in repr(s3_access(s3_home))
