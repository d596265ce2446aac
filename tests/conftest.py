"""Homes for tests: a folder, and a bucket of an S3 server on this machine."""

import os
import uuid
from collections.abc import Callable, Iterator

import hypothesis
import pytest

from catalog.storage.store import FolderStore, S3Store, Store
from tests.s3_server import s3_environment, s3_server

if os.environ.get("PYTEST_XDIST_WORKER"):
    # Workers share the cores: threads of torch's own would only wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run; `--hypothesis-profile explore` draws others
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.register_profile("explore", derandomize=False)
hypothesis.settings.load_profile("repeatable")

BUCKET = "artcat-tests"
IN_ONE_WORKER = pytest.mark.xdist_group("s3")


SHARED = {"s3_endpoint": "s3", "_catalogued": "catalogued"}
"""Fixtures that take long, by the group of the tests that share one in one worker."""


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(items):
    """Group tests by costly fixtures; all on S3 but those of storage itself are `full`."""
    for item in items:
        for fixture, group in SHARED.items():
            if fixture in item.fixturenames and not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(group))
        groups = [mark.args for mark in item.iter_markers("xdist_group")]
        if ("s3",) in groups and item.path.parent.name != "storage":
            item.add_marker(pytest.mark.full)


@pytest.fixture(autouse=True)
def isolated(monkeypatch, tmp_path_factory):
    """No test reads or writes the cache and home of the person who runs it."""
    monkeypatch.setenv("ARTCAT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("ARTCAT_HOME", raising=False)


@pytest.fixture
def home(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "home")


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def s3_settings(s3_endpoint, monkeypatch) -> str:
    """What lets boto3, delta-rs and DuckDB reach that server, and nothing else."""
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in s3_environment(s3_endpoint).items():
        monkeypatch.setenv(name, value)
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
    return request.getfixturevalue("home" if request.param == "folder" else "s3_home")
