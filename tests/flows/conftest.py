"""One Prefect server for all tests of flows, and one small sample catalog."""

from __future__ import annotations

import shutil

import pytest

from catalog.sample import make_sample
from flows.local_server import prefect_server


def pytest_collection_modifyitems(items):
    """All tests of flows run in one worker: they share the server."""
    for item in items:
        if "tests/flows" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("flows"))


@pytest.fixture(scope="session", autouse=True)
def server(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTCAT_CACHE", str(cache))
        patch.setenv("ARTCAT_SHARD_WORKS", "32")
        with prefect_server():
            yield


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """A sample catalog: read only."""
    folder = tmp_path_factory.mktemp("sample") / "catalog"
    report = make_sample(folder, images=72, artists=36, size=96)
    return folder, report


@pytest.fixture
def own_sample(sample, tmp_path):
    """A copy of the sample that a test may change."""
    folder = tmp_path / "catalog"
    shutil.copytree(sample[0], folder)
    return folder
