import os
import stat
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from catalog.base.errors import StoreError
from catalog.storage.store import FolderStore, S3Store, check_key, open_store

HOME_OF_NO_BUCKET = "s3://no-such-bucket-here/home"


def keys(store, prefix=""):
    return [info.key for info in store.list(prefix)]


def refusal(use, *given):
    """What the StoreError says that a use of a store raises: one line."""
    with pytest.raises(StoreError) as caught:
        use(*given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_written_is_read_and_listed(any_home):
    any_home.check_writable()
    assert keys(any_home) == [], "checking leaves nothing"
    any_home.write("b/two.bin", b"\x00\xff" * 5)
    any_home.write("b/one", b"1")
    any_home.write("a", b"")
    any_home.write("b-side/one", b"not below b")
    assert any_home.read("b/two.bin") == b"\x00\xff" * 5
    assert any_home.read("a") == b""
    assert [any_home.exists(key) for key in "abc"] == [True, False, False]
    with pytest.raises(FileNotFoundError):
        any_home.read("absent")
    assert keys(any_home) == ["a", "b-side/one", "b/one", "b/two.bin"]
    assert [(i.key, i.size) for i in any_home.list("b")] == [("b/one", 1), ("b/two.bin", 10)]
    assert keys(any_home, "nothing/here") == []
    below = open_store(any_home.uri_of("b"))
    assert below.read("one") == b"1"
    assert open_store(any_home.uri).uri == any_home.uri
    for key in ("b/one", "b/one", "never/was"):
        any_home.delete(key)
    assert keys(any_home, "b") == ["b/two.bin"]


def test_writing_again_replaces_and_changes_the_etag(any_home):
    any_home.write("x", b"old")
    (before,) = any_home.list()
    any_home.write("x", b"new")
    (after,) = any_home.list()
    assert any_home.read("x") == b"new"
    assert before.etag != after.etag
    assert [after] == list(any_home.list())


def test_one_object_is_put_once(any_home):
    any_home.write("a", b"0")
    assert any_home.put_new("b", b"1")
    assert not any_home.put_new("b", b"2")
    assert not any_home.put_new("a", b"2")
    assert (any_home.read("a"), any_home.read("b")) == (b"0", b"1")


def test_a_files_contents_are_put_as_a_whole(any_home, tmp_path):
    file, back = tmp_path / "large", tmp_path / "back"
    file.write_bytes(bytes(range(256)) * 40_000)  # S3 takes it in two parts
    any_home.write("published/large", b"before")
    any_home.write_file("published/large", file)
    assert any_home.read("published/large") == file.read_bytes()
    with back.open("wb") as target:
        any_home.read_into("published/large", target)
    assert back.read_bytes() == file.read_bytes()
    with pytest.raises(FileNotFoundError), back.open("wb") as target:
        any_home.read_into("published/none", target)
    assert keys(any_home) == ["published/large"]
    assert list(any_home.unfinished()) == []


def test_a_reader_never_sees_half_of_an_object(home):
    old, new = b"a" * 300_000, b"b" * 500_000
    home.write("x", old)
    stop = threading.Event()

    def write():
        while not stop.is_set():
            home.write("x", new)
            home.write("x", old)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        assert {home.read("x") for _ in range(60)} <= {old, new}
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert keys(home) == ["x"]


def test_a_write_that_fails_leaves_the_old_object_and_no_rest(home, monkeypatch):
    home.write("x", b"old")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("catalog.storage.store.os.fsync", full_disk)
    assert "No space left on device" in refusal(home.write, "x", b"new")
    assert home.read("x") == b"old"
    assert [path.name for path in home.folder.iterdir()] == ["x"]


def test_files_in_a_folder(home):
    home.write("a/b", b"1")
    plain = home.folder / "plain"
    plain.touch()
    mode = (home.folder / "a/b").stat().st_mode
    assert mode == plain.stat().st_mode, "other users may read what is written"
    assert stat.S_IMODE(mode) & 0o400
    (home.folder / "gone").symlink_to("nowhere")
    assert keys(home) == ["a/b", "plain"], "a dangling link is no object"
    assert "it is a folder" in refusal(home.read, "a")
    assert f"cannot delete {home.folder}/a" in refusal(home.delete, "a")


BAD_KEYS = ("", ".", "..", "/etc/passwd", "a/../../b", "a\\b", "a\0b", "a\nb", "//x", "a/..")


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_leads_elsewhere_is_refused(tmp_path, key):
    for store in (FolderStore(tmp_path), S3Store("s3://bucket/prefix")):
        for use in (store.read, store.exists, store.delete, store.uri_of):
            assert "is not a valid object key" in refusal(use, key)
        assert "is not a valid object key" in refusal(store.write, key, b"")
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=30) | st.text("./\\a\0", max_size=12))
def test_an_accepted_key_stays_in_the_store(key):
    root = Path("/some/where")
    try:
        accepted = check_key(key)
    except StoreError as error:
        assert "\n" not in str(error)
        return
    assert accepted == key
    resolved = Path((root / key).as_posix())
    assert root in resolved.parents
    assert ".." not in resolved.parts
    assert "\\" not in key


