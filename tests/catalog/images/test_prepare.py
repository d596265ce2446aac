import os
import shutil
import threading

import pytest

from catalog.base.errors import StoreError
from catalog.base.hashing import sha256_of
from catalog.base.in_order import in_order
from catalog.images import comparison, prepare
from catalog.images.shards import PREPARATION, read_shard
from catalog.sources.image_sources import StoredImages
from catalog.storage import tables
from catalog.storage.store import FolderStore
from tests.building import WORKS, ingest_catalog, make_catalog, paint, prepare_catalog, rows_of


class WatchedStore(FolderStore):
    """A folder that remembers what was read from it, and can fail."""

    def __init__(self, folder):
        super().__init__(folder)
        self.read_keys = []
        self.failing = {}

    def read(self, key):
        self.read_keys.append(key)
        if key in self.failing:
            raise self.failing[key]
        return super().read(key)


@pytest.fixture
def source(tmp_path):
    """Three works, all with an image."""
    return WatchedStore(make_catalog(tmp_path / "art").folder)


def images_of(home):
    return {row["artwork_id"]: row for row in rows_of(home, "images")}


def planned(home, source):
    """The works whose image is to be read or missing."""
    plan = prepare.plan_images(home, StoredImages(source), "wga", allow_shrink=True)
    missing = plan.missing["artwork_id"].to_pylist()
    return sorted([image.artwork_id for image in plan.to_read] + missing)


def test_every_image_is_counted_by_what_became_of_it(any_home, tmp_path):
    source = make_catalog(
        tmp_path / "art",
        [{**WORKS[0], "ID": name} for name in "12345"],
        images={"2": None, "3": b"", "4": b"no image", "5": paint("png", image_format="PNG")},
    )
    ingest_catalog(any_home, source)
    stored = StoredImages(source)
    plan, seen = prepare.plan_images(any_home, stored, "wga"), []
    asked = {"threads": 2, "progress": seen.append}
    counts = prepare.prepare_shard(any_home, stored, "wga", plan.to_read, **asked)
    assert counts == {"ok": 2, "corrupt": 1, "unsupported": 1}
    assert sum(seen) == 4
    assert prepare.record_missing(any_home, plan) == 1

    images = images_of(any_home)
    statuses = ["ok", "missing", "corrupt", "unsupported", "ok"]
    assert [images[f"wga:{name}"]["status"] for name in "12345"] == statuses
    read = images["wga:1"]
    assert read["sha256"] == sha256_of(paint("1"))
    assert (read["format"], read["width"], read["height"]) == ("JPEG", 48, 36)
    assert (read["preparation"], read["uri"]) == (PREPARATION, "artwork/1.jpg")
    assert images["wga:5"]["format"] == "PNG"
    for name in ("wga:2", "wga:3", "wga:4"):
        assert images[name]["shard"] is None
        assert images[name]["error"]
    shard = read_shard(any_home, read["shard"])
    assert shard["artwork_id"].to_pylist() == ["wga:1", "wga:5"]
    assert images["wga:5"]["shard"] == read["shard"]


def test_an_unchanged_folder_is_listed_and_not_read(home, source, tmp_path):
    ingest_catalog(home, source)
    ingest_catalog(home, make_catalog(tmp_path / "other", WORKS[:1]), "other")
    assert planned(home, source) == ["wga:1", "wga:2", "wga:3"]
    assert source.read_keys == [], "a plan reads no image"
    assert prepare_catalog(home, source) == {"ok": 3}
    assert set(images_of(home)) == {"wga:1", "wga:2", "wga:3"}
    versions = tables.versions(home)
    source.read_keys.clear()

    plan = prepare.plan_images(home, StoredImages(source), "wga")
    assert (plan.to_read, plan.missing.num_rows, plan.orphans) == ((), 0, ())
    assert prepare.record_missing(home, plan) == 0
    assert prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read) == {}
    assert source.read_keys == []
    assert tables.versions(home) == versions


def test_a_file_that_changed_came_or_went_is_read_again(home, source):
    source.delete("artwork/3.jpg")
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    before = images_of(home)

    source.write("artwork/1.jpg", paint("another"))
    source.delete("artwork/2.jpg")
    source.write("artwork/3.jpg", paint("found"))
    assert planned(home, source) == ["wga:1", "wga:2", "wga:3"]
    assert prepare_catalog(home, source) == {"ok": 2, "missing": 1}
    after = images_of(home)
    assert after["wga:1"]["sha256"] == sha256_of(paint("another")) != before["wga:1"]["sha256"]
    assert (after["wga:2"]["status"], after["wga:2"]["sha256"]) == ("missing", None)
    assert after["wga:3"]["status"] == "ok"
    assert planned(home, source) == []


def test_a_file_that_was_only_touched_is_read_but_nothing_else_changes(home, source):
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    before = images_of(home)["wga:1"]
    os.utime(source.folder / "artwork" / "1.jpg", (1, 1))
    assert planned(home, source) == ["wga:1"]
    prepare_catalog(home, source)
    after = images_of(home)["wga:1"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"shard"} == {"etag"}


def test_another_preparation_means_all_usable_images_again(home, source, monkeypatch):
    source.write("artwork/3.jpg", b"no image")
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    monkeypatch.setattr(comparison, "PREPARATION", "another")
    assert planned(home, source) == ["wga:1", "wga:2"]


