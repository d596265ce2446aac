"""Images that vanish from their folder: no stored image is dropped by mistake."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.base.errors import ArtcatError, ImageError, SourceError, StoreError, TransientError
from catalog.images import prepare
from catalog.ingestion.checks import by_outcome, check_table
from catalog.sources import open_images_of
from catalog.sources.image_folder import Listing
from catalog.sources.image_sources import Fetched
from catalog.sources.parameters import IngestParameters
from catalog.storage import tables
from catalog.storage.store import FolderStore, ObjectInfo
from tasks.ingestion import ingest_catalog as ingest_task
from tests.building import WORKS, ingest_catalog, make_catalog, paint, put, rows_of

COUNT = 30
IDS = [str(number) for number in range(COUNT)]


@pytest.fixture
def catalog(tmp_path):
    """A catalog of many works, and beside it the share with their images."""
    source = make_catalog(tmp_path / "art", [{**WORKS[0], "ID": name} for name in IDS])
    (source.folder / "artwork").rename(tmp_path / "share")
    return source


@pytest.fixture
def share(catalog, home, tmp_path):
    """The share, all of whose images are read already."""
    ingest_catalog(home, catalog)
    assert night(home, tmp_path / "share") == {"ok": COUNT}
    return tmp_path / "share"


def night(home, share, *, allow_shrink=False, follow_links=False):
    """The steps of a night for images; how many have which status, and the warnings."""
    parameters = IngestParameters(catalog="unused", images=str(share), follow_links=follow_links)
    with open_images_of(parameters) as images:
        plan = prepare.plan_images(home, images, "wga", allow_shrink=allow_shrink)
        missing = prepare.record_missing(home, plan)
        read = prepare.prepare_shard(home, images, "wga", plan.to_read, allow_shrink=allow_shrink)
    warned = by_outcome([*plan.checks, *check_table(home, "images", "wga")])["warned"]
    told = {check["check"]: check["rows"] for check in warned}
    return {**read, **({"missing": missing} if missing else {}), **told}


def images(home):
    return {row["artwork_id"]: row for row in rows_of(home, "images")}


def some(count, step=1):
    """Deletes so many files, or every other one, and so on."""

    def delete(share):
        for file in sorted(share.iterdir())[:count:step]:
            file.unlink()

    return delete


empty = some(COUNT)


def renamed(share):
    for file in list(share.iterdir()):
        file.rename(file.with_stem(f"new-{file.stem}"))


def broken_links(share):
    for file in list(share.iterdir()):
        file.unlink()
        file.symlink_to(f"/mnt/gone/{file.name}")


LOSSES = [empty, some(COUNT, step=2), some(COUNT // 10 + 1), renamed, broken_links]


@pytest.mark.parametrize("loss", LOSSES)
def test_many_images_that_vanish_stop_a_night_before_it_writes(home, share, loss):
    aside = share.with_name("aside")
    shutil.copytree(share, aside)  # with the times of the files, so that they are the same
    before, versions = images(home), tables.versions(home)
    loss(share)
    with pytest.raises(SourceError, match=r"of the 30 usable images .*--allow-shrink") as caught:
        night(home, share)
    assert "\n" not in str(caught.value)
    assert str(share) in str(caught.value)
    assert (images(home), tables.versions(home)) == (before, versions)
    shutil.rmtree(share)
    aside.rename(share)
    assert night(home, share) == {}
    assert tables.versions(home) == versions


def test_a_share_that_is_not_there_is_refused_and_an_empty_one_is_suspected(home, share):
    empty(share)
    with pytest.raises(SourceError, match="contains no images: is it mounted"):
        night(home, share)
    share.rmdir()
    with pytest.raises(StoreError, match="there is no folder"):
        night(home, share)


def test_allow_shrink_gives_all_images_up(home, share):
    empty(share)
    counts = night(home, share, allow_shrink=True)
    assert counts == {"missing": COUNT, "images/vanished": COUNT}
    assert {row["status"] for row in images(home).values()} == {"missing"}


def test_a_few_images_that_vanish_are_given_up_with_a_warning(home, share):
    kept = (share / "7.jpg").read_bytes()
    for name in ("7", "8", "9"):
        (share / f"{name}.jpg").unlink()
    assert night(home, share) == {"missing": 3, "images/vanished": 3}
    assert images(home)["wga:7"]["error"] == "there is no such file"
    assert night(home, share) == {}
    (share / "7.jpg").write_bytes(kept)
    assert night(home, share) == {"ok": 1}


def test_nothing_is_given_up_while_a_part_of_the_share_cannot_be_listed(home, share, close_folder):
    before = images(home)
    (share / "closed").mkdir()
    (share / "7.jpg").rename(share.with_name("7.jpg"))
    close_folder(share / "closed")
    told = {"images/listed": 1, "images/unreadable_kept": 1}
    assert night(home, share) == told
    during = images(home)
    assert during["wga:7"] == {**before["wga:7"], "error": "there is no such file"}
    assert {**during, "wga:7": before["wga:7"]} == before
    versions = tables.versions(home)
    assert night(home, share) == told
    assert tables.versions(home) == versions
    close_folder(None)
    share.with_name("7.jpg").rename(share / "7.jpg")
    assert night(home, share) == {}, "the file is not read again"
    assert images(home) == before


@pytest.fixture
def numbered(home, tmp_path):
    """Puts works of these numbers with files at these keys; a function that reads the images."""
    root = tmp_path / "pictures"

    def put_works(numbers, key):
        for number in numbers:
            row = {"artwork_id": f"wga:{number}", "catalog": "wga", "image_key": key(number)}
            put(home, "artworks", row)
            file = root / row["image_key"]
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_bytes(paint(number))

    mapped = IngestParameters(catalog="unused", source="m.toml", images=str(root))

    def read():
        with open_images_of(mapped) as source:
            plan = prepare.plan_images(home, source, "wga")
            prepare.record_missing(home, plan)
            return prepare.prepare_shard(home, source, "wga", plan.to_read)

    return root, put_works, read


def test_images_below_a_folder_that_cannot_be_listed_keep_what_was_read(
    home, numbered, close_folder
):
    root, put_works, read = numbered
    put_works(range(6), lambda n: f"{n % 2}/{n}.jpg")
    read()
    before = images(home)
    put_works((6, 7), lambda n: f"{n % 2}/{n}.jpg")  # one of them in the folder that is closed
    close_folder(root / "1")
    read()
    during = images(home)
    said = "cannot list 1: Permission denied"
    assert during["wga:6"]["status"] == "ok"
    assert (during["wga:7"]["status"], during["wga:7"]["error"]) == ("unreadable", said)
    assert during["wga:1"] == {**before["wga:1"], "error": said}
    assert during["wga:2"] == before["wga:2"]
    close_folder(None)
    read()
    assert {name: images(home)[name] for name in before} == before
    assert images(home)["wga:7"]["status"] == "ok"


def test_images_that_move_together_with_their_rows_are_no_loss(numbered):
    root, put_works, read = numbered
    put_works(range(12), lambda n: f"old/{n}.jpg")
    assert read() == {"ok": 12}
    (root / "old").rename(root / "new")
    put_works(range(12), lambda n: f"new/{n}.jpg")
    assert read() == {"ok": 12}


SPOILED = [
    (b"", "the file is empty"),
    (b"<html><title>404", "it is a web page"),
    (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer, not the file itself"),
    (paint("new")[:200], "cannot be decoded"),
]


@pytest.mark.parametrize(("data", "reason"), SPOILED)
def test_files_that_are_spoiled_leave_what_was_read_in_use(home, share, data, reason):
    before = images(home)
    good = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in share.iterdir()}
    for file in share.iterdir():
        file.write_bytes(data)
    assert night(home, share)["images/unreadable_kept"] == COUNT
    during = images(home)
    assert all(reason in row["error"] for row in during.values())
    assert {name: {**row, "error": None} for name, row in during.items()} == before
    for file, (contents, when) in good.items():
        file.write_bytes(contents)
        os.utime(file, ns=(when, when))
    assert night(home, share) == {}
    assert images(home) == before


def test_rows_that_name_images_no_more_stop_a_night_before_rows_are_written(
    home, share, catalog, monkeypatch
):
    """Not only the files can vanish: a mapping may lose its column of images."""
    versions = tables.versions(home)
    parameters = IngestParameters(catalog=catalog.uri, images=str(share), name="wga")
    works = [{**WORKS[0], "ID": name, "title": "another"} for name in IDS]
    empty(share)
    make_catalog(catalog.folder, works, images=dict.fromkeys(IDS))
    with pytest.raises(SourceError, match="30 of the 30 usable images"):
        ingest_task(home.uri, "wga", parameters)
    assert tables.versions(home) == versions
    report = ingest_task(home.uri, "wga", parameters.model_copy(update={"allow_shrink": True}))
    assert report.changed == COUNT


class Failing:
    """A place of images where reading each one fails in its own way, or does not."""

    simultaneous, absence, place = 1, "there is no such file", "a place that fails"

    def __init__(self, failures):
        self.failures = failures

    def listing(self):
        infos = (ObjectInfo(f"{n}.jpg", 9, "1") for n in range(len(self.failures)))
        return Listing(tuple(infos))

    def fetch(self, key, etag, size):
        failure = self.failures[int(key.removesuffix(".jpg"))]
        if isinstance(failure, BaseException):
            raise failure
        return Fetched(failure, etag, size)


TEXTS = st.text(st.characters(exclude_categories=())) | st.just("\udcff\ud800 of bytes\nand lines")
ERRORS = (ValueError, OSError, StoreError, TransientError, ArtcatError)
BEGINNINGS = (b"", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0+", b"\xff\xd8\xff", b"GIF89a")
ANYTHING = st.one_of(
    st.builds(lambda kind, text: kind(text), st.sampled_from(ERRORS), TEXTS),
    TEXTS.map(lambda text: ImageError("refused", text)),
    st.sampled_from(
        [
            *(MemoryError(), RecursionError(), KeyError("key"), OverflowError("int too large")),
            *(AssertionError(), StopIteration(), TimeoutError(), NotImplementedError()),
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
            UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogate"),
            ExceptionGroup("several", [ValueError("one")]),
            OSError(5, "Input/output error"),
        ]
    ),
    st.builds(
        lambda begin, rest: begin + rest,
        st.sampled_from([*BEGINNINGS, b"RIFF\x20\0\0\0WEBPVP8 "]),
        st.binary(max_size=40),
    ),
)


@pytest.mark.full
@settings(max_examples=15, deadline=None)
@given(failures=st.lists(ANYTHING, min_size=4, max_size=12), held=st.booleans())
def test_whatever_an_image_raises_is_its_status_and_reason(tmp_path_factory, failures, held):
    home = FolderStore(tmp_path_factory.mktemp("home"))
    now = datetime.now(UTC)
    known = {"catalog": "wga", "first_seen": now}
    names = [f"{n}.jpg" for n in range(len(failures))]
    put(home, "artworks", *({**known, "artwork_id": f"wga:{n}", "image_key": n} for n in names))
    if held:
        good = Failing([paint(name) for name in names])
        plan = prepare.plan_images(home, good, "wga")
        prepare.prepare_shard(home, good, "wga", plan.to_read)
        put(home, "images", *({**row, "etag": "0"} for row in rows_of(home, "images")))
    source = Failing(failures)
    plan = prepare.plan_images(home, source, "wga")
    counts = prepare.prepare_shard(home, source, "wga", plan.to_read)
    assert sum(counts.values()) == len(failures)
    found = rows_of(home, "images")
    assert len(found) == len(failures)
    for row in found:
        assert (row["status"] == "ok") == (held or row["shard"] is not None)
        assert row["error"], row
        assert "\n" not in row["error"]
