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


def keys(store, prefix=""):
    return [info.key for info in store.list(prefix)]


def test_what_is_written_is_read_and_listed(any_home):
    assert keys(any_home) == []
    any_home.write("b/two.bin", b"\x00\xff" * 5)
    any_home.write("b/one", b"1")
    any_home.write("a", b"")
    any_home.write("b-side/one", b"not below b")
    assert any_home.read("b/two.bin") == b"\x00\xff" * 5
    assert any_home.read("a") == b""
    assert any_home.exists("a")
    assert not any_home.exists("b")
    assert not any_home.exists("c")
    assert keys(any_home) == ["a", "b-side/one", "b/one", "b/two.bin"]
    assert [(i.key, i.size) for i in any_home.list("b")] == [("b/one", 1), ("b/two.bin", 10)]
    assert keys(any_home, "nothing/here") == []


def test_writing_again_replaces_and_changes_the_etag(any_home):
    any_home.write("x", b"old")
    (before,) = any_home.list()
    any_home.write("x", b"new")
    (after,) = any_home.list()
    assert any_home.read("x") == b"new"
    assert before.etag != after.etag
    assert [after] == list(any_home.list())


def test_what_is_not_there_is_a_file_not_found(any_home):
    any_home.write("here", b"x")
    with pytest.raises(FileNotFoundError):
        any_home.read("absent")


def test_deleting_twice_is_no_error(any_home):
    any_home.write("x/y", b"1")
    any_home.write("x/z", b"2")
    any_home.delete("x/y")
    any_home.delete("x/y")
    any_home.delete("never/was")
    assert keys(any_home) == ["x/z"]


def test_an_address_of_an_object_opens_as_a_store(any_home):
    any_home.write("reports/one.json", b"{}")
    below = open_store(any_home.uri_of("reports"))
    assert below.read("one.json") == b"{}"
    assert open_store(any_home.uri).uri == any_home.uri


def test_checking_that_it_is_writable_leaves_nothing(any_home):
    any_home.check_writable()
    assert keys(any_home) == []


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
    with pytest.raises(StoreError, match="No space left on device"):
        home.write("x", b"new")
    assert home.read("x") == b"old"
    assert [path.name for path in home.folder.iterdir()] == ["x"]


def test_other_users_may_read_what_is_written(home):
    home.write("x", b"1")
    assert stat.S_IMODE((home.folder / "x").stat().st_mode) & 0o400
    plain = home.folder / "plain"
    plain.touch()
    assert (home.folder / "x").stat().st_mode == plain.stat().st_mode


def test_a_dangling_link_is_no_object(home):
    home.write("x", b"1")
    (home.folder / "gone").symlink_to("nowhere")
    assert keys(home) == ["x"]


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "/etc/passwd", "a/../../b", "../x", "a\\b", "a\x00b", "a\nb", "//x", "a/.."],
)
def test_a_key_that_leads_elsewhere_is_refused(tmp_path, key):
    for store in (FolderStore(tmp_path), S3Store("s3://bucket/prefix")):
        for use in (store.read, store.exists, store.delete, store.uri_of):
            with pytest.raises(StoreError, match="is not a valid object key"):
                use(key)
        with pytest.raises(StoreError, match="is not a valid object key"):
            store.write(key, b"")
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


def one_line(caught) -> str:
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_browser_is_told_what_a_file_is(s3_home):
    kinds = {"a/index.html": "text/html", "a.css": "text/css", "a.jpg": "image/jpeg"}
    for key in (*kinds, "a.parquet", "b/a.js"):
        s3_home.write(key, b"1")
    put = {
        key: s3_home.client.head_object(Bucket=s3_home.bucket, Key=s3_home.key(key))["ContentType"]
        for key in (*kinds, "a.parquet", "b/a.js")
    }
    assert put.pop("b/a.js") in {"text/javascript", "application/javascript"}
    assert put == {**kinds, "a.parquet": "application/octet-stream"}


