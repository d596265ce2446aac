"""The command doctor: its output and exit codes."""

import json

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from catalog.health.finding import WARNING, Finding
from flows.cli import app, doctor

pytestmark = pytest.mark.xdist_group("flows learning")  # see conftest.py


def examined(capsys, home, *tokens):
    code = app.run(["doctor", "--home", str(home), "--json", *tokens])
    found = json.loads(capsys.readouterr().out)
    return code, {finding["check"]: finding for finding in found["checks"]}, found


def test_all_is_well(capsys, s3_home):
    code, checks, found = examined(capsys, s3_home.uri)
    assert {check["status"] for check in checks.values()} == {"ok"}, checks
    assert (code, found["failed"], found["ok"]) == (0, 0, len(found["checks"]))
    assert {"python", "duckdb", "conditional writes", "gpu", "prefect", "dask"} <= set(checks)
    assert list(s3_home.list()) == []
    assert "test-secret" not in json.dumps(found)
    assert app.run(["doctor", "--home", s3_home.uri]) == 0
    printed = capsys.readouterr().out
    assert "the second writer of an object is refused" in printed
    assert printed.endswith(" ok, 0 warning, 0 failed\n")


def test_what_fails_says_what_to_do_and_ends_with_one(capsys, s3_settings):
    code, checks, _ = examined(capsys, "s3://no-such-bucket/x")
    assert code == 1
    assert checks["home"]["status"] == "failed"
    assert "NoSuchBucket" in checks["home"]["found"]
    assert all(check["advice"] for check in checks.values() if check["status"] == "failed")
    assert app.run(["doctor", "--home", "s3://no-such-bucket/x"]) == 1
    assert checks["home"]["advice"] in capsys.readouterr().out


def test_warnings_alone_are_no_failure(capsys, home, monkeypatch):
    warning = Finding("dask", WARNING, "no workers", "Start workers.")
    monkeypatch.setattr(doctor, "check_dask", lambda: [warning])
    code, checks, found = examined(capsys, home.uri)
    assert (code, found["warning"], checks["dask"]["status"]) == (0, 1, "warning")


def test_a_prefect_server_that_is_not_there():
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        (finding,) = doctor.check_prefect()
    assert finding.status == "failed"
    assert "http://127.0.0.1:9/api does not answer" in finding.found
    with temporary_settings({PREFECT_API_URL: None}):
        (finding,) = doctor.check_prefect()
    assert (finding.status, "flows run without one" in finding.found) == ("ok", True)


@pytest.mark.parametrize(
    ("there", "status"), [("3.8.0", "ok"), ("3.7.9", "warning"), ("2.20.0", "failed")]
)
def test_a_prefect_server_of_another_version(monkeypatch, there, status):
    from prefect.client.orchestration import SyncPrefectClient

    monkeypatch.setattr(SyncPrefectClient, "api_version", lambda _: there)
    (finding,) = doctor.check_prefect()
    assert finding.status == status
    assert there in finding.found


def test_dask(monkeypatch):
    monkeypatch.setenv("ARTCAT_DASK", "local")
    assert [finding.status for finding in doctor.check_dask()] == ["ok"]
    monkeypatch.setenv("ARTCAT_DASK", "tcp://127.0.0.1:9")
    monkeypatch.setattr(doctor, "WAIT", 1)
    (finding,) = doctor.check_dask()
    assert (finding.status, "does not answer" in finding.found) == ("failed", True)
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _: None)
    (finding,) = doctor.check_dask()
    assert finding.found == "configured but not installed"


def test_an_unfit_setting_is_a_finding(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("ARTCAT_THREADS", "many")
    code, checks, _ = examined(capsys, tmp_path)
    assert (code, checks["settings"]["status"]) == (1, "failed")
    assert "ARTCAT_THREADS is invalid" in checks["settings"]["found"]
