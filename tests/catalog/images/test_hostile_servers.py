"""Untrusted servers: each answer gives the image, or its status and one line."""

from __future__ import annotations

import gzip
import time
import zlib
from pathlib import Path

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.base.errors import ImageError
from catalog.sources.image_sources import Fetched
from catalog.sources.web import responses
from tests.catalog.images.raw_server import RawServer

CASES = yaml.safe_load(Path(__file__).with_name("hostile_servers.yaml").read_text("utf-8"))
BODY = b"\xff\xd8" + bytes(range(256)) * 4
SIZE = len(BODY)
UNREACHABLE, REFUSED, UNSUPPORTED = "unreachable", "refused", "unsupported"
STATUSES = {"missing", UNREACHABLE, "too_large", UNSUPPORTED, REFUSED}


@pytest.fixture
def raw():
    server = RawServer()
    yield server
    server.close()


def answer(*, start="HTTP/1.1 200 OK", kind="image/jpeg", lines=(), body=BODY, length=True):
    """An answer with header lines beside `Content-Type` and `Content-Length`."""
    head = [start, f"Content-Type: {kind}", *([f"Content-Length: {len(body)}"] if length else ())]
    encoded = [line if isinstance(line, bytes) else line.encode() for line in (*head, *lines)]
    return b"\r\n".join(encoded) + b"\r\n\r\n" + (body or b"")


def chunked(*parts):
    return answer(lines=["Transfer-Encoding: chunked"], length=False, body=b"".join(parts))


def redirect(location):
    return answer(start="HTTP/1.1 302 Found", lines=[b"Location: " + location], body=b"")


def coded(coding, body=BODY):
    return answer(lines=[f"Content-Encoding: {coding}"], body=body)


LAST = "Last-Modified: Mon, 06 May 2024 10:00:00 GMT"
NO_VALIDATORS = (
    *(b'ETag: "\xe9"', b'ETag: "\xff\xfe\x80"', f'ETag: "{"a" * 5000}"', f"ETag: {'a' * 5000}"),
    *(f"{LAST} {'x' * 5000}", *CASES["no_validators"]),
)
VALIDATORS = [*CASES["validators"].values(), *(([line], None) for line in NO_VALIDATORS)]


@pytest.mark.parametrize(("lines", "kept"), VALIDATORS, ids=lambda value: ascii(value)[:60])
def test_only_a_validator_that_can_be_sent_back_is_kept(raw, open_web, lines, kept):
    address, images = raw.give(answer(lines=lines)), open_web()
    assert images.fetch(address, None, None) == Fetched(BODY, kept, SIZE)
    assert images.fetch(address, kept, None).data == BODY, "the next night"
    asked = raw.heads[-1].lower()
    assert ("if-none-match: " in asked or "if-modified-since: " in asked) == (kept is not None)


@pytest.mark.parametrize(
    "stored", ['"é"', "é", "图", "a, b", "", '"a\nb"', '"a\r\nX-Evil: 1"', "a b", "\ud800"]
)
def test_a_validator_of_an_earlier_version_is_not_sent(raw, open_web, stored):
    images = open_web()
    assert images.fetch(raw.give(answer()), stored, None).data == BODY
    assert "x-evil" not in raw.heads[-1].lower()
    assert "if-none-match" not in raw.heads[-1].lower()


LATER = CASES["later"] | {
    "more than a number holds": ("9" * 400, "inf seconds"),
    "10^300": ("1" + "0" * 300, "1e+300 seconds"),
    "5,000 digits": ("9" * 5000, "inf seconds"),
}


@pytest.mark.parametrize(("value", "said"), LATER.values(), ids=LATER)
def test_a_server_wants_an_odd_rest(raw, open_web, failure, value, said):
    address = raw.give(answer(start="HTTP/1.1 503 Later", lines=[f"Retry-After: {value}"]))
    found, message = failure(open_web(tries=2), address)
    assert found == UNREACHABLE
    assert said in message
    assert len(message) < 200
    assert len(raw.heads) == (2 if said == "503" else 1), "there is no time for so long a rest"


