"""Read the body of an answer: bounded, and unpacked if it was compressed once."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import httpx

from catalog.base.errors import ImageError
from catalog.sources.web.answers import TransientFetchError
from catalog.sources.web.limits import MEBIBYTE

_COMPRESSED = {"gzip", "x-gzip", "deflate"}
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


async def read_body(response: httpx.Response, body: bytearray, max_bytes: int) -> None:
    """Append what a server sends to a body.

    Raises:
        ImageError: with status `too_large` once the body would be longer than `max_bytes`, or
            `unsupported` if it was compressed in a way that nobody asked for.
        TransientFetchError: if it ends before its compression does.
    """
    said = response.headers.get("Content-Length", "")
    if said.isdecimal() and len(body) + int(said) > max_bytes:
        raise _too_large(max_bytes)
    encodings = response.headers.get("Content-Encoding", "").lower().split(",")
    layers = [name for name in map(str.strip, encodings) if name not in {"", "identity"}]
    if layers and (len(layers) > 1 or layers[0] not in _COMPRESSED):
        # Each layer of compression can multiply what is sent by a thousand
        raise ImageError("unsupported", f"the server sent it compressed as {', '.join(layers)}")
    packed = zlib.decompressobj(_GZIP_OR_ZLIB) if layers else None
    unpack: Callable[[bytes, int], bytes] = packed.decompress if packed else lambda data, _: data
    try:
        async for chunk in response.aiter_raw():
            data = unpack(chunk, max_bytes - len(body) + 1)
            if len(body) + len(data) > max_bytes:
                raise _too_large(max_bytes)
            body += data
    except zlib.error as error:
        raise TransientFetchError(
            f"what the server sent cannot be decompressed: {error}"
        ) from error
    if packed and not packed.eof:
        raise TransientFetchError("what the server sent ends before its compression does")


def _too_large(limit: int) -> ImageError:
    return ImageError("too_large", f"the file is larger than {limit / MEBIBYTE:g} MiB")
