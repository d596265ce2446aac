"""However many images there are, few are held at once."""

import threading

import pytest

from catalog.base.in_order import in_order
from catalog.images import prepare
from catalog.images.shards import read_shard
from catalog.sources.image_sources import StoredImages
from tests.building import WORKS, ingest_catalog, make_catalog, rows_of


def test_results_come_in_order_and_not_too_far_ahead():
    begun, lock = [], threading.Lock()

    def work(item):
        with lock:
            begun.append(item)
        return item * 2

    results = in_order(work, range(100), threads=4, ahead=6)
    taken = []
    for result in results:
        taken.append(result)
        assert len(begun) <= len(taken) + 6
    assert taken == [item * 2 for item in range(100)]


def test_a_failure_ends_the_work():
    done = []

    def work(item):
        if item == 3:
            raise KeyError(item)
        done.append(item)

    with pytest.raises(KeyError):
        list(in_order(work, range(1000), threads=2, ahead=4))
    assert len(done) < 20


def test_prepared_images_beyond_the_limit_go_into_another_shard(home, tmp_path, monkeypatch):
    works = [{**WORKS[0], "ID": str(number)} for number in range(7)]
    source = make_catalog(tmp_path / "art", works)
    ingest_catalog(home, source)
    monkeypatch.setattr(prepare, "MAX_SHARD_BYTES", 1500)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    assert prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read, threads=2) == {
        "ok": 7
    }
    shards = {row["shard"]: read_shard(home, row["shard"]) for row in rows_of(home, "images")}
    assert len(shards) > 1
    found = sorted(name for shard in shards.values() for name in shard["artwork_id"].to_pylist())
    assert found == [f"wga:{number}" for number in range(7)]
    assert prepare.plan_images(home, StoredImages(source), "wga").to_read == ()