def test_a_bucket_that_is_not_there_is_named_with_advice(s3_settings):
    store = S3Store("s3://no-such-bucket-here/home")
    for use in (
        lambda: store.write("x", b""),
        store.check_writable,
        lambda: list(store.list()),
    ):
        with pytest.raises(StoreError) as caught:
            use()
        message = one_line(caught)
        assert "s3://no-such-bucket-here/home" in message
        assert "Create the bucket first" in message


def test_a_refusal_without_words_says_what_to_check(s3_settings, monkeypatch):
    """As Ceph answers, to a wrong secret and to a session that has run out alike."""
    store = S3Store("s3://museum/home")
    store.client.meta.events.register("before-call.s3", _refuse)
    with pytest.raises(StoreError) as raised:
        store.read("any")
    assert str(raised.value) == (
        "s3://museum/home: AccessDenied. "
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the key's permissions."
    )
    monkeypatch.setenv("AWS_SESSION_TOKEN", "old")
    with pytest.raises(StoreError, match="AWS_SESSION_TOKEN is set: the session may have expired"):
        store.read("any")


def _refuse(**_):
    error = {"Code": "AccessDenied", "Message": None}
    raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}, "GetObject")


def test_reading_from_a_bucket_that_is_not_there_is_no_missing_file(s3_settings):
    with pytest.raises(StoreError, match="Create the bucket first"):
        S3Store("s3://no-such-bucket-here/home").read("x")


def test_nothing_listens_at_the_address(monkeypatch, s3_settings):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    # it tries several times, ever more seconds apart
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    with pytest.raises(StoreError) as caught:
        S3Store("s3://bucket/home").read("x")
    assert "AWS_ENDPOINT_URL" in one_line(caught)


def test_no_credentials_are_said_to_be_missing(monkeypatch, s3_settings):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreError) as caught:
        S3Store("s3://bucket/home").write("x", b"")
    assert "credentials" in one_line(caught)


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("s3://", "has no bucket"),
        ("s3:///prefix", "has no bucket"),
        ("gs://bucket/x", "a home is a folder or s3://bucket/prefix"),
        ("https://example.org/x", "a home is a folder or s3://bucket/prefix"),
    ],
)
def test_an_address_of_another_kind_is_refused(uri, message):
    with pytest.raises(StoreError, match=message) as caught:
        open_store(uri)
    one_line(caught)


def test_addresses_are_written_one_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_store("s3://b/p/q/").uri == "s3://b/p/q"
    assert open_store("s3://b").uri_of("x") == "s3://b/x"
    assert open_store("./art").uri == str(tmp_path / "art")


def test_a_folder_that_cannot_be_made_or_written_says_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = FolderStore(tmp_path / "file" / "home")
    with pytest.raises(StoreError, match="choose another with --home") as caught:
        store.check_writable()
    one_line(caught)
    with pytest.raises(StoreError, match="cannot write"):
        store.write("x", b"1")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_says_so(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="Permission denied"):
            FolderStore(tmp_path).check_writable()
        with pytest.raises(StoreError, match="Permission denied"):
            FolderStore(tmp_path).write("x", b"1")
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_is_no_object(home):
    home.write("a/b", b"1")
    with pytest.raises(StoreError, match="it is a folder"):
        home.read("a")


def test_a_file_that_cannot_be_deleted_is_a_mistake_that_a_person_can_mend(home):
    home.write("folder/file", b"")
    with pytest.raises(StoreError, match=r"cannot delete .*folder"):
        home.delete("folder")


def test_a_files_contents_are_put_as_a_whole(any_home, tmp_path):
    file = tmp_path / "large"
    file.write_bytes(bytes(range(256)) * 40_000)  # S3 takes it in two parts
    any_home.write("published/large", b"before")
    any_home.write_file("published/large", file)
    assert any_home.read("published/large") == file.read_bytes()
    with (tmp_path / "back").open("wb") as back:
        any_home.read_into("published/large", back)
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    with pytest.raises(FileNotFoundError), (tmp_path / "none").open("wb") as back:
        any_home.read_into("published/none", back)
    assert [info.key for info in any_home.list()] == ["published/large"]
    assert list(any_home.unfinished()) == []
