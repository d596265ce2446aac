"""Real-world image folders: links, pipes, names in other encodings, closed folders."""

import os
import socket
import stat
import threading

import pytest

from catalog.base.errors import StoreError
from catalog.sources.image_folder import ImageFolder
from catalog.storage.store import FolderStore
from tests.building import paint


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "art"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "a.jpg").write_bytes(paint("a"))
    return folder


def listed(root, *, follow_links=False, prefix=""):
    """Keys of the files, and status and reason of the others by key."""
    found = ImageFolder(root, follow_links=follow_links).walk(prefix)
    others = {entry.key: (entry.status, entry.reason) for entry in found.unreadable}
    return [info.key for info in found.files], others


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


SPECIAL = {"pipe": os.mkfifo, "socket": make_socket}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("follow_links", [False, True])
def test_what_is_no_regular_file_is_refused_unopened(root, kind, follow_links, tmp_path):
    SPECIAL[kind](tmp_path / "s")  # the name of a socket must be short
    (tmp_path / "s").rename(root / "images" / "b.jpg")
    files, others = listed(root, follow_links=follow_links)
    assert files == ["images/a.jpg"]
    assert others == {"images/b.jpg": ("refused", f"it is a {kind}, not a file")}


def test_a_pipe_that_takes_the_place_of_a_file_does_not_hang(root):
    os.mkfifo(root / "images" / "pipe.jpg")
    for store in (ImageFolder(root), FolderStore(root)):
        with pytest.raises(StoreError, match="it is a pipe, not a file"):
            store.read("images/pipe.jpg")


LINKS = [
    ("/dev/zero", "it is a device, not a file"),
    ("/dev/null", "it is a device, not a file"),
    ("../../outside.jpg", None),
    ("/proc/kmsg", None),
]


@pytest.mark.parametrize(("target", "reason"), LINKS)
def test_a_link_that_leads_out_is_followed_on_request_only(root, tmp_path, target, reason):
    (tmp_path / "outside.jpg").write_bytes(paint("outside"))
    (root / "images" / "link.jpg").symlink_to(target)
    files, others = listed(root)
    said = f"it is a link to {target}: use --follow-links to read it"
    assert (files, others) == (["images/a.jpg"], {"images/link.jpg": ("refused", said)})
    with pytest.raises(StoreError, match=r"leads out of .*--follow-links"):
        ImageFolder(root).read("images/link.jpg")

    files, others = listed(root, follow_links=True)
    if reason is None:
        assert (files, others) == (["images/a.jpg", "images/link.jpg"], {})
    else:
        assert others == {"images/link.jpg": ("refused", reason)}


def test_a_link_inside_the_folder_is_a_file(root):
    (root / "images" / "b.jpg").symlink_to("a.jpg")
    assert listed(root) == (["images/a.jpg", "images/b.jpg"], {})
    assert ImageFolder(root).read("images/b.jpg") == paint("a")


def test_a_link_to_nothing_says_to_what(root):
    (root / "images" / "b.jpg").symlink_to("gone.jpg")
    (root / "images" / "c.jpg").symlink_to("c.jpg")
    many = "cannot read images/c.jpg: Too many levels of symbolic links"
    assert listed(root)[1] == {
        "images/b.jpg": ("missing", "it is a link to gone.jpg, which is not there"),
        "images/c.jpg": ("unreadable", many),
    }


def test_a_linked_folder_is_followed_on_request_only(root, tmp_path):
    shared = tmp_path / "share"
    (shared / "deep").mkdir(parents=True)
    (shared / "deep" / "s.jpg").write_bytes(paint("s"))
    (root / "more").symlink_to(shared)
    said = f"it is a link to the folder {shared}: use --follow-links to read it"
    files, others = listed(root)
    assert (files, others) == (["images/a.jpg"], {"more": ("refused", said)})
    found = ImageFolder(root).walk()
    assert found.unreadable_at("more/deep/s.jpg") == found.unreadable[0]
    assert found.unreadable_at("other/s.jpg") is None

    assert listed(root, follow_links=True) == (["images/a.jpg", "more/deep/s.jpg"], {})
    store = ImageFolder(root, follow_links=True)
    assert store.read("more/deep/s.jpg") == paint("s")


