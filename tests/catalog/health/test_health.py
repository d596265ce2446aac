"""Checks of packages, settings and storage: their findings; nothing is left behind."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from catalog.base.errors import StoreError
from catalog.health import environment, storage, tables
from catalog.health.finding import FAILED, OK, WARNING, examined
from catalog.storage.store import FolderStore, S3Store
from tests.building import put

CHECKS = (
    storage.check_extensions,
    storage.check_credentials,
    storage.check_home,
    storage.check_conditional_writes,
    tables.check_tables,
    tables.check_versions,
    tables.check_shards,
    tables.check_published,
    storage.check_permissions,
    storage.check_space,
)


def only(findings):
    (finding,) = findings
    return finding


def keys(home):
    return [info.key for info in home.list()]


def test_a_home_that_is_well(any_home):
    put(any_home, "runs", {"run_id": "r"})
    before = keys(any_home)
    for check in CHECKS:
        for finding in check(any_home):
            assert (finding.status, finding.advice) == (OK, None), finding
    assert keys(any_home) == before, "nothing is left behind"


def test_a_home_that_is_not_there_is_not_made(home):
    for check in CHECKS:
        assert {finding.status for finding in check(home)} == {OK}
    assert not home.folder.exists()
    assert "the first run creates it" in only(storage.check_home(home)).found
    home.write("file", b"in the way")
    finding = only(storage.check_home(FolderStore(home.folder / "file" / "home")))
    assert finding.status == FAILED
    assert f"{home.folder / 'file'} is not a writable folder" in finding.found


def test_a_store_that_overwrites_or_garbles(home, monkeypatch):
    home.folder.mkdir()
    monkeypatch.setattr(FolderStore, "put_new", lambda store, *given: not store.write(*given))
    finding = only(storage.check_conditional_writes(home))
    assert finding.status == FAILED
    assert "would lose rows" in finding.found
    assert finding.advice
    monkeypatch.setattr(FolderStore, "read", lambda *_: b"else")
    assert only(storage.check_home(home)).status == FAILED
    assert keys(home) == []


def test_a_check_that_goes_wrong_has_failed(s3_settings, monkeypatch):
    home = S3Store("s3://no-such-bucket/home")
    finding = only(examined("home", lambda: storage.check_home(home)))
    assert (finding.check, finding.status) == ("home", FAILED)
    assert "NoSuchBucket" in finding.found
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(StoreError, match="Set AWS_ACCESS_KEY_ID"):
        storage.check_credentials(home)

    def broken():
        raise RuntimeError("two\nlines")

    assert only(examined("x", broken)).found == "RuntimeError: two lines"


def test_credentials_are_found_and_not_shown(s3_home, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "nobody-may-see")
    finding = only(storage.check_credentials(s3_home))
    assert "with a session token, for http://127.0.0.1" in finding.found
    assert "test-secret" not in finding.found + str(finding.advice)
    assert "nobody-may-see" not in finding.found


@pytest.mark.parametrize(("free", "status"), [(1e8, FAILED), (1e9, WARNING), (1e11, OK)])
def test_room(home, monkeypatch, free, status):
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = storage.check_space(home)
    places = [finding.check for finding in found]
    assert places == ["space: home", "space: cache", "space: temporary"]
    assert {finding.status for finding in found} == {status}


def test_packages_against_what_is_needed():
    assert only(environment.check_python()).status == OK
    assert only(environment.check_packages()).status == OK
    needed = ["pyarrow>=1000", "no-such-package", "pydantic>1", "moto ; extra == 'dev'"]
    finding = only(environment.packages_against(needed))
    assert finding.status == FAILED
    assert "artcat needs >=1000; no-such-package is not installed" in finding.found
    assert "pydantic" not in finding.found


def test_settings_that_are_made_and_slips_of_the_pen(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARTCAT_THREADS", "3")
    monkeypatch.setenv("ARTCAT_HOEM", "x")
    made, slip = environment.check_settings()
    assert (made.status, "threads=3" in made.found) == (OK, True)
    assert (slip.status, slip.found) == (WARNING, "no such settings: ARTCAT_HOEM")
