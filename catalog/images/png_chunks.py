"""Removal of PNG chunks that are not the picture: texts, and oversized profiles.

Pillow refuses a file whose texts exceed a limit, which keeps a small file from filling the memory.
"""

from __future__ import annotations

import struct
import zlib

from PIL import PngImagePlugin

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST = 16 * 1024 * 1024
"""Bytes of a colour profile or of XMP, expanded; what is longer is left out."""
_UNUSED = {b"tEXt", b"zTXt"}
_LONG = {b"iTXt", b"iCCP"}
_XMP = b"XML:com.adobe.xmp\0"
_HEADER = struct.Struct(">I4s")
_CHECKSUM = 4

# A profile or XMP of more than a megabyte is a good one; what is beyond `LONGEST` never arrives.
PngImagePlugin.MAX_TEXT_CHUNK = LONGEST
PngImagePlugin.MAX_TEXT_MEMORY = 4 * LONGEST


def without_texts(data: bytes) -> bytes:
    """Return a PNG without its texts, but with the XMP that says which side is up.

    Args:
        data: a file; the same is returned if there is nothing to leave out, or it is no PNG.
    """
    if not data.startswith(SIGNATURE):
        return data
    kept, seen, begin, at = [], set(), 0, len(SIGNATURE)
    while at + _HEADER.size <= len(data):
        length, kind = _HEADER.unpack_from(data, at)
        end = at + _HEADER.size + length + _CHECKSUM
        if end > len(data):
            break  # it is cut off: the decoder says so
        # Of profiles and XMP the first counts: each costs time to expand.
        if kind in seen or _is_left_out(kind, data, at + _HEADER.size, length):
            kept.append(data[begin:at])
            begin = end
        elif kind in _LONG:
            seen.add(kind)
        at = end
    return b"".join([*kept, data[begin:]]) if kept else data


def _is_left_out(kind: bytes, data: bytes, begin: int, length: int) -> bool:
    if kind in _UNUSED:
        return True
    if kind not in _LONG:
        return False
    body = data[begin : begin + length]
    if kind == b"iCCP":
        return _expands_beyond(body.partition(b"\0")[2][1:])
    if not body.startswith(_XMP):
        return True
    is_compressed, rest = body[len(_XMP) : len(_XMP) + 1] == b"\1", body[len(_XMP) + 2 :]
    text = rest.split(b"\0", 2)[-1]
    return _expands_beyond(text) if is_compressed else len(text) > LONGEST


def _expands_beyond(compressed: bytes) -> bool:
    """Return whether more than `LONGEST` bytes come out; also if nothing does, being damaged."""
    try:
        expander = zlib.decompressobj()
        expander.decompress(compressed, LONGEST)
    except zlib.error:
        return True
    return not compressed or bool(expander.unconsumed_tail)