def test_a_browser_is_told_what_a_file_is(s3_home):
    kinds = {"a/index.html": "text/html", "a.css": "text/css", "a.jpg": "image/jpeg"}
    put = {}
    for key in (*kinds, "a.parquet", "b/a.js"):
        s3_home.write(key, b"1")
        head = s3_home.client.head_object(Bucket=s3_home.bucket, Key=s3_home.key(key))
        put[key] = head["ContentType"]
    assert put.pop("b/a.js") in {"text/javascript", "application/javascript"}
    assert put == {**kinds, "a.parquet": "application/octet-stream"}


def test_a_bucket_that_is_not_there_is_named_with_advice(s3_settings):
    store = S3Store(HOME_OF_NO_BUCKET)
    uses = ((store.write, "x", b""), (store.read, "x"), (store.check_writable,))
    for use, *arguments in (*uses, (lambda: list(store.list()),)):
        message = refusal(use, *arguments)
        assert HOME_OF_NO_BUCKET in message
        assert "Create the bucket first" in message


def test_a_refusal_without_words_says_what_to_check(s3_settings, monkeypatch):
    """As Ceph answers, to a wrong secret and to a session that has run out alike."""

    def refuse(**_):
        answer = {"Error": {"Code": "AccessDenied", "Message": None}}
        raise ClientError({**answer, "ResponseMetadata": {"HTTPStatusCode": 403}}, "GetObject")

    store = S3Store("s3://museum/home")
    store.client.meta.events.register("before-call.s3", refuse)
    assert refusal(store.read, "any") == (
        "s3://museum/home: AccessDenied. "
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the key's permissions."
    )
    monkeypatch.setenv("AWS_SESSION_TOKEN", "old")
    told = "AWS_SESSION_TOKEN is set: the session may have expired"
    assert told in refusal(store.read, "any")


def test_no_server_and_no_credentials(monkeypatch, s3_settings):
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        # it tries several times, ever more seconds apart
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        assert "AWS_ENDPOINT_URL" in refusal(S3Store("s3://bucket/home").read, "x")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    assert "credentials" in refusal(S3Store("s3://bucket/home").write, "x", b"")


@pytest.mark.parametrize("uri", ["s3://", "s3:///prefix", "gs://bucket/x", "https://a.org/x"])
def test_an_address_of_another_kind_is_refused(uri):
    said = "has no bucket" if uri.startswith("s3") else "a home is a folder or s3://bucket/prefix"
    assert said in refusal(open_store, uri)


def test_addresses_are_written_one_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_store("s3://b/p/q/").uri == "s3://b/p/q"
    assert open_store("s3://b").uri_of("x") == "s3://b/x"
    assert open_store("./art").uri == str(tmp_path / "art")


def test_a_folder_that_cannot_be_made_or_written_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = FolderStore(tmp_path / "file" / "home")
    assert "choose another with --home" in refusal(store.check_writable)
    for write in (store.write, store.put_new):
        assert "cannot write" in refusal(write, "x", b"1")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_says_so(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert "Permission denied" in refusal(FolderStore(tmp_path).check_writable)
        assert "Permission denied" in refusal(FolderStore(tmp_path).write, "x", b"1")
    finally:
        tmp_path.chmod(0o700)
