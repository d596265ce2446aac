"""A home after a night with a classifier that uses all evidence."""

import shutil

import numpy as np
import pytest

from catalog.datasets.splits import update_splits
from catalog.storage.store import FolderStore
from models.presets import ladder_config
from models.training.fit import fit
from models.versions import registry
from models.versions.registry import CLASSIFIER
from tests.building import ingest_catalog, make_catalog, prepare_catalog
from tests.models.conftest import COLOURS, paint
from tests.models.enrichment.catalogued import NO_IMAGE, artworks_and_artists, night


@pytest.fixture(scope="session")
def _catalogued(tmp_path_factory):
    folder = tmp_path_factory.mktemp("catalogued")
    rng = np.random.default_rng(3)
    artworks, artists = artworks_and_artists()
    styles = {each["artist"]: each["period"] for each in artists}
    images = {
        row["ID"]: paint(COLOURS.get(styles.get(row.get("artist")), (90, 90, 90)), rng)
        for row in artworks
    }
    source = make_catalog(folder / "catalog", artworks, artists, images | dict.fromkeys(NO_IMAGE))
    home = FolderStore(folder / "home")
    ingest_catalog(home, source)
    prepare_catalog(home, source)
    update_splits(home)
    fit(home, ladder_config("features", "quick", cross_validate=True), "artist", "quick")
    version = fit(home, ladder_config("combined", "quick"), "artist", "quick")
    registry.promote(home, version, "for a test", CLASSIFIER)
    night(home)
    return folder


@pytest.fixture
def folder(_catalogued, tmp_path):
    """The catalog and the home of `catalogued`."""
    return shutil.copytree(_catalogued, tmp_path / "copy")


@pytest.fixture
def catalogued(folder):
    """A home after a night with a combined classifier, for one test to write into."""
    return FolderStore(folder / "home")
