"""The services, each started once for all tests that need it, and a small catalog.

What is left when the session is interrupted, or killed, the keeper ends.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.drills.catalogs import paint_catalog
from tests.drills.homes import give_model, small_classifier
from tests.drills.nights import finish
from tests.services.ceph import BUCKET, Ceph
from tests.services.install import missing
from tests.services.keeper import Keeper
from tests.services.postgres import Postgres
from tests.services.prefect_server import SHARDS, Nights, PrefectServer, deploy, deployment_of
from tests.services.prefect_server import worker as process_worker
from tests.services.processes import OURS, Process
from tests.temporary_prefect import migrated_database

HOME = f"s3://{BUCKET}/nightly"
_TOLD: list[str] = []


def pytest_terminal_summary(terminalreporter):
    """What was measured on the way."""
    if _TOLD:
        terminalreporter.section("measured")
        for line in _TOLD:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def say() -> Callable[[str], None]:
    return _TOLD.append


@dataclass(frozen=True)
class Place:
    keeper: Keeper
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**SHARDS, "ARTCAT_CACHE": str(self.folder / "cache")}


@pytest.fixture(scope="session")
def place(request):
    """A folder that PostgreSQL's own user can enter too; it stays when a test fails."""
    folder = Path(tempfile.mkdtemp(prefix="artcat-services-"))
    folder.chmod(0o755)
    (folder / "cache").mkdir()
    shutil.copy(migrated_database(), folder / "cache")
    keeper = Keeper()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OURS)]:
            patch.delenv(name)
        yield Place(keeper, folder)
    keeper.close()
    if request.session.testsfailed:
        _TOLD.append(f"the logs of the services are in {folder}")
    else:
        shutil.rmtree(folder)


def _needed(service: str) -> None:
    if lacking := missing(service):
        pytest.skip(f"SKIPPED, {service} is not installed: no {', '.join(lacking)}")


@pytest.fixture(scope="session")
def postgres(place) -> Postgres:
    _needed("postgres")
    cluster = Postgres(place.keeper, place.folder / "postgres")
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def ceph(place):
    _needed("ceph")
    store = Ceph(place.keeper, place.folder / "ceph")
    store.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in store.environment().items():
            patch.setenv(name, value)
        patch.setattr("boto3.DEFAULT_SESSION", None)
        yield store


@pytest.fixture(scope="session")
def prefect(place, postgres) -> PrefectServer:
    server = PrefectServer(place.keeper, place.folder / "prefect", postgres.url)
    server.process.start()
    return server


@pytest.fixture(scope="session")
def deployed(prefect, catalog) -> str:
    done = deploy(prefect, catalog, HOME)
    assert done["automation artcat zombie runs"] == "created"
    again = set(deploy(prefect, catalog, HOME).values())
    assert again <= {"unchanged", "left out"}, "doing it twice changes nothing"
    return deployment_of(prefect)


@pytest.fixture(scope="session")
def worker(place, prefect, deployed, ceph) -> Process:
    environment = {**place.environment, **ceph.environment()}
    process = process_worker(place.keeper, place.folder / "worker", prefect.url, environment)
    process.start()
    return process


@pytest.fixture(scope="session")
def catalog(place) -> Path:
    return paint_catalog(place.folder / "catalog", 60, artists=24, size=48)


@pytest.fixture(scope="session")
def with_model() -> Callable[[str], str]:
    """Gives a home the champion, so that its nights train nothing."""
    return partial(give_model, classifier=small_classifier())


@pytest.fixture
def new_home(ceph, with_model) -> str:
    return with_model(f"s3://{BUCKET}/{uuid.uuid4().hex[:8]}/home")


@pytest.fixture(scope="session")
def reference(place, catalog, with_model) -> str:
    home = with_model(str(place.folder / "reference"))
    finish(catalog, home, place.folder, place.environment)
    return home


@pytest.fixture(scope="session")
def nights(prefect, worker, deployed, catalog) -> Nights:
    return Nights(prefect, deployed, catalog)
