"""The images of a catalog from the web, night after night."""

import pytest

from catalog.base.hashing import sha256_of
from catalog.images import comparison, prepare
from catalog.sources import open_images_of
from catalog.sources.image_sources import StoredImages
from catalog.sources.parameters import IngestParameters
from catalog.storage import tables
from catalog.storage.store import FolderStore
from tests.building import WORKS, ingest_catalog, make_catalog, paint, prepare_catalog, put, rows_of
from tests.catalog.images.web_server import Answer, picture


@pytest.fixture
def catalog(web, home, tmp_path):
    """Three works whose images are on the server, and none in the folder."""
    works = [{**row, "jpg url": web.address(f"/{row['ID']}.jpg")} for row in WORKS]
    works.append({**WORKS[0], "ID": "4", "jpg url": ""})
    for row in WORKS:
        name = row["ID"]
        web.answers[f"/{name}.jpg"] = [picture(paint(name), ETag=f'"{name}"')]
    ingest_catalog(home, make_catalog(tmp_path / "art", works))


def night(home, images):
    assert prepare.plan_images(home, images, "wga", allow_shrink=True).orphans == ()
    return prepare_catalog(home, images)


def rows(home):
    return {row["artwork_id"]: row for row in rows_of(home, "images")}


def test_images_come_from_the_web_once(web, home, catalog, open_web):
    images = open_web()
    assert night(home, images) == {"ok": 3, "missing": 1}
    stored = rows(home)
    assert stored["wga:1"]["sha256"] == sha256_of(paint("1"))
    assert (stored["wga:1"]["uri"], stored["wga:1"]["etag"]) == (web.address("/1.jpg"), '"1"')
    assert stored["wga:4"]["error"] == "the catalog gives no address"

    versions = tables.versions(home)
    assert night(home, images) == {"unchanged": 3}
    assert tables.versions(home) == versions
    assert len(web.requests) == 6


def test_a_work_that_loses_its_address_is_missing(web, home, catalog, open_web, tmp_path):
    night(home, open_web())
    ingest_catalog(home, make_catalog(tmp_path / "art", [{**WORKS[0], "jpg url": ""}]))
    assert night(home, open_web()) == {"missing": 1}
    row = rows(home)["wga:1"]
    assert (row["status"], row["uri"], row["sha256"]) == ("missing", "", None)
    assert night(home, open_web()) == {}


def test_the_address_of_the_image_goes_before_that_of_the_works_page(web, home, open_web):
    web.answers["/picture.jpg"] = [picture(paint("1"))]
    addresses = {"image_key": web.address("/picture.jpg"), "source_url": web.address("/page.html")}
    put(home, "artworks", {"artwork_id": "wga:1", "catalog": "wga", **addresses})
    assert night(home, open_web()) == {"ok": 1}
    assert rows(home)["wga:1"]["uri"] == addresses["image_key"]


@pytest.mark.parametrize("image", [None, "photos/1.jpg", "artwork/2.jpg", "-", "ftp://a/1.jpg"])
def test_the_page_of_a_work_is_not_asked_for_its_image(web, home, open_web, image):
    """A mapping names a column of images, whatever stands in it, and one of pages."""
    web.answers["/page.html"] = [Answer(200, b"<html>", {"Content-Type": "text/html"})]
    facts = {"image_key": image, "source_url": web.address("/page.html"), "source_id": "1"}
    put(home, "artworks", {"artwork_id": "m:1", "catalog": "m", **facts})
    images = open_web(folder="")
    plan = prepare.plan_images(home, images, "m")
    assert (plan.to_read, plan.missing.num_rows) == ((), 1)
    prepare.record_missing(home, plan)
    (row,) = rows_of(home, "images")
    assert (row["status"], row["error"]) == ("missing", "the catalog gives no address")
    assert prepare.plan_images(home, images, "m").missing.num_rows == 0, "said once"
    assert web.requests == []


def test_one_bad_address_costs_its_own_image_and_no_other(web, home, open_web):
    web.answers["/later.jpg"] = [Answer(503, headers={"Retry-After": "9" * 400})]
    web.answers["/etag.jpg"] = [picture(paint("4"), ETag='"\u56fe"')]
    web.answers["/good.jpg"] = [picture(paint("5"), ETag='"5"')]
    bad = ("http://xn--a.com/1.jpg", "http://a..b/1.jpg", "http://127.0.0.1:1/" + "a" * 70_000)
    addresses = (*bad, *(web.address(f"/{name}.jpg") for name in ("later", "etag", "good")))
    for number, address in enumerate(addresses, 1):
        put(home, "artworks", {"artwork_id": f"m:{number}", "catalog": "m", "image_key": address})
    for read in ({"ok": 2}, {"ok": 1, "unchanged": 1}):
        plan = prepare.plan_images(home, images := open_web(tries=1), "m")
        counts = prepare.prepare_shard(home, images, "m", plan.to_read)
        assert counts == {**read, "refused": 3, "unreachable": 1}
    found = rows(home)
    assert found["m:5"]["etag"] is None
    assert all(row["error"] for row in found.values() if row["status"] != "ok")


