"""Untrusted servers: each answer gives the image, or its status and one line."""

from __future__ import annotations

import gzip
import time
import zlib

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.base.errors import ImageError
from catalog.sources.image_sources import Fetched
from catalog.sources.web import responses
from tests.catalog.images.raw_server import RawServer

pytestmark = pytest.mark.full

BODY = b"\xff\xd8" + bytes(range(256)) * 4
SIZE = len(BODY)
UNREACHABLE, REFUSED, UNSUPPORTED = "unreachable", "refused", "unsupported"
STATUSES = {"missing", UNREACHABLE, "too_large", UNSUPPORTED, REFUSED}


@pytest.fixture
def raw():
    server = RawServer()
    yield server
    server.close()


def answer(*lines, body=BODY, start="HTTP/1.1 200 OK", length=True):
    """An answer with header lines beside `Content-Type` and `Content-Length`."""
    head = [start.encode("latin-1"), b"Content-Type: image/jpeg"]
    if length:
        head.append(b"Content-Length: %d" % len(body))
    head += [line if isinstance(line, bytes) else line.encode("latin-1") for line in lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


LAST = "Mon, 06 May 2024 10:00:00 GMT"
# What the server sends, and the validator that is kept of it
VALIDATORS = {
    "a plain one": (['ETag: "1"'], '"1"'),
    "weak": (['ETag: W/"1"'], 'W/"1"'),
    "empty, in quotes": (['ETag: ""'], '""'),
    "without quotes": (["ETag: 5f3-8a"], "5f3-8a"),
    "without quotes, and a date": (["ETag: 5f3-8a", f"Last-Modified: {LAST}"], "5f3-8a"),
    "no ETag at all": ([f"Last-Modified: {LAST}"], LAST),
    "UTF-8": (['ETag: "é"'.encode()], None),
    "Chinese": (['ETag: "图"'.encode()], None),
    "an emoji": (['ETag: "\U0001f5bc"'.encode()], None),
    "Latin-1": ([b'ETag: "\xe9"'], None),
    "no encoding at all": ([b'ETag: "\xff\xfe\x80"'], None),
    "UTF-8, and a date": (['ETag: "é"'.encode(), f"Last-Modified: {LAST}"], LAST),
    "spaces in quotes": (['ETag: "a b"'], None),
    "half quoted": (['ETag: "a'], None),
    "a comma without quotes": (["ETag: a,b"], None),
    "two of them": (['ETag: "1"', 'ETag: "2"'], None),
    "empty": (["ETag: "], None),
    "endless": ([f'ETag: "{"a" * 5000}"'], None),
    "endless without quotes": ([f"ETag: {'a' * 5000}"], None),
    "modified: words": (["Last-Modified: yesterday"], None),
    "modified: zero": (["Last-Modified: 0"], None),
    "modified: empty": (["Last-Modified: "], None),
    "modified: the 31st of February": (["Last-Modified: Mon, 31 Feb 2024 10:00:00 GMT"], None),
    "modified: the year 99999": (["Last-Modified: Mon, 06 May 99999 10:00:00 GMT"], None),
    "modified: a zone of years": (["Last-Modified: Mon, 06 May 2024 10:00:00 +99999999"], None),
    "modified: UTF-8": (["Last-Modified: Mon, 06 Mai 2024 10:00:00 GMT é".encode()], None),
    "modified: other digits": (["Last-Modified: Mon, ٠٦ May 2024 10:00:00 GMT".encode()], None),
    "modified: ISO 8601": (["Last-Modified: 2024-05-06T10:00:00Z"], None),
    "modified: endless": ([f"Last-Modified: {LAST} {'x' * 5000}"], None),
}


@pytest.mark.parametrize(("lines", "kept"), VALIDATORS.values(), ids=VALIDATORS)
def test_only_a_validator_that_can_be_sent_back_is_kept(raw, open_web, lines, kept):
    address, images = raw.give(answer(*lines)), open_web()
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


LATER = {
    "more than a number holds": ("9" * 400, "inf seconds"),
    "10^300": ("1" + "0" * 300, "1e+300 seconds"),
    "5,000 digits": ("9" * 5000, "inf seconds"),
    "a century": ("3155760000", "3155760000 seconds"),
    "the year 9999": ("Fri, 31 Dec 9999 23:59:59 GMT", "asks to retry after"),
    "the year 99999": ("Fri, 31 Dec 99999 23:59:59 GMT", "503"),
    "a zone of years": ("Fri, 31 Dec 2024 23:59:59 +99999999", "503"),
    "before Christ": ("Fri, 31 Dec -001 23:59:59 GMT", "503"),
    "the first year, in another zone": ("Mon, 01 Jan 0001 00:00:00 +1400", "503"),
    "negative": ("-5", "503"),
    "a fraction": ("0.5", "503"),
    "not a number": ("nan", "503"),
    "infinite": ("inf", "503"),
    "superscript": ("²".encode(), "503"),
    "words": ("when we are back", "503"),
    "UTF-8": ("später".encode(), "503"),
    "empty": ("", "503"),
}


@pytest.mark.parametrize(("value", "said"), LATER.values(), ids=LATER)
def test_a_server_wants_an_odd_rest(raw, open_web, failure, value, said):
    line = b"Retry-After: " + (value if isinstance(value, bytes) else value.encode("latin-1"))
    address = raw.give(answer(line, start="HTTP/1.1 503 Later"))
    found, message = failure(open_web(tries=2), address)
    assert found == UNREACHABLE
    assert said in message
    assert len(message) < 200


def chunked(*lines):
    return answer("Transfer-Encoding: chunked", length=False, body=b"".join(lines))


def redirect(location):
    line = b"Location: " + (location if isinstance(location, bytes) else location.encode("utf-8"))
    return answer(line, start="HTTP/1.1 302 Found", body=b"")


def sized(length):
    return answer(f"Content-Length: {length}".encode(), length=False)


def coded(coding, body=BODY):
    return answer(f"Content-Encoding: {coding}".encode(), body=body)


def broken(sent):
    return sent, UNREACHABLE, "the connection failed"


def refused(location, said):
    return redirect(location), REFUSED, said


BOMB = zlib.compress(bytes(3_000_000))
# What the server sends, the status (None: the image), and words of the reason
ANSWERS = {
    "nothing": broken(b""),
    "no HTTP": broken(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "TLS": broken(b"\x15\x03\x01\x00\x02\x02\x46"),
    "HTTP 0.9": broken(b"<html>hello</html>"),
    "half a status line": broken(b"HTTP/1.1 20"),
    "half a header": broken(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "a status of two digits": broken(answer(start="HTTP/1.1 20 OK")),
    "a status of letters": broken(answer(start="HTTP/1.1 abc OK")),
    "status 999": (answer(start="HTTP/1.1 999 No"), UNREACHABLE, "answered 999"),
    "status 000": (answer(start="HTTP/1.1 000 No"), UNREACHABLE, ""),
    "status 600": (answer(start="HTTP/1.1 600 No"), UNREACHABLE, "answered 600"),
    "status 226": (answer(start="HTTP/1.1 226 IM Used"), UNREACHABLE, "answered 226"),
    "switches protocols": (
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        UNREACHABLE,
        "",
    ),
    "a reason in UTF-8": (answer(start="HTTP/1.1 403 Zugriff verweigert \xe9"), REFUSED, "403"),
    "an endless reason": (answer(start=f"HTTP/1.1 403 {'x' * 9000}"), REFUSED, "answered 403 xxx"),
    "no reason": (answer(start="HTTP/1.1 403"), REFUSED, "answered 403"),
    "HTTP/1.0": (answer(start="HTTP/1.0 200 OK"), None, ""),
    "HTTP/3.7": (answer(start="HTTP/3.7 200 OK"), None, ""),
    "hints before the answer": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer(), None, ""),
    "a header without a colon": broken(answer("Nonsense")),
    "a header without a name": broken(answer(": nonsense")),
    "NUL in a header": broken(answer(b"X: a\x00b")),
    "a megabyte of headers": broken(answer(f"X: {'a' * 1_000_000}")),
    "10,000 headers": (answer(*["X: a"] * 10_000), None, ""),
    "cookies": (answer("Set-Cookie: a=b; Expires=Mon, 99 Foo 9999; Max-Age=9e99"), None, ""),
    "cookies in UTF-8": (answer("Set-Cookie: é=\U0001f5bc; Domain=é".encode()), None, ""),
    "a length that is too large": broken(sized("2000")),
    "a length beyond the limit": (sized("999999999999"), "too_large", "larger than"),
    "a length of 5,000 digits": (sized("9" * 5000), UNREACHABLE, ""),
    "a negative length": broken(sized("-1")),
    "a length of letters": broken(sized("abc")),
    "a length in hexadecimal": (sized("0x10"), UNREACHABLE, ""),
    "a length of other digits": broken(sized("٣")),
    "two lengths": broken(answer("Content-Length: 5")),
    "twice the same length": (answer(f"Content-Length: {SIZE}"), None, ""),
    "no length": (answer(length=False), None, ""),
    "length and chunks": (
        answer("Transfer-Encoding: chunked", body=b"402\r\n" + BODY + b"\r\n0\r\n\r\n"),
        None,
        "",
    ),
    "chunks": (chunked(b"402\r\n", BODY, b"\r\n0\r\n\r\n"), None, ""),
    "chunks with a trailer": (chunked(b"402\r\n", BODY, b"\r\n0\r\nETag: x\r\n\r\n"), None, ""),
    "chunks without an end": broken(chunked(b"402\r\n", BODY, b"\r\n")),
    "a chunk of a negative size": broken(chunked(b"-5\r\nabc")),
    "a chunk of 10^30 bytes": broken(chunked(b"f" * 25 + b"\r\nabc")),
    "a chunk of letters": broken(chunked(b"xyz\r\nabc\r\n")),
    "another coding of the transfer": broken(answer("Transfer-Encoding: gzip", length=False)),
    "gzip": (coded("gzip", gzip.compress(BODY)), None, ""),
    "x-gzip": (coded("X-GZIP", gzip.compress(BODY)), None, ""),
    "deflate": (coded("deflate", zlib.compress(BODY)), None, ""),
    "identity": (coded("identity"), None, ""),
    "gzip in gzip": (
        coded("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        UNSUPPORTED,
        "gzip, gzip",
    ),
    "gzip 100 times": (coded("gzip, " * 100), UNSUPPORTED, "content encoding"),
    "gzip in two headers": (
        answer("Content-Encoding: gzip", "Content-Encoding: gzip"),
        UNSUPPORTED,
        "gzip, gzip",
    ),
    "brotli": (coded("br"), UNSUPPORTED, "br"),
    "a coding in UTF-8": (coded("é"), UNSUPPORTED, "content encoding"),
    "no gzip": (coded("gzip"), UNREACHABLE, "cannot be decompressed"),
    "half a gzip": (
        answer("Content-Encoding: gzip", 'ETag: "1"', body=gzip.compress(BODY)[:40]),
        UNREACHABLE,
        "compressed response is truncated",
    ),
    "a bomb": (coded("gzip", BOMB), "too_large", "larger than"),
    "a page": (answer(length=False).replace(b"image/jpeg", b"text/html"), UNSUPPORTED, "text/html"),
    "a type in UTF-8": (
        answer().replace(b"image/jpeg", "Bild/é\u202e".encode()),
        UNSUPPORTED,
        "not an image",
    ),
    "an endless type": (answer().replace(b"image/jpeg", b"a" * 9000), UNSUPPORTED, "not an image"),
    "to a file": refused("file:///etc/passwd", "only http"),
    "to a file of the host": refused("file://127.0.0.1/etc/passwd", "only http"),
    "to ftp": refused("ftp://example.org/1.jpg", "only http"),
    "to gopher": refused("gopher://127.0.0.1:6379/_INFO", "only http"),
    "to data": refused("data:image/png;base64,AAAA", "only http"),
    "to javascript": refused("javascript:alert(1)", "only http"),
    "to s3": refused("s3://bucket/1.jpg", "only http"),
    "to no host": (redirect("http:///none.jpg"), UNREACHABLE, ""),
    "to a port that is none": refused("http://127.0.0.1:99999/", "port"),
    "to a port of letters": refused("http://127.0.0.1:abc/", "redirected to an invalid address"),
    "with a password": refused("http://me:secret@127.0.0.1/", "password"),
    "to a wrong IDNA label": refused("http://xn--a.com/", "not a web address"),
    "to a snowman": refused("http://\u2603.net/", "redirected to an invalid address"),
    "to a wrong IPv6": refused("http://[::1/", "redirected to an invalid address"),
    "to itself": (redirect("?"), UNREACHABLE, "redirected more than"),
    "to what is not text": (redirect(b"\xff\xfe\x80"), UNREACHABLE, ""),
    "to an endless address": refused("/" + "a" * 70_000, ""),
    "to an empty address": (redirect(""), UNREACHABLE, ""),
    "unchanged, unasked": (
        answer(start="HTTP/1.1 304 Not Modified", body=b""),
        UNREACHABLE,
        "answered 304",
    ),
    "a part, unasked": (
        answer(f"Content-Range: bytes 0-9/{SIZE}", start="HTTP/1.1 206 Part", body=BODY[:10]),
        UNREACHABLE,
        "answered 206",
    ),
}


@pytest.mark.parametrize(("sent", "status", "said"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_the_image_or_a_status_and_a_reason(
    raw, open_web, failure, sent, status, said
):
    images = open_web(tries=2, max_bytes=1_000_000)
    if status is None:
        assert images.fetch(raw.give(sent), None, None).data == BODY
        return
    found, message = failure(images, raw.give(sent))
    assert found == status
    assert said in message
    assert message.isprintable()
    assert len(message) <= 400


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
    "compressed nothing": (
        answer("Content-Encoding: gzip", length=False, body=gzip.compress(b"")[:10]),
        b"\x00\x00\x00\xff\xff" * 1000,
        UNREACHABLE,
    ),
}


@pytest.mark.parametrize(("first", "repeated", "status"), FOREVER.values(), ids=FOREVER)
def test_an_answer_without_end_has_one(raw, open_web, failure, first, repeated, status):
    images = open_web(tries=1, max_bytes=50_000, total_seconds=1.0)
    begun = time.monotonic()
    assert failure(images, raw.give(first, repeated))[0] in status
    assert time.monotonic() - begun < 3


ADDRESSES = (
    *("http://xn--/1.jpg", "http://xn--a.com/1.jpg", "http://\u2603.net/1.jpg", "http:///1.jpg"),
    *(f"http://{'a' * 64}.example/1.jpg", f"http://{'a.' * 200}example/1.jpg", "http://a..b/1.jpg"),
    *("http://exa\u2028mple.org/", "http://\u0640.org/", "http://a b/", "http://%00/", "http://["),
    *("http://[::1%25lo]:1/", "http://[fe80::1%25eth0]/", "http://*/", "http://-a-.invalid/"),
    *("http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://127.0.0.1:-1/", "http://:80/"),
    *("http://u:p@127.0.0.1/", "file:///etc/passwd", "ftp://a/1.jpg", "//a/1.jpg", "", "1.jpg"),
    *("http://127.0.0.1:1/\n", "http://127.0.0.1:1/\x00", "http://127.0.0.1:1/\ud800", "http:"),
    "http://127.0.0.1:1/" + "a" * 70_000,
)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda text: ascii(text[:40]))
def test_an_address_that_is_none_is_a_status_and_a_reason(open_web, failure, address):
    status, message = failure(open_web(tries=1), address)
    assert status in {REFUSED, UNREACHABLE}
    assert message
    assert message.isprintable()


def test_a_part_that_lacks_the_end_of_the_file_is_not_taken_for_it(raw, open_web, failure):
    """The rest is asked for, and stops short though its own length is right."""
    begun = answer('ETag: "1"', f"Content-Length: {SIZE}", length=False, body=BODY[:500])
    path = raw.give(begun)
    images = open_web(tries=1)
    assert failure(images, path)[0] == UNREACHABLE
    partial = responses.Partial(bytearray(BODY[:700]), '"1"', resumable=True)
    response = _response(206, {"Content-Range": f"bytes 500-699/{SIZE}"})
    with pytest.raises(responses.TransientFetchError, match=f"sent 700 of {SIZE} bytes"):
        partial.check_complete(response)
    assert partial.body, "the rest can still come"


def _response(status, headers):
    return httpx.Response(status, headers=headers, request=httpx.Request("GET", "http://a/"))


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
    return open_web(
        tries=1, idle_seconds=0.3, total_seconds=0.5, longest_wait=0.01, host_failures=10**6
    )


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
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
