"""What a web server's answer means: the file, no change, a failure that passes or that stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from catalog.errors import ImageError

REDIRECTS = {301, 302, 303, 307, 308}
_MISSING = {404, 410}
_PASSING = {408, 421, 425, 429}
"""Client errors that another try may mend, as it may all 5xx."""
_NO_RANGE = 416
_UNTYPED = {"", "application/octet-stream", "binary/octet-stream"}


class PassingError(Exception):
    """It did not work now; it may the next time, after `wait` seconds if those are known."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass
class Partial:
    """What has come of an image so far, and what tells whether the rest is of the same file."""

    body: bytearray = field(default_factory=bytearray)
    validator: str | None = None
    resumable: bool = False

    def begin(self, response: httpx.Response) -> None:
        """A file comes from its start."""
        self.body.clear()
        self.validator = validator_of(response)
        weak = self.validator is None or self.validator.startswith("W/")
        self.resumable = not weak and not response.headers.get("Content-Encoding")

    def forget(self) -> None:
        """The next try must begin anew."""
        self.body.clear()
        self.validator, self.resumable = None, False

    def is_continued_by(self, response: httpx.Response) -> bool:
        """Whether an answer is the part that is still to come."""
        begins = f"bytes {len(self.body)}-"
        return (
            "Range" in response.request.headers
            and response.headers.get("Content-Range", "").startswith(begins)
            and validator_of(response) in {None, self.validator}
        )


def headers_for(validator: str | None, partial: Partial) -> dict[str, str]:
    """The headers that ask for a file if it changed, or for the rest of what has begun to come."""
    headers = {"User-Agent": "artcat", "Accept": "image/*", "Accept-Encoding": "identity"}
    if partial.body and partial.validator is not None:
        return headers | {"Range": f"bytes={len(partial.body)}-", "If-Range": partial.validator}
    if validator is None:
        return headers
    is_etag = validator.startswith(('"', 'W/"'))
    return headers | {"If-None-Match" if is_etag else "If-Modified-Since": validator}


def validator_of(response: httpx.Response) -> str | None:
    """What tells this file from a changed one: its ETag, or else when it was last modified."""
    return response.headers.get("ETag") or response.headers.get("Last-Modified") or None


def is_unchanged(response: httpx.Response) -> bool:
    """Whether the file is as it was the last time."""
    asked = response.request.headers
    conditional = "If-None-Match" in asked or "If-Modified-Since" in asked
    return conditional and response.status_code == HTTPStatus.NOT_MODIFIED


def check(response: httpx.Response, partial: Partial, longest_wait: float) -> None:
    """Return if the answer brings a file or the rest of it; `partial` then waits for its body.

    Raises:
        ImageError: with status `missing`, `refused`, `unsupported` or, where the server asks for
            more patience than `longest_wait` seconds, `unreachable`.
        PassingError: if another try may bring it.
    """
    status = response.status_code
    said = f"the server answered {status} {response.reason_phrase}".rstrip()
    if status in _MISSING:
        raise ImageError("missing", said)
    if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = retry_after(response.headers.get("Retry-After"))
        if wait is not None and wait > longest_wait:
            raise ImageError("unreachable", f"{said} and wants {wait:.0f} seconds of rest")
        raise PassingError(said, wait)
    if status >= HTTPStatus.BAD_REQUEST and status != _NO_RANGE:
        raise ImageError("refused", said)
    if status == HTTPStatus.OK:
        partial.begin(response)
    elif status != HTTPStatus.PARTIAL_CONTENT or not partial.is_continued_by(response):
        partial.forget()
        raise PassingError(f"{said}, which is not what was asked for")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") and kind not in _UNTYPED:
        raise ImageError("unsupported", f"the server sent {kind[:100]}, no image")


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After asks for, given as such or as a date; None if it says nothing."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
