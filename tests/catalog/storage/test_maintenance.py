"""Table maintenance: what is removed, what stays, what can be read afterwards."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from deltalake import DeltaTable

from catalog.runs.record import recorded
from catalog.storage import duck, maintenance, tables
from catalog.storage.access import delta_options
from tests.building import NightResult, put, rows_of

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
UPDATE_OF_1 = {("1", "update_preimage"), ("1", "update_postimage")}


def works(home, *ids, **facts):
    put(home, "enriched", *({"artwork_id": name, "catalog": "x", **facts} for name in ids))


def open_version(home, version):
    uri = tables.table_uri(home, "enriched")
    return DeltaTable(uri, version=version, storage_options=delta_options(home))


def changed(home, version):
    feed = tables.change_feed(home, "enriched", version, version).read_all()
    return set(zip(feed["artwork_id"].to_pylist(), feed["_change_type"].to_pylist(), strict=True))


def keys(home, below=""):
    return [info.key for info in home.list(below)]


def age(home, key, days=2):
    """Make a file look as old as that."""
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(home.path(key), (then, then))


def test_small_files_are_written_together_and_the_rows_are_the_same(home):
    for number in range(maintenance.MANY_FILES):
        works(home, f"{number}")
    put(home, "artworks", {"artwork_id": "x:1"})
    before, version = rows_of(home, "enriched"), tables.version_of(home, "enriched")
    found = {"small_files": maintenance.MANY_FILES}
    assert maintenance.compact_tables(home, dry_run=True) == {"enriched": found}
    assert tables.version_of(home, "enriched") == version

    assert maintenance.compact_tables(home) == {"enriched": {**found, "after": 1}}
    assert rows_of(home, "enriched") == before
    assert duck.run_query(home, "FROM enriched").num_rows == maintenance.MANY_FILES
    assert changed(home, version + 1) == set()
    after = tables.versions(home)
    assert maintenance.compact_tables(home) == {}
    assert tables.versions(home) == after


def test_what_a_recorded_run_names_can_be_opened_and_the_rest_is_gone(home):
    for title in "abc":
        works(home, "1", title=title)
    with recorded(home, "enrich", NightResult(), "x"):
        works(home, "1", "2", title="d")
    named = tables.version_of(home, "enriched")
    for title in "ef":
        works(home, "1", title=title)
    rows, files = rows_of(home, "enriched"), keys(home, "tables/enriched")

    def vacuum(since=LONG_AGO, **how):
        return maintenance.vacuum_tables(home, since, 0, **how)["enriched"]

    # 1: the first row alone, of which no run knows, and its change feed
    would = vacuum(dry_run=True)
    assert keys(home, "tables/enriched") == files
    done = vacuum()
    assert (done.objects, done.bytes) == (would.objects, would.bytes)
    assert len(files) - len(keys(home, "tables/enriched")) == done.objects > 0
    assert rows_of(home, "enriched") == rows
    assert duck.run_query(home, "SELECT title FROM enriched ORDER BY ALL").num_rows == 2

    for version, titles in ((named - 1, {"c"}), (named, {"d"}), (named + 2, {"d", "f"})):
        assert set(open_version(home, version).to_pyarrow_table()["title"].to_pylist()) == titles
    for version in (named - 2, named + 1):
        with pytest.raises(Exception, match="not found"):
            open_version(home, version).to_pyarrow_table()
    assert changed(home, named) == {*UPDATE_OF_1, ("2", "insert")}
    assert len(changed(home, named + 1)) == len(changed(home, named + 2)) == 2


def test_files_stay_for_the_hours_that_are_asked_for(home):
    for title in "abc":
        works(home, "1", title=title)
    assert maintenance.vacuum_tables(home, LONG_AGO, 1) == {}
    # somebody is about to name it
    home.write("tables/enriched/new.parquet", b"1")
    assert maintenance.vacuum_tables(home, LONG_AGO, 1) == {}
    for key in keys(home, "tables/enriched"):
        age(home, key, days=1)
    (stray,) = maintenance.vacuum_tables(home, LONG_AGO, 1)["enriched"].examples[:1]
    assert not home.exists("tables/enriched/new.parquet")
    assert stray.startswith("tables/enriched/")
    assert [row["title"] for row in rows_of(home, "enriched")] == ["c"]


def test_old_runs_name_nothing_but_what_is_not_reported(home):
    put(home, "artworks", {"artwork_id": "x:1", "catalog": "x"})
    works(home, "1", title="a")
    with recorded(home, "enrich", NightResult(), "x") as run:
        run.result.reported = {"enriched": 1, "artworks": 1}
    works(home, "1", title="b")
    with recorded(home, "maintain", NightResult()):
        pass
    of_all = maintenance.named_versions(home, LONG_AGO)
    assert of_all["enriched"] == {1, 2}
    now = datetime.now(UTC)
    assert maintenance.named_versions(home, now) == {"enriched": {1}, "artworks": {1}}
    maintenance.vacuum_tables(home, now, 0)
    assert changed(home, 2) == UPDATE_OF_1


@pytest.mark.full
def test_maintenance_beside_writers_loses_nothing(home):
    works(home, "first")
    stop = threading.Event()
    failed = []

    def keep_house():
        while not stop.is_set():
            try:
                tables.compact(home, "enriched")
                maintenance.vacuum_tables(home, LONG_AGO, 1)
            except Exception as error:
                failed.append(error)

    def write(name):
        for number in range(6):
            works(home, f"{name}{number}", title="a")
            works(home, f"{name}{number}", title="b")

    keeper = threading.Thread(target=keep_house)
    keeper.start()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, "ab"))
    stop.set()
    keeper.join()
    assert failed == []
    rows = {row["artwork_id"]: row["title"] for row in rows_of(home, "enriched")}
    assert rows == {"first": None, **{f"{name}{n}": "b" for name in "ab" for n in range(6)}}
    last = tables.version_of(home, "enriched")
    feed = tables.change_feed(home, "enriched", 1, last).read_all()["_change_type"].to_pylist()
    assert feed.count("insert") == 13
    assert feed.count("update_postimage") == 12


def test_shards_that_no_image_names_are_removed_after_a_day(home):
    for name in ("named", "old", "new"):
        home.write(f"shards/x/{name}.parquet", b"12")
    put(home, "images", {"artwork_id": "1", "shard": "shards/x/named.parquet"})
    age(home, "shards/x/named.parquet")
    age(home, "shards/x/old.parquet")
    found = maintenance.Removed(1, 2, ["shards/x/old.parquet"])
    assert maintenance.remove_shards(home, dry_run=True) == found
    assert home.exists("shards/x/old.parquet")
    assert maintenance.remove_shards(home) == found
    assert keys(home, "shards") == ["shards/x/named.parquet", "shards/x/new.parquet"]
    assert maintenance.remove_shards(home) == maintenance.Removed()


def test_a_shard_that_is_written_again_meanwhile_stays(home, monkeypatch):
    key = "shards/x/old.parquet"
    home.write(key, b"12")
    age(home, key)
    connect = duck.connect

    def while_the_table_is_read(*given):
        home.write(key, b"12")
        return connect(*given)

    monkeypatch.setattr(maintenance.duck, "connect", while_the_table_is_read)
    assert maintenance.remove_shards(home) == maintenance.Removed()
    assert home.exists(key)


def test_trainings_and_temporary_files_go_when_they_are_old(home):
    for key in ("training/a.safetensors", "training/b.safetensors", "models/.writing-1"):
        home.write(key, b"1")
        age(home, key, days=9)
    age(home, "training/b.safetensors", days=1)
    home.write("models/.writing-2", b"1")
    home.write("models/m.writing-3", b"1")
    age(home, "models/m.writing-3")
    before = datetime.now(UTC) - timedelta(days=5)
    done = [maintenance.remove_trainings(home, before), maintenance.remove_unfinished(home)]
    assert [removed.examples for removed in done] == [
        ["training/a.safetensors"],
        ["models/.writing-1"],
    ]
    assert keys(home) == ["models/.writing-2", "models/m.writing-3", "training/b.safetensors"]


def test_abandoned_uploads_to_s3_are_aborted_after_a_day(s3_home, monkeypatch):
    client, bucket = s3_home.client, s3_home.bucket
    for key in (s3_home.key("models/a"), "elsewhere/b"):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    with monkeypatch.context() as patch:  # the mock began every upload in 2010
        patch.setattr(maintenance, "DAY", timedelta(days=100 * 365))
        assert maintenance.remove_unfinished(s3_home) == maintenance.Removed()
    found = maintenance.Removed(1, 0, ["models/a"])
    assert maintenance.remove_unfinished(s3_home, dry_run=True) == found
    (upload,) = s3_home.unfinished()
    assert maintenance.remove_unfinished(s3_home) == found
    assert list(s3_home.unfinished()) == []
    s3_home.discard(upload)  # somebody else was first
    left = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert "elsewhere/b" in {item["Key"] for item in left}


def test_a_home_in_s3_is_kept_too(s3_home):
    for title in "abc":
        works(s3_home, "1", title=title)
    s3_home.write("shards/x/new.parquet", b"1")
    done = maintenance.vacuum_tables(s3_home, datetime.now(UTC), 0)
    assert done["enriched"].objects > 0
    assert [row["title"] for row in rows_of(s3_home, "enriched")] == ["c"]
    assert maintenance.remove_shards(s3_home) == maintenance.Removed()
    assert all(info.modified for info in s3_home.list())
