"""Homes for tests: a folder, and a bucket of an S3 server on this machine."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator

import pytest

from catalog.store import FolderStore, S3Store, Store

BUCKET = "artcat-tests"
IN_ONE_WORKER = pytest.mark.xdist_group("s3")


def pytest_collection_modifyitems(items):
    """All tests on S3 run in one worker, where they share the server."""
    for item in items:
        if "s3_endpoint" in item.fixturenames and not item.get_closest_marker("xdist_group"):
            item.add_marker(IN_ONE_WORKER)


@pytest.fixture(autouse=True)
def isolated(monkeypatch, tmp_path_factory):
    """No test reads or writes the cache and home of the person who runs it."""
    monkeypatch.setenv("ARTCAT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("ARTCAT_HOME", raising=False)


@pytest.fixture
def home(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "home")


_S3_SERVER = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.disable()
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server on a free port of this machine.

    It is a process of its own: delta-rs holds the interpreter's lock while it waits for an answer.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _S3_SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield server.stdout.readline().strip()
        server.stdin.close()  # it ends then; it also does if this process is killed


@pytest.fixture
def s3_settings(s3_endpoint, monkeypatch, tmp_path) -> str:
    """What lets boto3, delta-rs and DuckDB reach that server, and nothing else."""
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_endpoint)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    # boto3 keeps the credentials that it found first
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    return s3_endpoint


@pytest.fixture
def new_s3_store(s3_settings) -> Callable[[], S3Store]:
    """Makes stores of which each has a prefix of its own."""

    def make() -> S3Store:
        store = S3Store(f"s3://{BUCKET}/{uuid.uuid4().hex}/home")
        store.client.create_bucket(Bucket=BUCKET)
        return store

    return make


@pytest.fixture
def s3_home(new_s3_store) -> S3Store:
    return new_s3_store()


@pytest.fixture(params=["folder", pytest.param("s3", marks=IN_ONE_WORKER)])
def any_home(request) -> Store:
    """The same test on a folder and on S3."""
    return request.getfixturevalue("home" if request.param == "folder" else "s3_home")