def test_what_could_not_be_read_is_tried_again(home, source):
    ingest_catalog(home, source)
    source.failing = {
        "artwork/1.jpg": StoreError("cannot read it: Input/output error"),
        "artwork/2.jpg": FileNotFoundError("gone while it was read"),
    }
    assert prepare_catalog(home, source) == {"unreadable": 1, "missing": 1, "ok": 1}
    assert images_of(home)["wga:1"]["error"] == "cannot read it: Input/output error"
    source.failing = {}
    assert planned(home, source) == ["wga:1", "wga:2"]
    assert prepare_catalog(home, source) == {"ok": 2}
    assert planned(home, source) == []


def test_files_without_a_work_are_named(home, tmp_path):
    ingest_catalog(home, make_catalog(tmp_path / "art"))
    extra = {"37": paint("37"), "43": b"not even an image"}
    source = make_catalog(tmp_path / "art", WORKS[:2], images=extra)
    (source.folder / "artwork" / "Thumbs.db").write_bytes(b"\0")
    (source.folder / "stray.jpg").write_bytes(b"")
    ingest_catalog(home, source)  # the third work is removed
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    names = ("3.jpg", "37.jpg", "43.jpg", "Thumbs.db")
    orphans = tuple(f"artwork/{name}" for name in names)
    assert plan.orphans == orphans
    assert [image.artwork_id for image in plan.to_read] == ["wga:1", "wga:2"]
    # the catalog's own files are not among them
    whole = prepare.plan_images(home, StoredImages(source, ""), "wga")
    assert whole.orphans == (*orphans, "stray.jpg")


def test_a_home_among_the_images_is_skipped(tmp_path, caplog):
    source = make_catalog(tmp_path / "art")
    home = FolderStore(source.folder / "nights" / "home")
    ingest_catalog(home, source)
    (home.folder / "reports").mkdir()
    (home.folder / "reports" / "sheet.jpg").write_bytes(paint("9"))
    (source.folder / "nights" / "home2.jpg").write_bytes(b"")
    caplog.set_level("INFO")
    plan = prepare.plan_images(home, StoredImages(source, ""), "wga")
    assert plan.orphans == ("nights/home2.jpg",)
    assert len(plan.to_read) == len(prepare.plan_images(home, StoredImages(source), "wga").to_read)
    told = [record.getMessage() for record in caplog.records if "skipped" in record.getMessage()]
    assert told == [f"the home {home.uri} is among the images: its files are skipped"]


def test_no_folder_of_images_means_that_all_are_missing(home, source):
    shutil.rmtree(source.folder / "artwork")
    ingest_catalog(home, source)
    assert prepare_catalog(home, source) == {"missing": 3}
    assert list(home.list("shards")) == []


def test_all_missing_images_are_one_commit_and_are_not_searched_again(home, tmp_path):
    works = [{**WORKS[0], "ID": str(number)} for number in range(500)]
    folder = make_catalog(tmp_path / "art", works, images={w["ID"]: None for w in works}).folder
    source = WatchedStore(folder)
    ingest_catalog(home, source)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    assert (plan.to_read, plan.missing.num_rows) == ((), 500)
    assert prepare.record_missing(home, plan) == 500
    version = tables.version_of(home, "images")
    assert version == 1, "the table was made by 0"
    assert source.read_keys == []
    row = images_of(home)["wga:7"]
    known = {"artwork_id": "wga:7", "catalog": "wga", "uri": "artwork/7.jpg", "status": "missing"}
    found = {name: value for name, value in row.items() if value is not None}
    assert found == {**known, "error": "there is no such file"}
    assert planned(home, source) == []
    assert prepare_catalog(home, source) == {}
    assert tables.version_of(home, "images") == version


def test_an_image_that_vanishes_between_plan_and_reading_is_missing(home, source):
    ingest_catalog(home, source)
    file = source.folder / "artwork" / "2.jpg"
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    file.unlink()
    counts = prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read)
    assert counts == {"ok": 2, "missing": 1}
    assert images_of(home)["wga:2"]["error"] == "the file disappeared while it was read"
    assert prepare_catalog(home, source) == {"missing": 1}  # now without what was listed of it
    assert prepare_catalog(home, source) == {}
    file.write_bytes(paint("2"))
    assert prepare_catalog(home, source) == {"ok": 1}


def test_a_run_killed_between_the_missing_and_the_shard_goes_on_there(home, source):
    source.delete("artwork/2.jpg")
    ingest_catalog(home, source)
    prepare.record_missing(home, prepare.plan_images(home, StoredImages(source), "wga"))
    assert planned(home, source) == ["wga:1", "wga:3"]
    assert prepare_catalog(home, source) == {"ok": 2}
    assert planned(home, source) == []


def test_a_run_killed_before_its_rows_are_written_is_done_again(home, source, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    ingest_catalog(home, source)
    plan = prepare.plan_images(home, StoredImages(source), "wga")
    with monkeypatch.context() as patch:
        patch.setattr(prepare.tables, "merge", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare.prepare_shard(home, StoredImages(source), "wga", plan.to_read)
    (written,) = home.list("shards")
    assert images_of(home) == {}
    assert prepare.plan_images(home, StoredImages(source), "wga") == plan
    assert prepare_catalog(home, source) == {"ok": 3}
    assert [info.key for info in home.list("shards")] == [written.key], "the same shard"
    assert {row["shard"] for row in images_of(home).values()} == {written.key}


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
