"""Interpretation of web servers' responses: file, no change, transient or lasting failure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from catalog.base.errors import ImageError
from catalog.sources.web.limits import MEBIBYTE

REDIRECTS = {301, 302, 303, 307, 308}
_MISSING = {404, 410}
_TRANSIENT = {408, 421, 425, 429}
"""Client errors that a retry may fix, as it may all 5xx."""
_NO_RANGE = 416
_MAX_DATE = 100
_UNTYPED = {"", "application/octet-stream", "binary/octet-stream"}
# Without quotes it is not an ETag, but some servers send and accept it so.
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,1000}"|[\x21\x23-\x2b\x2d-\x7e]{1,1000}')
_TOTAL = re.compile(r"bytes \d{1,18}-\d{1,18}/(\d{1,18})")


class TransientFetchError(Exception):
    """A failure that a retry may fix, after `wait` seconds if known."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass
class Partial:
    """The bytes of an image received so far, and the validator of their file."""

    body: bytearray = field(default_factory=bytearray)
    validator: str | None = None
    resumable: bool = False

    def reset(self) -> None:
        """Discard what was received, so that the next try starts over."""
        self.body.clear()
        self.validator, self.resumable = None, False

    def check_complete(self, response: httpx.Response) -> None:
        """Raise TransientFetchError if a partial response does not contain the end of the file."""
        total = _TOTAL.fullmatch(response.headers.get("Content-Range", "").strip())
        if response.status_code != HTTPStatus.PARTIAL_CONTENT or total is None:
            return
        received = len(self.body)
        if received > int(total[1]):
            self.reset()
        if received != int(total[1]):
            raise TransientFetchError(f"the server sent {received} of {total[1]} bytes")


def headers_for(validator: str | None, partial: Partial) -> dict[str, str]:
    """Return the headers that request a file if it changed, or the rest of a partial one."""
    headers = {"User-Agent": "artcat", "Accept": "image/*", "Accept-Encoding": "identity"}
    if partial.body and partial.validator is not None:
        return headers | {"Range": f"bytes={len(partial.body)}-", "If-Range": partial.validator}
    if validator and _ETAG.fullmatch(validator):
        return headers | {"If-None-Match": validator}
    if validator and _is_date(validator):
        return headers | {"If-Modified-Since": validator}
    return headers


def validator_of(response: httpx.Response) -> str | None:
    """Return the validator of a file: its ETag, or else when it was last modified.

    None if neither can be sent back in a later request: not ASCII, endless, or not a date.
    """
    etag: str = response.headers.get("ETag", "").strip()
    if _ETAG.fullmatch(etag):
        return etag
    modified: str = response.headers.get("Last-Modified", "").strip()
    return modified if _is_date(modified) else None


def _is_date(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) < _MAX_DATE and bool(_date(text))


def _date(text: str) -> datetime | None:
    """Parse an HTTP date; None if it is not a date."""
    try:
        time = parsedate_to_datetime(text)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except Exception:  # its parser promises ValueError, and is given what strangers write
        return None


def check(response: httpx.Response, partial: Partial, longest_wait: float) -> None:
    """Return if the answer brings a file or the rest of it; `partial` then waits for its body.

    Raises:
        ImageError: with status `missing`, `refused`, `unsupported` or, where the server asks for
            more patience than `longest_wait` seconds, `unreachable`.
        TransientFetchError: if another try may bring it.
    """
    status = response.status_code
    answer = f"the server answered {status} {response.reason_phrase}".rstrip()
    if status in _MISSING:
        raise ImageError("missing", answer)
    if status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = retry_after(response.headers.get("Retry-After"))
        if wait is not None and wait > longest_wait:
            raise ImageError("unreachable", f"{answer} and asks to retry after {wait:.10g} seconds")
        raise TransientFetchError(answer, wait)
    if status >= HTTPStatus.BAD_REQUEST and status != _NO_RANGE:
        raise ImageError("refused", answer)
    validator = validator_of(response)
    if status == HTTPStatus.OK:
        partial.body.clear()
        partial.validator = validator
        is_strong = validator is not None and (validator.startswith('"') or _is_date(validator))
        partial.resumable = is_strong and not response.headers.get("Content-Encoding")
    elif not (
        status == HTTPStatus.PARTIAL_CONTENT
        and "Range" in response.request.headers
        and response.headers.get("Content-Range", "").startswith(f"bytes {len(partial.body)}-")
        and validator in {None, partial.validator}
    ):
        partial.reset()
        raise TransientFetchError(f"{answer}, an unexpected response")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") and kind not in _UNTYPED:
        raise ImageError("unsupported", f"the server sent {kind[:100]}, not an image")


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a Retry-After asks for, given as such or as a date.

    None if it is absent; infinity if it exceeds a number.
    """
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    until = _date(header)
    return None if until is None else max(0.0, (until - datetime.now(UTC)).total_seconds())


_COMPRESSED = {"gzip", "x-gzip", "deflate"}
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


async def read_body(response: httpx.Response, body: bytearray, max_bytes: int) -> None:
    """Append what a server sends to a body.

    Raises:
        ImageError: with status `too_large` once the body would be longer than `max_bytes`, or
            `unsupported` if it was compressed in a way that was not requested.
        TransientFetchError: if it ends before its compression does.
    """
    too_large = ImageError("too_large", f"the file is larger than {max_bytes / MEBIBYTE:g} MiB")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and len(body) + int(length) > max_bytes:
        raise too_large
    encodings = response.headers.get("Content-Encoding", "").lower().split(",")
    layers = [name for name in map(str.strip, encodings) if name not in {"", "identity"}]
    if layers and (len(layers) > 1 or layers[0] not in _COMPRESSED):
        # Each layer of compression can multiply what is sent by a thousand
        raise ImageError("unsupported", f"unsupported content encoding: {', '.join(layers)}")
    packed = zlib.decompressobj(_GZIP_OR_ZLIB) if layers else None
    unpack: Callable[[bytes, int], bytes] = packed.decompress if packed else lambda data, _: data
    try:
        async for chunk in response.aiter_raw():
            data = unpack(chunk, max_bytes - len(body) + 1)
            if len(body) + len(data) > max_bytes:
                raise too_large
            body += data
    except zlib.error as error:
        raise TransientFetchError(
            f"what the server sent cannot be decompressed: {error}"
        ) from error
    if packed and not packed.eof:
        raise TransientFetchError("the compressed response is truncated")
