import os
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.classifiers.calibration import Calibration
from models.classifiers.classifier import encoders_of
from models.versions.checkpoint import MANIFEST, WEIGHTS, load, save
from tests.models.building import logits_of
from tests.models.evidence.building import artworks, pool
from tests.models.versions.building import drop


def measured(classifier, metrics):
    return replace(classifier, record=replace(classifier.record, metrics=metrics))


@pytest.fixture
def saved(trained, tmp_path):
    folder = tmp_path / "deep" / "model"
    classifier = replace(trained, calibration=Calibration(1.7, 0.81, 0.33))
    return measured(classifier, {"accuracy": 0.5, "ece": float("nan")}), folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_loaded_classifier_predicts_the_same(saved, held_out):
    classifier, folder = saved
    version = save(classifier, folder)
    again = load(folder)
    jpegs = held_out["image"].to_pylist()
    assert (logits_of(again, jpegs) == logits_of(classifier, jpegs)).all()
    assert (again.predict(jpegs).probabilities == classifier.predict(jpegs).probabilities).all()
    assert again.config == classifier.config
    assert again.preprocessing.fingerprint() == classifier.preprocessing.fingerprint()
    assert again.calibration == classifier.calibration
    assert again.counts == classifier.counts
    assert again.record.history == classifier.record.history
    assert again.record.metrics["accuracy"] == 0.5
    assert np.isnan(again.record.metrics["ece"])
    assert save(again, folder.with_name("again")) == version


def test_a_loaded_classifier_does_not_keep_its_file_in_memory(trained_clip, tmp_path):
    save(trained_clip, tmp_path / "clip")
    classifier = load(tmp_path / "clip")
    assert classifier.style_embeddings is not None
    assert str(tmp_path / "clip" / WEIGHTS) not in Path("/proc/self/maps").read_text("utf-8")


def test_a_checkpoint_is_two_files_that_others_may_read(saved):
    classifier, folder = saved
    version = save(classifier, folder)
    assert len(version) == 16
    assert names(folder.parent) == ["model"]
    assert names(folder) == [MANIFEST, WEIGHTS]
    umask = os.umask(0)
    os.umask(umask)
    for path in (folder, folder / MANIFEST, folder / WEIGHTS):
        expected = 0o777 if path.is_dir() else 0o666
        assert stat.S_IMODE(path.stat().st_mode) == expected & ~umask


def test_the_version_follows_what_predictions_depend_on(trained_cnn, tmp_path):
    version = save(trained_cnn, tmp_path / "a")
    assert save(measured(trained_cnn, {"f1": 1.0}), tmp_path / "b") == version
    assert save(replace(trained_cnn, calibration=Calibration(2.0)), tmp_path / "c") != version
    assert save(trained_cnn.with_prior_correction(True), tmp_path / "d") != version


def test_a_loaded_combined_classifier_predicts_the_same(trained_combined, tmp_path, held_out):
    version = save(trained_combined, tmp_path / "combined")
    again = load(tmp_path / "combined")
    jpegs = held_out["image"].to_pylist()
    given = artworks(
        *({"image_sha256": str(row), "born": 1500 + 10 * row} for row in range(len(jpegs))),
        {"date_earliest": 1710, "nationality": "Dutch"},
        {"others": {"Realism": 2}},
        {},
    )
    found = []
    for model in (trained_combined, again):
        vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders_of(model.image)]
        found.append(model.combine(model.evidence_about(given, vectors)))
    before, after = found
    assert (after.log_probabilities == before.log_probabilities).all()
    assert after.patterns == before.patterns == ["image+facts"] * 18 + ["facts", "other works", ""]
    assert after.decisions.tolist() == before.decisions.tolist()
    assert again.pools == trained_combined.pools
    assert (again.counts, again.kinds) == (trained_combined.counts, trained_combined.kinds)
    assert save(again, tmp_path / "again") == version


def test_the_version_of_a_combined_classifier_follows_its_pools(trained_combined, tmp_path):
    pools = trained_combined.pools
    fewer = drop("facts", "image+facts")(pools)
    models = [
        trained_combined,
        replace(trained_combined, pools={**pools, "facts": pool(0.8)}),
        replace(trained_combined, facts=None, pools=fewer),
    ]
    assert len({save(m, tmp_path / str(n)) for n, m in enumerate(models)}) == 3