PACKED = gzip.compress(BODY)
IN_CHUNKS = b"402\r\n" + BODY + b"\r\n0\r\n"
TAKEN = {
    **{name: answer(**odd) for name, odd in CASES["taken"].items()},
    "hints before the answer": b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer(),
    "10,000 headers": answer(lines=["X: a"] * 10_000),
    "length and chunks": answer(lines=["Transfer-Encoding: chunked"], body=IN_CHUNKS + b"\r\n"),
    "chunks": chunked(IN_CHUNKS, b"\r\n"),
    "chunks with a trailer": chunked(IN_CHUNKS, b"ETag: x\r\n\r\n"),
    "gzip": coded("gzip", PACKED),
    "x-gzip": coded("X-GZIP", PACKED),
    "deflate": coded("deflate", zlib.compress(BODY)),
    "no type": answer().replace(b"Content-Type: image/jpeg\r\n", b""),
}
BROKEN = {
    **{name: answer(**odd) for name, odd in CASES["broken"].items()},
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "a megabyte of headers": answer(lines=[f"X: {'a' * 1_000_000}"]),
    "chunks without an end": chunked(b"402\r\n", BODY, b"\r\n"),
    "a chunk of 10^30 bytes": chunked(b"f" * 25 + b"\r\nabc"),
    "a chunk of letters": chunked(b"xyz\r\nabc\r\n"),
}
SWITCHING = b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
LONG = answer(lines=[f"Content-Length: {'9' * 5000}"], length=False)
NOT_UTF_8 = answer(start="HTTP/1.1 403 No").replace(b"No", b"Zugriff verweigert \xe9")
PART = {"start": "HTTP/1.1 206 Part", "lines": [f"Content-Range: bytes 0-9/{SIZE}"]}
FAILED = {
    **{name: (answer(**odd), *told) for name, (odd, *told) in CASES["failed"].items()},
    **{name: (sent, UNREACHABLE, "the connection failed") for name, sent in BROKEN.items()},
    **{
        f"to {address}": (redirect(address.encode()), REFUSED, said)
        for said, addresses in CASES["referred"].items()
        for address in addresses
    },
    "to an endless address": (redirect(b"/" + b"a" * 70_000), REFUSED, ""),
    "to what is not text": (redirect(b"\xff\xfe\x80"), UNREACHABLE, ""),
    "switches protocols": (SWITCHING, UNREACHABLE, ""),
    "a reason in another encoding": (NOT_UTF_8, REFUSED, "403"),
    "an endless reason": (answer(start=f"HTTP/1.1 403 {'x' * 9000}"), REFUSED, "answered 403 xxx"),
    "an endless type": (answer(kind="a" * 9000), UNSUPPORTED, "not an image"),
    "a length of 5,000 digits": (LONG, UNREACHABLE, ""),
    "a part": (answer(**PART, body=BODY[:10]), UNREACHABLE, "answered 206"),
    "gzip in gzip": (coded("gzip, gzip", gzip.compress(PACKED)), UNSUPPORTED, "gzip, gzip"),
    "gzip 100 times": (coded("gzip, " * 100), UNSUPPORTED, "content encoding"),
    "half a gzip": (coded("gzip", PACKED[:40]), UNREACHABLE, "compressed response is truncated"),
    "a bomb": (coded("gzip", zlib.compress(bytes(3_000_000))), "too_large", "larger than"),
}


@pytest.mark.parametrize("sent", TAKEN.values(), ids=TAKEN)
def test_an_odd_answer_is_the_image(raw, open_web, sent):
    images = open_web(tries=2, max_bytes=1_000_000)
    assert images.fetch(raw.give(sent), None, None).data == BODY


@pytest.mark.parametrize(("sent", "status", "said"), FAILED.values(), ids=FAILED)
def test_a_bad_answer_is_a_status_and_a_reason(raw, open_web, failure, sent, status, said):
    found, message = failure(open_web(tries=2, max_bytes=1_000_000), raw.give(sent))
    assert found == status
    assert said in message
    assert "secret" not in message
    assert message.isprintable()
    assert len(message) <= 400


COMPRESSED_NOTHING = answer(
    lines=["Content-Encoding: gzip"], length=False, body=gzip.compress(b"")[:10]
)
FOREVER = {
    "the body": (answer(length=False, body=b""), b"a" * 10_000, "too_large"),
    "chunks": (chunked(), b"3e8\r\n" + b"a" * 1000 + b"\r\n", "too_large"),
    "chunks of one byte": (chunked(), b"1\r\na\r\n" * 1000, ("too_large", UNREACHABLE)),
    "a chunk's extension": (chunked(b"5;"), b"a" * 10_000, UNREACHABLE),
    "a trailer": (chunked(b"1\r\na\r\n0\r\n"), b"X: a\r\n" * 1000, UNREACHABLE),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n" * 1000, UNREACHABLE),
    "one header": (b"HTTP/1.1 200 OK\r\nX: ", b"a" * 10_000, UNREACHABLE),
    "the status line": (b"HTTP/1.1 200 ", b"O" * 10_000, UNREACHABLE),
    "hints": (b"", b"HTTP/1.1 103 Hints\r\n\r\n" * 100, UNREACHABLE),
    "empty lines": (b"", b"\r\n" * 1000, UNREACHABLE),
    "compressed nothing": (COMPRESSED_NOTHING, b"\x00\x00\x00\xff\xff" * 1000, UNREACHABLE),
}


