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

    def start(self, response: httpx.Response) -> None:
        """Start receiving a file from its first byte."""
        self.body.clear()
        self.validator = validator_of(response)
        strong = self.validator is not None and (
            self.validator.startswith('"') or _is_date(self.validator)
        )
        self.resumable = strong and not response.headers.get("Content-Encoding")

    def reset(self) -> None:
        """Discard what was received, so that the next try starts over."""
        self.body.clear()
        self.validator, self.resumable = None, False

    def check_complete(self, response: httpx.Response) -> None:
        """Raise TransientFetchError if a partial response does not contain the end of the file."""
        total = _TOTAL.fullmatch(response.headers.get("Content-Range", "").strip())
        if response.status_code != HTTPStatus.PARTIAL_CONTENT or total is None:
            return
        if len(self.body) != int(total[1]):
            message = f"the server sent {len(self.body)} of {total[1]} bytes"
            if len(self.body) > int(total[1]):
                self.reset()
            raise TransientFetchError(message)

    def reset_unless_resumable(self) -> None:
        """Discard what was received unless the download can be resumed."""
        if not self.resumable:
            self.reset()

    def is_continued_by(self, response: httpx.Response) -> bool:
        """Return whether a response contains the missing part."""
        begins = f"bytes {len(self.body)}-"
        return (
            "Range" in response.request.headers
            and response.headers.get("Content-Range", "").startswith(begins)
            and validator_of(response) in {None, self.validator}
        )


def headers_for(validator: str | None, partial: Partial) -> dict[str, str]:
    """Return the headers that request a file if it changed, or the rest of a partial one."""
    headers = {"User-Agent": "artcat", "Accept": "image/*", "Accept-Encoding": "identity"}
    if partial.body and partial.validator is not None:
        return headers | {"Range": f"bytes={len(partial.body)}-", "If-Range": partial.validator}
    if validator is None or not (_is_etag(validator) or _is_date(validator)):
        return headers
    return headers | {"If-None-Match" if _is_etag(validator) else "If-Modified-Since": validator}


def validator_of(response: httpx.Response) -> str | None:
    """Return the validator of a file: its ETag, or else when it was last modified.

    None if neither can be sent back in a later request: not ASCII, endless, or not a date.
    """
    etag: str = response.headers.get("ETag", "").strip()
    if _is_etag(etag):
        return etag
    modified: str = response.headers.get("Last-Modified", "").strip()
    return modified if _is_date(modified) else None


def _is_etag(text: str) -> bool:
    return _ETAG.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) < _MAX_DATE and bool(_date(text))


def _date(text: str) -> datetime | None:
    """Parse an HTTP date; None if it is not a date."""
    try:
        time = parsedate_to_datetime(text)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except Exception:  # its parser promises ValueError, and is given what strangers write
        return None


def is_unchanged(response: httpx.Response) -> bool:
    """Return whether the file is as it was the last time."""
    asked = response.request.headers
    conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
    return conditional and response.status_code == HTTPStatus.NOT_MODIFIED


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
    if status == HTTPStatus.OK:
        partial.start(response)
    elif status != HTTPStatus.PARTIAL_CONTENT or not partial.is_continued_by(response):
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
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and len(body) + int(length) > max_bytes:
        raise _too_large(max_bytes)
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
                raise _too_large(max_bytes)
            body += data
    except zlib.error as error:
        raise TransientFetchError(
            f"what the server sent cannot be decompressed: {error}"
        ) from error
    if packed and not packed.eof:
        raise TransientFetchError("the compressed response is truncated")


def _too_large(limit: int) -> ImageError:
    return ImageError("too_large", f"the file is larger than {limit / MEBIBYTE:g} MiB")
