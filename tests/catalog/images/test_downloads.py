"""Downloads from a local server that misbehaves in every known way."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from catalog.sources.image_sources import Fetched
from catalog.sources.web.responses import retry_after
from tests.catalog.images.web_server import Answer, picture

BODY = os.urandom(20_000)
MONDAY = "Mon, 06 May 2024 10:00:00 GMT"


def test_an_image_comes_with_what_tells_whether_it_changes(web, open_web):
    web.answers["/1.jpg"] = [picture(BODY, ETag='"one"', Last_Modified=MONDAY)]
    assert open_web().fetch(web.address("/1.jpg"), None, None) == Fetched(BODY, '"one"', 20_000)
    (headers,) = web.asked("/1.jpg")
    assert headers["Host"] == f"127.0.0.1:{web.port}"
    assert headers["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in headers


@pytest.mark.parametrize(
    ("name", "validator", "asked"),
    [
        ("ETag", '"one"', "If-None-Match"),
        ("ETag", 'W/"one"', "If-None-Match"),
        ("Last-Modified", MONDAY, "If-Modified-Since"),
    ],
)
def test_an_unchanged_image_is_not_sent_again(web, open_web, name, validator, asked):
    web.answers["/1.jpg"] = [Answer(200, BODY, {"Content-Type": "image/png", name: validator})]
    address, images = web.address("/1.jpg"), open_web()
    assert images.fetch(address, validator, None) == Fetched(None, validator, None)
    assert images.fetch(address, '"another"', None) == Fetched(BODY, validator, 20_000)
    assert web.asked("/1.jpg")[0][asked] == validator


@pytest.mark.parametrize(
    ("code", "status", "requests"),
    [
        *((code, "missing", 1) for code in (404, 410)),
        *((code, "refused", 1) for code in (400, 401, 403)),
        # 206: nobody asked for a part; 302: it leads nowhere; 304: nothing is held
        *((code, "unreachable", 3) for code in (204, 206, 302, 304, 429, 500, 503)),
    ],
)
def test_a_failure_is_a_status_and_a_message(web, open_web, failure, code, status, requests):
    web.answers["/1.jpg"] = [Answer(code, b"said", {"Content-Type": "image/jpeg"})]
    found, message = failure(open_web(tries=3), web.address("/1.jpg"))
    assert (found, len(web.requests)) == (status, requests)
    assert "\n" not in message


def test_a_server_that_falls_over_once_is_asked_again(web, open_web):
    web.answers["/1.jpg"] = [Answer(500), Answer(502), picture(BODY)]
    assert open_web().fetch(web.address("/1.jpg"), None, None).data == BODY


def test_the_whole_host_is_left_alone_while_it_rests(web, open_web):
    web.answers["/1.jpg"] = [Answer(503, headers={"Retry-After": "1"}), picture(BODY)]
    web.answers["/2.jpg"] = [picture(BODY)]
    images = open_web()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(images.fetch, web.address("/1.jpg"), None, None)
        while not web.requests:
            time.sleep(0.01)
        time.sleep(0.2)
        images.fetch(web.address("/2.jpg"), None, None)
        first.result()
    assert min(web.times[1:]) - web.times[0] >= 1


def test_retry_after_is_seconds_or_a_date():
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert retry_after("120") == 120
    assert 80 < retry_after(format_datetime(later, usegmt=True)) <= 90
    assert retry_after(MONDAY) == 0
    assert retry_after("Mon, 06 May 2024 10:00:00 -0000") == 0
    assert retry_after("soon") is retry_after("-1") is retry_after(None) is None


@pytest.mark.parametrize("validator", [{"ETag": '"one"'}, {"Last_Modified": MONDAY}])
def test_a_download_that_broke_off_is_resumed(web, open_web, validator):
    begun, rest = picture(BODY, **validator), picture(BODY, **validator)
    begun.cut, rest.status = 12_000, 206
    web.answers["/1.jpg"] = [begun, Answer(503), rest]
    assert open_web().fetch(web.address("/1.jpg"), None, None).data == BODY
    first, *others = web.asked("/1.jpg")
    assert "Range" not in first
    for headers in others:
        assert headers["Range"] == "bytes=12000-"
        assert headers["If-Range"] == next(iter(validator.values()))


ONE, OTHER = '"one"', BODY[::-1]
PART = Answer(206, OTHER, {"Content-Type": "image/jpeg", "ETag": ONE})


def part_of(content_range):
    return replace(PART, headers={**PART.headers, "Content-Range": content_range})


AGAIN = {
    "the file changed meanwhile": (ONE, []),
    "a part of another file": (ONE, [replace(PART, headers={"ETag": '"two"'})]),
    "another part": (ONE, [part_of("bytes 0-19999/20000")]),
    "no part": (ONE, [part_of("nonsense")]),
    "the part is not known": (ONE, [Answer(416)]),
    "no validator": (None, []),
    "no strong validator": ('W/"one"', []),
}


@pytest.mark.parametrize(("etag", "between"), AGAIN.values(), ids=AGAIN)
def test_a_download_that_cannot_be_resumed_begins_again(web, open_web, etag, between):
    whole = picture(BODY, ETag='"two"')
    begun = replace(picture(OTHER, **({"ETag": etag} if etag else {})), cut=12_000)
    web.answers["/1.jpg"] = [begun, *between, whole]
    done = open_web().fetch(web.address("/1.jpg"), None, None)
    assert (done.data, done.etag) == (BODY, '"two"')
    if etag != ONE:
        assert all("Range" not in asked for asked in web.asked("/1.jpg"))


CHUNKS = b"".join(b"3e8\r\n" + BODY[i : i + 1000] + b"\r\n" for i in range(0, 20_000, 1000))
IN_CHUNKS = picture(CHUNKS + b"0\r\n\r\n", Transfer_Encoding="chunked")


@pytest.mark.parametrize("answer", [picture(BODY), IN_CHUNKS], ids=["length", "chunks"])
def test_a_file_that_is_too_large_is_not_read_to_its_end(web, open_web, failure, answer):
    web.answers["/1.jpg"] = [answer]
    address = web.address("/1.jpg")
    assert failure(open_web(max_bytes=19_999), address)[0] == "too_large"
    assert len(web.requests) == 1
    assert open_web(max_bytes=20_000).fetch(address, None, None).data == BODY


def test_a_server_that_falls_silent_is_given_up(web, open_web, failure):
    web.answers["/1.jpg"] = [replace(picture(BODY), pause=3)]
    status, _ = failure(open_web(tries=2, idle_seconds=0.2), web.address("/1.jpg"))
    assert (status, len(web.requests)) == ("unreachable", 2)


@pytest.mark.parametrize("slow", [{"pause": 0.15}, {"silence": 0.15}])
def test_a_server_that_drips_is_given_up(web, open_web, failure, slow):
    """Each byte comes in time; the whole would not."""
    web.answers["/1.jpg"] = [replace(picture(BODY), **slow)]
    begun = time.monotonic()
    status, message = failure(open_web(total_seconds=0.8), web.address("/1.jpg"))
    assert (status, message) == ("unreachable", "not downloaded within 0.8 seconds")
    assert time.monotonic() - begun < 2


def test_a_host_that_keeps_failing_is_not_asked_for_ever(web, open_web, failure):
    images = open_web(tries=1, host_failures=3)
    for _ in range(5):  # missing images are no reason
        assert failure(images, web.address("/none.jpg"))[0] == "missing"
    web.answers["/bad.jpg"] = [Answer(500)]
    for _ in range(3):
        failure(images, web.address("/bad.jpg"))
    told = "skipped: its host failed too many times in a row"
    assert failure(images, web.address("/1.jpg")) == ("unreachable", told)
    assert len(web.requests) == 5 + 3


def test_no_server_at_all(web, open_web, failure):
    address = web.address("/1.jpg")
    web.close()
    assert failure(open_web(tries=2), address)[0] == "unreachable"


def fetch_many(web, images, count=8):
    paths = [f"/{number}.jpg" for number in range(count)]
    web.answers.update((path, [replace(picture(BODY[:1000]), pause=0.05)]) for path in paths)
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda path: images.fetch(web.address(path), None, None), paths))


def test_a_host_is_asked_for_a_few_images_at_once(web, open_web):
    fetch_many(web, open_web(host_requests=2))
    assert web.at_once["most"] == 2


def test_a_host_is_asked_so_many_times_a_second(web, open_web):
    fetch_many(web, open_web(host_requests=8, host_requests_per_second=20))
    assert web.times[-1] - web.times[0] >= 7 / 20 - 0.02
