"""Only regular files are opened as a table, a mapping or a file of decisions."""

from __future__ import annotations

import os
import socket

import pytest

from catalog.base.errors import ArtcatError, SourceError
from catalog.base.files import read_source
from catalog.datasets.reviews import read_reviews
from catalog.sources import open_source
from catalog.sources.parameters import IngestParameters


def as_mapping(path):
    open_source(IngestParameters(catalog=str(path.parent), source=str(path)))


def as_table(path):
    mapping = path.parent / "good.toml"
    mapping.write_text('name = "x"\n[fields]\nid = "id"\n')
    open_source(IngestParameters(catalog=str(path), source=str(mapping))).check()


READERS = {"decisions.csv": read_reviews, "mapping.toml": as_mapping, "works.csv": as_table}
OTHERS = {
    "pipe": (os.mkfifo, "it is a pipe, not a file"),
    "folder": (os.mkdir, "it is a folder, not a file"),
    "nothing": (lambda path: None, ""),
    "8 GB of nothing": (lambda path: path.open("wb").truncate(8_000_000_000), "000,000 bytes"),
}
LINKS = {
    "/dev/zero": "it is a device, not a file",
    "/dev/null": "it is a device, not a file",
    "/proc/self/mem": "",
    "nowhere": "",
}
OTHERS |= {
    f"link to {to}": (lambda path, to=to: path.symlink_to(to), said) for to, said in LINKS.items()
}
OTHERS["link to itself"] = (lambda path: path.symlink_to(path.name), "oo many")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_file_is_refused_at_once(tmp_path, name, kind):
    make, words = OTHERS[kind]
    make(tmp_path / name)
    with pytest.raises(ArtcatError) as refusal:
        READERS[name](tmp_path / name)
    assert name in str(refusal.value)
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_socket_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("works.csv")
        with pytest.raises(SourceError):
            read_source(tmp_path / "works.csv", 10)


def test_a_link_to_a_file_is_followed(tmp_path):
    (tmp_path / "real").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("real")
    assert read_source(tmp_path / "link", 3) == b"abc"
    with pytest.raises(SourceError, match="it has more than 2 bytes"):
        read_source(tmp_path / "link", 2)


def test_a_name_that_no_file_can_have(tmp_path):
    for name in ("x" * 5000, "a\0b"):
        with pytest.raises(SourceError, match="cannot read"):
            read_source(tmp_path / name, 10)