def test_links_in_rings_and_among_each_other_come_to_an_end(root):
    (root / "images" / "up").symlink_to("..")
    names = "bcdefgh"
    for name in names:
        (root / name).mkdir()
    for name in names:
        for other in names:
            (root / name / f"to-{other}").symlink_to(f"../{other}")
    done = threading.Event()
    thread = threading.Thread(
        target=lambda: (listed(root, follow_links=True), done.set()), daemon=True
    )
    thread.start()
    assert done.wait(20)


NAMES = [b"na\xefve.jpg", b"\xff\xfe.jpg", b"new\nline.jpg", b"back\\slash.jpg", b"tab\t.jpg"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_listed_and_read(root, name):
    path = os.fsencode(root / "images") + b"/" + name
    with open(path, "wb") as file:  # noqa: PTH123 - bytes are no Path
        file.write(b"here")
    key = f"images/{name.decode('utf-8', 'backslashreplace')}"
    assert key in listed(root)[0]
    assert ImageFolder(root).read(key) == b"here"


ERRORS = [
    PermissionError(13, "Permission denied"),
    OSError(5, "Input/output error"),
    OSError(116, "Stale file handle"),
]


@pytest.mark.parametrize("error", ERRORS)
def test_a_folder_that_cannot_be_listed_is_named(root, close_folder, error):
    (root / "closed").mkdir()
    close_folder(root / "closed", error)
    files, others = listed(root)
    assert files == ["images/a.jpg"]
    assert others == {"closed": ("unreadable", f"cannot list closed: {error.strerror}")}
    assert not ImageFolder(root).walk().is_complete
    close_folder(root, error)
    with pytest.raises(StoreError, match=f"cannot list .*: {error.strerror}"):
        ImageFolder(root).walk()


def test_a_folder_that_is_not_there_is_distinguished_from_one_without_images(root):
    (root / "works.csv").write_text("id\n")
    for name in ("gone", "works.csv"):
        with pytest.raises(StoreError, match=r"there is no folder .*--images"):
            ImageFolder(root / name).walk()
    assert listed(root, prefix="artwork") == ([], {})


def test_the_folder_of_a_layout_may_be_a_link_on_request_only(root, tmp_path):
    (root / "artwork").symlink_to(tmp_path / "share")
    with pytest.raises(StoreError, match=r"artwork is a link to .*share, which is not there"):
        listed(root, prefix="artwork")
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "1.jpg").write_bytes(b"1")
    with pytest.raises(StoreError, match=r"artwork is a link to .*use --follow-links to read it"):
        listed(root, prefix="artwork")
    assert listed(root, prefix="artwork", follow_links=True) == (["artwork/1.jpg"], {})


@pytest.fixture
def looked_at(monkeypatch):
    """Lets folders, or all but folders, not be looked at."""
    is_folder = stat.S_ISDIR

    def refuse(*, folders):
        def looked_at(mode):
            if is_folder(mode) == folders:
                raise PermissionError(13, "Permission denied")
            return is_folder(mode)

        monkeypatch.setattr("catalog.sources.image_folder.stat.S_ISDIR", looked_at)

    return refuse


def test_a_file_that_may_not_be_looked_at_is_unreadable(root, looked_at):
    looked_at(folders=False)
    said = "cannot read images/a.jpg: Permission denied"
    assert listed(root) == ([], {"images/a.jpg": ("unreadable", said)})


def test_what_lies_below_a_folder_that_may_not_be_looked_at_is_not_missing(root, looked_at):
    looked_at(folders=True)
    found = ImageFolder(root).walk().unreadable_at("images/a.jpg")
    assert (found.status, found.reason) == ("unreadable", "cannot read images: Permission denied")
