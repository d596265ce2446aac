"""Nights that are killed in three steps and resumed: a small drill, without training."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.drills.catalogs import change_catalog, paint_catalog
from tests.drills.command import one_prefect_server
from tests.drills.homes import (
    check_kept,
    check_keys,
    check_like,
    check_passes,
    give_model,
    has_begun,
    small_classifier,
    state_of,
    step_reached,
)
from tests.drills.nights import ForkedNight, finish

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("drill")]

SHARDS = {"ARTCAT_SHARD_WORKS": "16"}
KILLED_AFTER = ("images", "embed", "describe")


@pytest.fixture(scope="module")
def _server():
    with one_prefect_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", url)
        yield


def test_nights_that_are_killed_end_like_nights_that_are_left_alone(tmp_path, _server):
    catalog = paint_catalog(tmp_path / "catalog", 60, artists=24, size=48)
    classifier = small_classifier()
    killed, alone = (give_model(str(tmp_path / name), classifier) for name in ("killed", "alone"))
    rng = random.Random(7)
    change_catalog(catalog, rng, 1, some=3)
    with ThreadPoolExecutor(1) as pool:
        left_alone = pool.submit(finish, catalog, alone, tmp_path, SHARDS, ForkedNight)
        for step in KILLED_AFTER:
            before = state_of(killed)
            night = ForkedNight(catalog, killed, tmp_path, SHARDS)
            ended = night.kill_after(
                rng.uniform(0, 0.1),
                lambda: has_begun(killed, before, step),  # noqa: B023
            )
            assert not night.left_behind()
            now = state_of(killed)
            check_kept(before, now)
            check_keys(killed)
            assert ended.code is None, ended.err
            assert step_reached(before, now) != "start"
        left_alone.result()
    before = state_of(killed)
    last = finish(catalog, killed, tmp_path, SHARDS, ForkedNight)
    check_passes(before, state_of(killed), last)
    check_like(killed, alone)
