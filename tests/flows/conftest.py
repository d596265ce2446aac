"""A Prefect server for the tests of flows, and one small sample catalog.

The tests are in two groups of about equal length, so that two workers share them: `flows learning`
and `flows nights`. Those of a group run in one worker, and on its server.
"""

import shutil

import pytest

from sample import make_sample
from tests.temporary_prefect import prefect_server


@pytest.fixture(scope="session", autouse=True)
def server(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTCAT_SHARD_WORKS", "32")
        # The server's empty database is taken from the ordinary cache: to make one takes long.
        with prefect_server():
            patch.setenv("ARTCAT_CACHE", str(cache))
            yield


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "catalog"
    report = make_sample(folder, images=200, artists=100, size=64)
    return folder, report


@pytest.fixture
def own_sample(sample, tmp_path):
    folder = tmp_path / "catalog"
    shutil.copytree(sample[0], folder)
    return folder


@pytest.fixture(scope="module")
def undrawn():
    """No pictures of evaluations, which take half of their time: test_nightly.py looks at those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.evaluation.pictures.draw_part", lambda *_: None)
        yield
