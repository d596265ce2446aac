"""Nights that are killed in three steps and resumed: a small drill, without training."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.storage.store import FolderStore
from catalog.vocabulary import style_names
from models.presets import resolve_config
from models.training.train import train
from models.versions import registry, storage
from tests.drills.catalogs import change_catalog, paint_catalog
from tests.drills.command import one_prefect_server
from tests.drills.homes import (
    check_equal,
    check_kept,
    check_keys,
    check_passes,
    has_begun,
    state_of,
    step_reached,
)
from tests.drills.nights import ForkedNight, finish
from tests.models.conftest import STYLES, paint_examples

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("drill")]

SHARDS = {"ARTCAT_SHARD_WORKS": "16"}
KILLED_AFTER = ("images", "embed", "describe")


@pytest.fixture(scope="module")
def _server():
    with one_prefect_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", url)
        yield


@pytest.fixture
def classifier():
    examples = paint_examples(dict.fromkeys(STYLES, 2))
    config = resolve_config("cnn", "quick", image_size=32, epochs=1, batch_size=6)
    return train(config, examples, examples, style_names(), progress=False)


def test_nights_that_are_killed_end_like_nights_that_are_left_alone(tmp_path, _server, classifier):
    catalog = paint_catalog(tmp_path / "catalog", 60, artists=24, size=48)
    homes = [str(tmp_path / name) for name in ("killed", "alone")]
    for home in homes:
        version = storage.save(
            FolderStore(home), classifier, scheme="artist", preset="quick", training_key="ab12"
        )
        registry.promote(FolderStore(home), version, "for the drill")
    rng, (killed, alone) = random.Random(7), homes
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
    assert check_equal(killed, alone) >= 60
