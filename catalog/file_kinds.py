"""Tell what a file really is, from its first bytes: a pointer, a web page, an archive, ..."""

from __future__ import annotations

import zipfile
from pathlib import Path

_READ = 4096
_TAR_MAGIC = slice(257, 262)
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (
        b"version https://git-lfs.github.com/spec",
        "a Git LFS pointer, not the file itself: fetch that with `git lfs pull`",
    ),
    (b"/annex/objects/", "a git-annex pointer, not the file itself: run `git annex get`"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"\x89HDF\r\n\x1a\n", "HDF5, such as weights of Keras: convert them to safetensors"),
    (b"GGUF", "GGUF, weights of a language model"),
    (b"\x93NUMPY", "an array of NumPy"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_MARKUP = (
    (b"<!doctype html", "a web page, perhaps of a login or an error: download the file itself"),
    (b"<html", "a web page, perhaps of a login or an error: download the file itself"),
    (b"<head", "a web page, perhaps of a login or an error: download the file itself"),
    (b"<?xml", "an XML document, perhaps an error message of a server"),
    (b"<", "a document with markup, perhaps an error message of a server"),
    (b"{", "a text in JSON, perhaps an error message of a server"),
)


def kind_of(path: Path) -> str | None:
    """Say what a file is that is not what was expected; None if that cannot be told.

    Args:
        path: a regular file.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(_READ)
    if not begin.strip(b"\0"):
        return "a file of zeros, perhaps an interrupted download" if begin else "an empty file"
    for magic, kind in _BEGINNINGS:
        if begin.startswith(magic):
            return kind
    if begin[_TAR_MAGIC] == b"ustar":
        return "a tar archive: unpack it first"
    if begin.startswith(b"PK"):
        return _kind_of_zip(path)
    return _kind_of_text(begin)


def _kind_of_text(begin: bytes) -> str | None:
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for opening, kind in _MARKUP:
        if text.startswith(opening):
            return kind
    try:
        decoded = begin[: -4 if len(begin) == _READ else None].decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "a text" if decoded.translate({9: " ", 10: " ", 13: " "}).isprintable() else None


def _kind_of_zip(path: Path) -> str | None:
    """Say what is in a zip; None for one that PyTorch may have written."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:
        return "a zip archive that was cut off or damaged: download it again"
    if "bundle.json" in names:
        return "a model that `artcat models export` wrote: `artcat models import` takes it"
    if any(name.endswith("data.pkl") for name in names):
        return None
    inside = f"of {names[0][:60]!r}{' and others' if names[1:] else ''}" if names else "of nothing"
    return f"a zip archive {inside}: unpack it first"
