"""One writer at a time per home, on a folder and on S3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest

from catalog.base.errors import StoreError
from catalog.runs import record
from catalog.runs.record import recorded, writing
from catalog.storage import lease
from tests.building import NightResult, rows_of

KEY = "leases/works/000000000007.json"
KINDS = (record.ARTWORKS, record.MODELS)
HOUR = 3600.0


def hold(home, wait=0.0, kind="works", run_id="r2"):
    return lease.held(home, kind, "nightly", run_id, wait)


def put(home, **changes):
    """A lease of another run, by default one that lives on another machine."""
    other = replace(lease._myself("enrich", "run-of-another"), machine="elsewhere", host="museum-2")
    home.write(KEY, json.dumps(asdict(replace(other, **changes))).encode())


def is_held(home):
    return lease.holder_of(home, "works") is not None


def test_the_second_writer_is_refused_and_told_who_writes_since_when(any_home):
    with hold(any_home, run_id="r1"):
        with pytest.raises(StoreError, match=r"nightly \(run r1, process \d+ on .*\) since 20"):
            hold(any_home).__enter__()
        assert is_held(any_home)
        with hold(any_home, kind="models"):
            assert is_held(any_home)
    assert not is_held(any_home)
    for _ in range(20):
        with hold(any_home):
            pass
    assert len(list(any_home.list("leases/works"))) == 17


def test_the_second_writer_waits_with_a_message(home, caplog, monkeypatch):
    monkeypatch.setattr(lease, "_LOOK_AGAIN_SECONDS", 0.02)
    first = hold(home, run_id="r1")
    first.__enter__()
    threading.Timer(0.3, first.__exit__, (None, None, None)).start()
    begin = time.monotonic()
    with caplog.at_level("WARNING", "artcat.lease"), hold(home, wait=20):
        assert 0.2 < time.monotonic() - begin < 15
    assert [r.getMessage().startswith("waiting up to 20 s: ") for r in caplog.records] == [True]


@pytest.mark.parametrize(
    ("changes", "is_free"),
    [
        ({}, False),
        ({"released": True}, True),
        ({"renewed": 0.0}, True),
        ({"renewed": time.time() - lease.LIMIT_SECONDS - 5}, True),
        ({"renewed": time.time() + HOUR}, False),  # a clock that is ahead
        ({"since": time.time() - 90 * HOUR}, False),  # a long training
        ({"pid": 2**22 + 5}, False),  # of another machine nothing is known
        ({"machine": "", "pid": 2**22 + 5}, False),
        ({"machine": lease._machine(), "pid": 2**22 + 5}, True),
        ({"machine": lease._machine()}, False),  # it is this process
        ({"machine": lease._machine(), "born": "1"}, True),  # its number is another's now
        ({"machine": lease._machine(), "pid": 1, "born": "1"}, True),
        ({"machine": lease._machine(), "pid": 0}, True),
    ],
)
def test_who_still_holds_a_lease(home, changes, is_free):
    put(home, **changes)
    assert is_held(home) is not is_free
    if not is_free:
        with pytest.raises(StoreError, match=r"enrich \(run run-of-anothe"):
            hold(home).__enter__()
        return
    with hold(home):
        *_, found = home.list("leases/works")
        assert found.key == KEY.replace("7", "8")


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[]", b"{}", b'{"token": 1}', b"\xff\xfe"])
def test_a_lease_that_was_being_written_expires_too(home, text, monkeypatch):
    home.write(KEY, text)
    with pytest.raises(StoreError, match="another run"):
        hold(home).__enter__()
    monkeypatch.setattr(lease, "LIMIT_SECONDS", -1.0)
    with hold(home):
        pass


def test_a_lease_of_a_killed_process_of_this_machine_is_taken_over_at_once(home):
    script = (
        "import os, sys\n"
        "from catalog.storage import lease\n"
        "from catalog.storage.store import FolderStore\n"
        "lease.held(FolderStore(sys.argv[1]), 'works', 'nightly', 'r1', 0).__enter__()\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, home.uri], check=False, timeout=60)
    assert len(list(home.list("leases/works"))) == 1
    begin = time.monotonic()
    with hold(home):
        assert time.monotonic() - begin < 5


def test_of_many_who_take_over_from_a_dead_one_exactly_one_does(any_home):
    put(any_home, renewed=0.0)
    gate, got = threading.Barrier(6), []

    def take(number):
        gate.wait()
        try:
            held = hold(any_home, run_id=f"r{number}")
            held.__enter__()
        except StoreError:
            return
        got.append(held)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(take, range(6)))
    assert len(got) == 1
    got[0].__exit__(None, None, None)


def test_a_listing_that_misses_a_takeover_gives_the_lease_to_no_one_else(home, monkeypatch):
    put(home, renewed=0.0)
    listed, others = os.walk, []

    def walk_while_another_takes_over(root):
        found = list(listed(root))
        if not others:
            others.append(hold(home, run_id="r1"))
            others[0].__enter__()
        return found

    monkeypatch.setattr("catalog.storage.store.os.walk", walk_while_another_takes_over)
    with pytest.raises(StoreError, match=r"nightly \(run r1"):
        hold(home).__enter__()
    others[0].__exit__(None, None, None)


def test_a_run_that_was_suspended_for_too_long_writes_no_more(home, monkeypatch):
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.02)
    with pytest.raises(StoreError, match=r"museum-2\) since .* has taken over"):  # noqa: SIM117
        with recorded(home, "enrich", NightResult()) as run:
            put(home)
            due = time.monotonic() + 20
            while run.leases[0]._taken_over is None and time.monotonic() < due:
                time.sleep(0.02)
            with run.step("write"):
                pytest.fail("it wrote")
    assert is_held(home)  # by the one that has taken over


def test_a_lease_is_renewed_while_it_is_held(home, monkeypatch):
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.02)
    with hold(home):
        first = now = lease.holder_of(home, "works")
        due = time.monotonic() + 20
        while now.renewed == first.renewed and time.monotonic() < due:
            time.sleep(0.02)
            now = lease.holder_of(home, "works")
        assert now.renewed > first.renewed
        assert now.since == first.since


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        *(("nightly", "nightly", False), ("nightly", "restore", False)),
        *(("restore", "enrich", False), ("ingest", "review", False)),
        *(("maintain", "nightly", False), ("tune", "restore", False), ("train", "tune", False)),
        *(("tune", "nightly", True), ("review", "train", True)),
    ],
)
def test_which_flows_write_at_the_same_time(home, monkeypatch, first, second, together):
    monkeypatch.setenv("ARTCAT_WRITER_WAIT", "0")
    with recorded(home, first, NightResult()):
        if together:
            with recorded(home, second, NightResult()):
                pass
        else:
            with pytest.raises(StoreError, match=f"is being written by {first}"):
                recorded(home, second, NightResult()).__enter__()
    with recorded(home, second, NightResult()):
        pass
    assert {row["status"] for row in rows_of(home, "runs")} == {"completed"}
    assert [lease.holder_of(home, kind) for kind in KINDS] == [None, None]


def test_what_is_no_lease_is_left_alone(home):
    for key in ("leases/works/.writing-abc", "leases/works/notes.txt"):
        home.write(key, b"x")
    with hold(home):
        assert is_held(home)


@pytest.mark.parametrize("changes", [{"renewed": None}, {"since": "x"}, {"since": 1e300}])
def test_a_damaged_lease_expires(home, changes):
    put(home, **changes)
    assert is_held(home), "its holder may live"
    os.utime(home.path(KEY), (0, 0))
    with hold(home):
        assert is_held(home)


@pytest.mark.parametrize("flow", ["promote", "rollback", "import", "repair"])
def test_what_changes_models_and_works_holds_both_leases(home, flow):
    with writing(home, flow):
        assert [lease.holder_of(home, kind).flow for kind in KINDS] == [flow, flow]
    assert not is_held(home)