def test_an_image_comes_again_that_changed_or_is_to_be_prepared_otherwise(
    web, home, catalog, open_web, monkeypatch
):
    images = open_web()
    night(home, images)
    web.answers["/1.jpg"] = [picture(paint("new"), ETag='"new"')]
    assert night(home, images) == {"ok": 1, "unchanged": 2}
    assert rows(home)["wga:1"]["sha256"] == sha256_of(paint("new"))
    monkeypatch.setattr(comparison, "PREPARATION", "another")
    monkeypatch.setattr("catalog.images.prepare.PREPARATION", "another")
    assert night(home, images) == {"ok": 3}
    assert night(home, images) == {"unchanged": 3}


def test_a_server_without_validators_makes_us_download_but_not_prepare(
    web, home, catalog, open_web
):
    web.answers["/1.jpg"] = [picture(paint("1"))]
    images = open_web()
    night(home, images)
    versions = tables.versions(home)
    assert night(home, images) == {"ok": 1, "unchanged": 2}
    assert tables.versions(home) == versions
    assert len(list(home.list("shards"))) == 1


@pytest.mark.parametrize("status", [503, 403])
def test_an_image_that_is_held_stays_in_use_until_its_server_says_that_it_is_gone(
    web, home, catalog, open_web, status
):
    night(home, open_web())
    before = rows(home)["wga:1"]
    good = web.answers["/1.jpg"]
    web.answers["/1.jpg"] = [Answer(status)]
    assert night(home, open_web(tries=2))["unchanged"] == 2
    during = rows(home)["wga:1"]
    assert during["error"].startswith(f"the server answered {status}")
    assert {**during, "error": None} == before
    web.answers["/1.jpg"] = good
    assert night(home, open_web()) == {"unchanged": 3}
    assert rows(home)["wga:1"] == before
    web.answers["/1.jpg"] = [Answer(404)]
    assert night(home, open_web()) == {"missing": 1, "unchanged": 2}
    assert (rows(home)["wga:1"]["status"], rows(home)["wga:1"]["shard"]) == ("missing", None)


def test_what_failed_is_on_its_row_and_is_asked_for_again(web, home, catalog, open_web):
    good = dict(web.answers)
    web.answers["/1.jpg"] = [Answer(500)]
    web.answers["/2.jpg"] = [Answer(200, b"<html>", {"Content-Type": "text/html"})]
    web.answers["/3.jpg"] = [picture(b"no image", ETag='"bad"')]
    counts = night(home, open_web(tries=1))
    assert counts == {"unreachable": 1, "unsupported": 2, "missing": 1}
    assert all(row["error"] for row in rows(home).values())
    assert night(home, open_web(tries=1))["unchanged"] == 1, "the third is no better than it was"
    web.answers.update(good)
    assert night(home, open_web()) == {"ok": 3}


def _apart(catalog, images):
    return IngestParameters(catalog=catalog, images=str(images))


def test_moving_from_the_web_to_a_folder_keeps_what_was_prepared(
    web, home, catalog, open_web, tmp_path
):
    night(home, open_web())
    before = rows(home)["wga:1"]
    make_catalog(tmp_path / "pictures")
    with open_images_of(_apart("unused", tmp_path / "pictures")) as images:
        assert night(home, images) == {"ok": 3, "missing": 1}
        after = rows(home)["wga:1"]
        assert after["uri"] == "artwork/1.jpg"
        assert (after["shard"], after["sha256"]) == (before["shard"], before["sha256"])
        assert prepare.plan_images(home, images, "wga").to_read == ()


@pytest.mark.parametrize("inside", ["", "artwork"])
def test_images_in_a_folder_of_their_own(home, tmp_path, inside):
    """The folder given holds the folder of images, or is it."""
    source = make_catalog(tmp_path / "art")
    (source.folder / "artwork" / "9.jpg").write_bytes(b"")
    (tmp_path / "pictures" / inside).parent.mkdir(exist_ok=True)
    (source.folder / "artwork").rename(tmp_path / "pictures" / inside)
    ingest_catalog(home, source)
    with open_images_of(_apart(source.uri, tmp_path / "pictures")) as images:
        plan = prepare.plan_images(home, images, "wga")
        assert plan.orphans == ("artwork/9.jpg",)
        assert prepare.prepare_shard(home, images, "wga", plan.to_read) == {"ok": 3}
        assert prepare.plan_images(home, images, "wga").to_read == ()


def test_by_default_images_lie_with_the_catalog(tmp_path):
    with open_images_of(IngestParameters(catalog=str(tmp_path))) as images:
        assert isinstance(images, StoredImages)
        assert images.store.uri == FolderStore(tmp_path).uri
        assert not images.apart


def test_a_file_that_is_too_large_to_read_is_not_read(home, tmp_path, monkeypatch):
    source = make_catalog(tmp_path / "art")
    monkeypatch.setattr("catalog.sources.image_sources.MAX_FILE_BYTES", 10)
    ingest_catalog(home, source)
    assert prepare_catalog(home, source) == {"too_large": 3}