@pytest.mark.parametrize(("first", "repeated", "status"), FOREVER.values(), ids=FOREVER)
def test_an_answer_without_end_has_one(raw, open_web, failure, first, repeated, status):
    images = open_web(tries=1, max_bytes=50_000, total_seconds=1.0)
    begun = time.monotonic()
    assert failure(images, raw.give(first, repeated))[0] in status
    assert time.monotonic() - begun < 3


NOT_ASKED = (*CASES["not_asked"], f"http://{'a' * 64}.org/1.jpg")
ADDRESSES = (
    *(*CASES["addresses"], *NOT_ASKED, f"http://{'a.' * 200}example/1.jpg"),
    *("http://127.0.0.1:1/\ud800", "http://127.0.0.1:1/" + "a" * 70_000),
)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda text: ascii(text[:40]))
def test_an_address_that_is_none_is_a_status_and_a_reason(open_web, failure, address):
    status, message = failure(open_web(tries=1), address)
    assert status in ({REFUSED} if address in NOT_ASKED else {REFUSED, UNREACHABLE})
    assert message
    assert message.isprintable()
    assert "secret" not in message


def test_a_part_that_lacks_the_end_of_the_file_is_not_taken_for_it():
    """The rest is asked for, and stops short though its own length is right."""
    partial = responses.Partial(bytearray(BODY[:700]), '"1"', resumable=True)
    part = httpx.Response(206, headers={"Content-Range": f"bytes 500-699/{SIZE}"})
    with pytest.raises(responses.TransientFetchError, match=f"sent 700 of {SIZE} bytes"):
        partial.check_complete(part)
    assert partial.body, "the rest can still come"


def test_connections_to_many_hosts_are_not_all_kept(raw, open_web, monkeypatch):
    monkeypatch.setattr("catalog.sources.web.download._MAX_HOSTS", 3)
    images = open_web()
    for number in range(1, 12):
        address = raw.give(answer()).replace("127.0.0.1", f"127.0.0.{number}")
        try:
            images.fetch(address, None, None)
        except ImageError:  # the server listens at one of the addresses only
            images._downloader._hosts.clear()
    assert len(images._downloader._hosts) <= 4


NAMES = ("ETag", "Last-Modified", "Retry-After", "Content-Length", "Content-Encoding", "Location")
NAMES += ("Content-Type", "Content-Range", "Transfer-Encoding", "Set-Cookie", "Connection", "Date")
VALUES = st.one_of(
    st.binary(max_size=40).map(lambda value: value.replace(b"\r", b"").replace(b"\n", b"")),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")),
    st.integers(-(10**30), 10**400).map(lambda number: str(number).encode()),
    st.datetimes().map(lambda time: time.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()),
    st.sampled_from([b"gzip", b"chunked", b"gzip, chunked", b"bytes 0-1/2", b"http://[", b"/a"]),
)


@pytest.fixture
def patient(open_web):
    """Never gives the server up, and never waits long."""
    waits = {"idle_seconds": 0.3, "total_seconds": 0.5, "longest_wait": 0.01}
    return open_web(tries=1, host_failures=10**6, **waits)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(100, 999),
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4),
    st.binary(max_size=50),
)
def test_no_status_header_or_body_raises_anything_else(raw, patient, code, lines, body):
    """Nothing but an image or the error that becomes the status of its row."""
    head = [b"HTTP/1.1 %d Said" % code, *(f"{name}: ".encode() + value for name, value in lines)]
    address = raw.give(b"\r\n".join(head) + b"\r\n\r\n" + body)
    raw.answers.setdefault("/a", (answer(), b""))
    try:
        done = patient.fetch(address, None, None)
    except ImageError as error:
        assert error.status in STATUSES
        assert str(error).isprintable()
    else:
        assert done.data is not None
        if done.etag is not None:  # can be asked with the next night
            assert patient.fetch(raw.give(answer()), done.etag, None).data == BODY


@given(st.text() | st.binary().map(lambda value: value.decode("latin-1")))
def test_no_retry_after_raises(text):
    wait = responses.retry_after(text)
    assert wait is None or wait >= 0
