"""Detect what a file really is from its first bytes: a pointer, a web page, an archive, ..."""

from __future__ import annotations

import zipfile
from pathlib import Path

TABLE_ENDINGS = tuple(".csv .tsv .txt .json .geojson .jsonl .ndjson .xlsx .xlsm".split())
"""Of files that can hold a catalog."""
BEGINNING = 4096
"""Bytes from the beginning of a file that identify its kind."""
_LFS = "a Git LFS pointer, not the file itself: fetch that with `git lfs pull`"
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"version https://git-lfs.github.com/spec", _LFS),
    (0, b"/annex/objects/", "a git-annex pointer, not the file itself: run `git annex get`"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it first"),
    (0, b"BZh", "a bzip2 archive: unpack it first"),
    (0, b"\xfd7zXZ\0", "an xz archive: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive: unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (0, b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (0, b"PK\x03\x04", "a ZIP archive or an Excel workbook: unpack it, or name the workbook .xlsx"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document, such as an Excel workbook (.xls)"),
    (257, b"ustar", "a tar archive: unpack it first"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5, such as Keras weights: convert them to safetensors"),
    (0, b"GGUF\x03", "GGUF, weights of a language model"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"SQLite format 3", "an SQLite database"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (4, b"jP  \r\n\x87\n", "a JPEG 2000 image"),
    (4, b"JXL ", "a JPEG XL image"),
    (4, b"ftypavif", "an AVIF image"),
    (4, b"ftyphei", "an HEIF image"),
    (4, b"ftypmif1", "an HEIF image"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\0", "a program"),
)


def signature_of(begin: bytes) -> str | None:
    """Return the kind of file that these first bytes identify, a web page included.

    Args:
        begin: the first `BEGINNING` bytes.
    """
    for at, signature, kind in _SIGNATURES:
        if begin.startswith(signature, at):
            return kind
    text = _text(begin)
    if text.startswith(b"<") and b"<svg" in text:
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page, perhaps of a login or an error: download the file itself"
    return None


def kind_of(path: Path) -> str | None:
    """Return what a file without weights is; None if that is unknown.

    Args:
        path: a regular file.

    Raises:
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        begin = file.read(BEGINNING)
    if not begin.strip(b"\0"):
        return "a file of zeros, perhaps an interrupted download" if begin else "an empty file"
    if begin.startswith(b"PK"):
        return _kind_of_zip(path)
    return signature_of(begin) or _kind_of_text(begin)


def _text(begin: bytes) -> bytes:
    return begin.removeprefix(b"\xef\xbb\xbf").lstrip().lower()


def _kind_of_text(begin: bytes) -> str | None:
    for start, kind in (
        (b"<?xml", "an XML document"),
        (b"<", "a document with markup"),
        (b"{", "a text in JSON"),
    ):
        if _text(begin).startswith(start):
            return f"{kind}, perhaps an error message of a server"
    try:
        decoded = begin[: -4 if len(begin) == BEGINNING else None].decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "a text" if decoded.translate({9: " ", 10: " ", 13: " "}).isprintable() else None


def _kind_of_zip(path: Path) -> str | None:
    """Return what a zip contains; None for one that PyTorch may have written."""
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
