"""Damaged homes: findings, and what the repair restores."""

from __future__ import annotations

import pytest

from catalog.base.errors import StoreError
from catalog.enrichment.work_changes import record_changes
from catalog.health import storage
from catalog.health import tables as health
from catalog.images.shards import Prepared, write_shard
from catalog.publishing import publish
from catalog.runs.damage import find_damage
from catalog.runs.record import recorded
from catalog.storage import digests, tables
from catalog.storage.table_versions import restore_version
from tests.building import NightResult, put, rows_of

pytestmark = pytest.mark.full


def changed(home, key):
    """Flip one bit in the middle of a file."""
    data = bytearray(home.read(key))
    data[len(data) // 2] ^= 1
    home.write(key, bytes(data))


def cut(home, key):
    home.write(key, home.read(key)[: len(home.read(key)) // 2])


def emptied(home, key):
    home.write(key, b"")


def gone(home, key):
    home.delete(key)


def everything_of(home, table):
    return [info.key for info in home.list(f"tables/{table}")]


def log_of(home, table):
    keys = everything_of(home, table)
    return sorted(key for key in keys if "_delta_log/" in key and key.endswith(".json"))


def data_of(home, table):
    paths = tables.open_table(home, table).file_uris()
    names = {path.rsplit("/", 1)[1] for path in paths}
    return [key for key in everything_of(home, table) if key.rsplit("/", 1)[1] in names]


DAMAGES = {
    # The damage to each of some files
    "the folder is gone": (gone, everything_of, slice(None)),
    "the log is gone": (gone, log_of, slice(None)),
    "the first entry is gone": (gone, log_of, slice(1)),
    "an entry between is gone": (gone, log_of, slice(1, 2)),
    "the last entry is gone": (gone, log_of, slice(-1, None)),
    "an entry is cut": (cut, log_of, slice(1, 2)),
    "an entry is empty": (emptied, log_of, slice(1, 2)),
    "an entry is changed": (changed, log_of, slice(1, 2)),
    "a file is gone": (gone, data_of, slice(1)),
    "all files are gone": (gone, data_of, slice(None)),
    "a file is cut": (cut, data_of, slice(1)),
    "a byte is changed": (changed, data_of, slice(1)),
}
LOST = {
    "the log is gone": "all of its log",
    "the first entry is gone": f"entries of its log ({0:020}.json)",
    "an entry between is gone": f"entries of its log ({1:020}.json)",
}


def do(home, table, name):
    damage, files_of, which = DAMAGES[name]
    for key in files_of(home, table)[which]:
        damage(home, key)


@pytest.fixture
def whole(home):
    return make(home)


def make(home):
    """A home after two runs, published."""
    for run_id, style in (("r1", "Baroque"), ("r2", "Rococo")):
        with recorded(home, "nightly", NightResult(), "x", run_id):
            put(home, "artworks", {"artwork_id": "x:1", "catalog": "x", "title": style})
            put(home, "reviews", {"review_id": run_id, "artwork_id": "x:1", "style": style})
            put(home, "embeddings", {"embedding_key": run_id, "encoder": "e"})
            for work in ("x:1", f"x:{run_id}"):
                put(home, "enriched", {"artwork_id": work, "catalog": "x", "style": style})
    publish.publish(home)
    return home


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("table", ["reviews", "runs"])
def test_what_is_damaged_is_found_and_comes_back(whole, table, damage):
    check_repair(whole, table, damage)


@pytest.mark.parametrize(
    "damage",
    ["the folder is gone", "an entry between is gone", "a file is gone", "a byte is changed"],
)
def test_in_s3_too(s3_home, damage):
    check_repair(make(s3_home), "enriched", damage)


def check_repair(whole, table, damage):
    assert find_damage(whole, thorough=True) == []
    before = rows_of(whole, table)
    version = tables.version_of(whole, table)
    do(whole, table, damage)
    (finding,) = health.check_tables(whole)
    assert finding.found.startswith(f"has lost {LOST[damage]}: version" if damage in LOST else "")
    assert (finding.check, finding.status) == (f"table {table}", "failed")
    assert f"artcat repair --home {whole.uri}`: it restores all rows" in finding.advice
    done = health.repair_home(whole)
    assert "nothing is lost" in done["tables"][table]
    repaired = [row for row in rows_of(whole, table) if row.get("flow") != "repair"]
    assert repaired == before
    assert tables.version_of(whole, table) > version, "no version stands for two states"
    assert find_damage(whole, thorough=True) == []
    assert health.repair_home(whole)["tables"] == {}


@pytest.mark.parametrize(
    ("table", "key", "advice"),
    [("reviews", "review_id", "from a backup"), ("enriched", "artwork_id", "`artcat enrich` comp")],
)
def test_rows_newer_than_what_was_published(home, table, key, advice):
    put(home, table, {key: "x:1"})
    publish.publish(home)
    put(home, table, {key: "x:2"})
    gone(home, log_of(home, table)[1])
    (finding,) = health.check_tables(home)
    assert "versions 1 to 2 can no longer be read" in finding.found
    assert advice in finding.advice
    told = health.repair_home(home)["tables"][table]
    assert "written after the published version 1 are lost" in told
    assert [row[key] for row in rows_of(home, table)] == ["x:1"]


def test_a_table_that_is_never_published_keeps_its_whole_files(whole):
    gone(whole, data_of(whole, "embeddings")[0])
    told = health.repair_home(whole)["tables"]["embeddings"]
    assert told.endswith("repaired, 1 rows: the next night computes the rest")
    gone(whole, log_of(whole, "embeddings")[1])
    health.repair_home(whole)
    assert rows_of(whole, "embeddings") == []
    put(whole, "embeddings", {"embedding_key": "r1", "encoder": "e"})


def test_a_run_repairs_what_it_computes_and_reports_no_change_of_it(whole):
    before = rows_of(whole, "enriched")
    for key in everything_of(whole, "enriched"):
        gone(whole, key)
    with recorded(whole, "nightly", NightResult(), "x", "r3"):
        assert rows_of(whole, "enriched") == before
        assert record_changes(whole, "r3", "x")["enriched"] == tables.version_of(whole, "enriched")
    assert rows_of(whole, "work_changes") == []
    assert [row["flow"] for row in rows_of(whole, "runs")].count("repair") == 1


def test_a_run_refuses_a_damaged_table_that_it_cannot_compute(whole):
    gone(whole, data_of(whole, "reviews")[0])
    with (
        pytest.raises(StoreError, match=r"the table reviews .* run `artcat repair --home"),
        recorded(whole, "nightly", NightResult()),
    ):
        pass


def test_changes_that_cannot_be_read_do_not_end_every_night(whole, caplog):
    for key in everything_of(whole, "enriched"):
        if "_change_data" in key:
            gone(whole, key)
    put(whole, "enriched", {"artwork_id": "x:1", "catalog": "x", "style": "Realism"})
    for key in everything_of(whole, "enriched"):
        if "_change_data" in key:
            gone(whole, key)
    upto = record_changes(whole, "r3", "x")
    assert upto["enriched"] == tables.version_of(whole, "enriched")
    assert "cannot be read: not reported" in caplog.text


def test_a_version_before_the_damage_can_be_opened(home):
    for style in ("Baroque", "Rococo", "Realism"):
        put(home, "enriched", {"artwork_id": "x:1", "style": style})
    digests.record(home)
    gone(home, log_of(home, "enriched")[-1])
    told = health.repair_home(home)["tables"]["enriched"]
    assert "version 3 can no longer be read" in told
    assert [row["style"] for row in rows_of(home, "enriched")] == ["Rococo"]
    restore_version(home, "enriched", 1, "r")
    assert [row["style"] for row in rows_of(home, "enriched")] == ["Baroque"]


@pytest.mark.parametrize("damage", [changed, cut, gone])
@pytest.mark.parametrize("key", ["published/reviews.parquet", publish.STATE])
def test_published_files(whole, key, damage):
    assert publish.damaged(whole) == {}
    if key == publish.STATE and damage is changed:
        damage = cut
    damage(whole, key)
    (finding,) = health.check_published(whole)
    assert (finding.status, key in finding.found) == ("failed", True)
    health.repair_home(whole)
    assert publish.damaged(whole) == {}


@pytest.mark.parametrize("damage", [changed, cut, gone])
def test_prepared_images(whole, damage):
    key = write_shard(whole, "x", [Prepared("x:1", "s", "ok", image=b"jpeg" * 1000)])
    put(whole, "images", {"artwork_id": "x:1", "catalog": "x", "status": "ok", "shard": key})
    assert health.check_shards(whole)[0].status == "ok"
    damage(whole, key)
    (finding,) = health.check_shards(whole)
    assert f"`--home {whole.uri} --name x`" in finding.advice
    assert f"{key} is {'missing' if damage is gone else 'damaged'}: 1 prepared" in finding.found
    assert health.repair_home(whole)["to_prepare"] == ["x"]
    assert not whole.exists(key), "the next night prepares its images again"


def test_files_of_earlier_versions(whole):
    now = set(data_of(whole, "enriched")) | set(log_of(whole, "enriched"))
    old = next(key for key in everything_of(whole, "enriched") if "part-" in key and key not in now)
    changed(whole, old)
    assert "1 files of earlier versions are damaged" in health.check_tables(whole)[0].found
    health.repair_home(whole)
    assert find_damage(whole, thorough=True) == []


def test_all_tables_at_once(whole):
    before = {name: rows_of(whole, name) for name in ("artworks", "reviews", "enriched")}
    for name in before:
        gone(whole, log_of(whole, name)[0])
        cut(whole, next(key for key in everything_of(whole, name) if "/part-" in key))
    assert len(health.check_tables(whole)) == len(before)
    health.repair_home(whole)
    assert {name: rows_of(whole, name) for name in before} == before


def test_versions_that_runs_recorded(whole):
    assert health.check_versions(whole)[0].status == "ok"
    gone(whole, log_of(whole, "reviews")[1])
    health.repair_home(whole)
    (finding,) = health.check_versions(whole)
    assert finding.status == "warning"
    assert "version 1 of reviews" in finding.found


def test_a_damaged_checkpoint_is_not_needed(home):
    put(home, "reviews", {"review_id": "r1"})
    tables.open_table(home, "reviews").create_checkpoint()
    digests.record(home)
    (key,) = [key for key in everything_of(home, "reviews") if key.endswith(".checkpoint.parquet")]
    cut(home, key)
    assert "repaired, 1 rows" in health.repair_home(home)["tables"]["reviews"]
    assert [row["review_id"] for row in rows_of(home, "reviews")] == ["r1"]


def test_what_may_not_be_read_is_not_damaged(home, monkeypatch):
    put(home, "reviews", {"review_id": "r1"})
    monkeypatch.setattr(storage.os, "access", lambda path, _: not path.endswith(".json"))
    (finding,) = storage.check_permissions(home)
    assert (finding.status, "chown" in finding.advice) == ("failed", True)
    with pytest.raises(StoreError, match="may not be read"):
        health.repair_home(home)
