import shutil

import numpy as np
import pytest

from catalog.base.errors import ModelError
from catalog.storage.store import FolderStore
from models.health import check_models
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.versions import bundle, registry, storage
from models.versions.checkpoint import MANIFEST, WEIGHTS
from models.versions.registry import FILES
from tests.building import rows_of
from tests.models.versions.building import CARD, GIVEN, KEPT

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("three_styles")]


@pytest.fixture(scope="module")
def source(trained_clip, tmp_path_factory):
    """A home with one CLIP that was measured, and its version."""
    home = FolderStore(tmp_path_factory.mktemp("source"))
    version, logits = storage.save(home, trained_clip, **GIVEN), np.eye(3)
    ids, labels = ["x:1", "x:2", "x:3"], np.arange(3)
    said = HeldOutPredictions(trained_clip.styles, ids, list("abc"), labels, logits, logits)
    held_out_predictions.write(home, version, "validation", said)
    return home, version


@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    file = tmp_path_factory.mktemp("exported") / "model.zip"
    size = bundle.export_model(*source, file)
    assert size == file.stat().st_size
    return file


def test_a_model_travels_whole(source, exported, home, held_out):
    old, version = source
    assert bundle.import_model(home, exported) == (version, True)
    jpegs = held_out["image"].to_pylist()
    there, here = storage.load(old, version), storage.load(home, version)
    assert (there.predict(jpegs).probabilities == here.predict(jpegs).probabilities).all()
    folder = f"models/{version}"
    for name in (WEIGHTS, MANIFEST, CARD):
        assert home.read(f"{folder}/{name}") == old.read(f"{folder}/{name}")
    # what the other home measured is kept, but not as a measurement of this one
    for name in (CARD, KEPT):
        assert home.read(f"{folder}/origin-{name}") == old.read(f"{folder}/{name}")
    assert held_out_predictions.read(home, version, "validation") is None
    (before,), (after,) = rows_of(old, "models"), rows_of(home, "models")
    assert before.pop("imported_at") is None
    assert after.pop("imported_at") is not None
    assert after == before
    assert registry.find(home, version).imported
    assert registry.champions(home) == {}


def test_importing_twice_changes_nothing(exported, home):
    version, _ = bundle.import_model(home, exported)
    objects = [(info.key, info.etag) for info in home.list()]
    assert bundle.import_model(home, exported) == (version, False)
    assert [(info.key, info.etag) for info in home.list()] == objects


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [None, b"", b"x" * 3000], ids=["gone", "empty", "changed"])
def test_importing_mends_a_model_of_damaged_files(source, exported, home, name, content):
    version, _ = bundle.import_model(home, exported)
    registry.promote(home, version, "by hand")
    assert [finding.status for finding in check_models(home)] == ["ok"]
    home.delete(f"models/{version}/{name}")
    if content is not None:
        home.write(f"models/{version}/{name}", content)
    (finding,) = check_models(home)
    assert (finding.check, finding.status) == ("champion classifier", "failed")
    assert f"artcat models import FILE --home {home.uri}" in finding.advice
    row = rows_of(home, "models")
    assert bundle.import_model(home, exported) == (version, True)
    storage.load(home, version)
    assert rows_of(home, "models") == row


def test_a_bundle_can_be_imported_into_s3(exported, s3_home):
    version, _ = bundle.import_model(s3_home, exported)
    assert storage.load(s3_home, version).config.kind == "clip"


def test_the_same_model_gives_the_same_bytes_and_no_file_is_overwritten(source, exported, tmp_path):
    bundle.export_model(*source, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == exported.read_bytes()
    with pytest.raises(ModelError, match=r"again\.zip already exists"):
        bundle.export_model(*source, tmp_path / "again.zip")
    with pytest.raises(ModelError, match=r"cannot write .*nowhere"):
        bundle.export_model(*source, tmp_path / "nowhere" / "model.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.zip"]


def test_a_damaged_model_is_not_exported(source, tmp_path):
    home = FolderStore(shutil.copytree(source[0].folder, tmp_path / "home"))
    key = f"models/{source[1]}/{WEIGHTS}"
    home.write(key, home.read(key)[:-1] + b"x")
    with pytest.raises(ModelError, match="is damaged"):
        bundle.export_model(home, source[1], tmp_path / "model.zip")
