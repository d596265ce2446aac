"""Limits on the cost of decoding one image, whatever its file contains.

Pillow refuses a PNG whose texts exceed a limit, which keeps a small file from filling the memory:
chunks that are not the picture are left out.
"""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from typing import Any

from PIL import PngImagePlugin

from catalog.base.errors import ImageError

SECONDS = 60.0
"""Seconds of processor time; an image of `catalog.images.decoding.MAX_PIXELS` takes a few."""
READS = 2_000_000
"""Of parts of a file; one of 512 MiB in parts of the usual 8 KiB takes 262,144."""
SCANS = 500
"""Of a progressive JPEG; encoders write about ten."""
SCAN_PIXELS = 4_000_000_000
"""Pixels of all scans together: about ten seconds."""

_SCAN = b"\xff\xda"
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_LENGTHS = 2
_ALONE = {0xD8, 0x01}
"""Markers that no length follows."""


class BoundedBytes(io.BytesIO):
    """The bytes of a file, for a decoder with limited reads and time.

    Decoders loop over the parts of a file, and each turn of such a loop reads; so no loop is
    endless.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads = 0
        # Of this thread: a busy machine takes nothing from an image.
        self._until = time.thread_time() + SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        """Read from the file.

        Raises:
            ImageError: `too_large`, once it has cost too much.
        """
        self._reads += 1
        if self._reads > READS:
            raise ImageError("too_large", f"the file has more than {READS:,} parts")
        if time.thread_time() > self._until:
            raise ImageError("too_large", f"decoding took more than {SECONDS:g} seconds")
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        """Read into a buffer, as `read` does."""
        data = self.read(len(memoryview(buffer).cast("B")))
        memoryview(buffer).cast("B")[: len(data)] = data
        return len(data)


def check_scans(data: bytes, pixels: int) -> None:
    """Raise ImageError (`too_large`) if decoding the scans of a JPEG takes unreasonably long."""
    if _costs_too_much(data.count(_SCAN), pixels):  # those of thumbnails and of data included
        scans = _count_scans(data)
        if _costs_too_much(scans, pixels):
            raise ImageError("too_large", f"{scans:,} scans of {pixels:,} pixels are not decoded")


def _costs_too_much(scans: int, pixels: int) -> bool:
    return scans > SCANS or scans * pixels > SCAN_PIXELS


def _count_scans(data: bytes) -> int:
    """Count the scans of the first image in a file, without thumbnails in its metadata."""
    at, scans = 0, 0
    while (found := _MARKER.search(data, at)) is not None:
        marker = data[found.start() + 1]
        if marker == 0xD9:  # noqa: PLR2004 - the end of the image
            break
        scans += marker == 0xDA  # noqa: PLR2004 - a scan begins
        length = int.from_bytes(data[found.end() : found.end() + _LENGTHS], "big")
        at = found.end() + (0 if marker in _ALONE else max(length, _LENGTHS))
    return scans


SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_EXPANDED = 16 * 1024 * 1024
"""Bytes of a colour profile or of XMP, expanded; what is longer is left out."""
_UNUSED = {b"tEXt", b"zTXt"}
_LONG = {b"iTXt", b"iCCP"}
_XMP = b"XML:com.adobe.xmp\0"
_HEADER = struct.Struct(">I4s")
_CHECKSUM = 4

# A profile or XMP of more than a megabyte is valid; what exceeds `MAX_EXPANDED` never arrives.
PngImagePlugin.MAX_TEXT_CHUNK = MAX_EXPANDED
PngImagePlugin.MAX_TEXT_MEMORY = 4 * MAX_EXPANDED


def without_texts(data: bytes) -> bytes:
    """Return a PNG without its texts, but with the XMP that gives its orientation.

    Any other file, and one with nothing to leave out, is returned as it is.
    """
    if not data.startswith(SIGNATURE):
        return data
    kept, seen, begin, at = [], set(), 0, len(SIGNATURE)
    while at + _HEADER.size <= len(data):
        length, kind = _HEADER.unpack_from(data, at)
        end = at + _HEADER.size + length + _CHECKSUM
        if end > len(data):
            break  # truncated: the decoder reports it
        # Of profiles and XMP the first counts: each costs time to expand.
        if kind in seen or _is_left_out(kind, data, at + _HEADER.size, length):
            kept.append(data[begin:at])
            begin = end
        elif kind in _LONG:
            seen.add(kind)
        at = end
    return b"".join([*kept, data[begin:]]) if kept else data


def _is_left_out(kind: bytes, data: bytes, begin: int, length: int) -> bool:
    if kind not in _LONG:
        return kind in _UNUSED
    body = data[begin : begin + length]
    if kind == b"iCCP":
        return _expands_beyond(body.partition(b"\0")[2][1:])
    if not body.startswith(_XMP):
        return True
    is_compressed, rest = body[len(_XMP) : len(_XMP) + 1] == b"\1", body[len(_XMP) + 2 :]
    text = rest.split(b"\0", 2)[-1]
    return _expands_beyond(text) if is_compressed else len(text) > MAX_EXPANDED


def _expands_beyond(compressed: bytes) -> bool:
    """Return whether over `MAX_EXPANDED` bytes come out; also if nothing does, being damaged."""
    try:
        expander = zlib.decompressobj()
        expander.decompress(compressed, MAX_EXPANDED)
    except zlib.error:
        return True
    return not compressed or bool(expander.unconsumed_tail)
