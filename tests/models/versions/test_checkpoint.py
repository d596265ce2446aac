import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from catalog.base.errors import ModelError
from models.classifiers.calibration import Calibration
from models.versions.checkpoint import MANIFEST, WEIGHTS, load, save
from tests.models.building import logits_of
from tests.models.versions.building import drop, resign


def measured(classifier, metrics):
    return replace(classifier, record=replace(classifier.record, metrics=metrics))


@pytest.fixture
def saved(trained, tmp_path):
    folder = tmp_path / "deep" / "model"
    classifier = replace(trained, calibration=Calibration(1.7, 0.81, 0.33))
    return measured(classifier, {"accuracy": 0.5, "ece": float("nan")}), folder


@pytest.fixture(scope="module")
def written(trained_clip, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "clip"
    save(trained_clip, folder)
    return folder


@pytest.fixture
def copy(written, tmp_path):
    return shutil.copytree(written, tmp_path / "copy")


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


def test_a_loaded_classifier_does_not_keep_its_file_in_memory(written):
    classifier = load(written)
    assert classifier.style_embeddings is not None
    assert str(written / WEIGHTS) not in Path("/proc/self/maps").read_text("utf-8")


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
    classifier = trained_cnn
    version = save(classifier, tmp_path / "a")
    assert save(measured(classifier, {"f1": 1.0}), tmp_path / "b") == version
    assert save(replace(classifier, calibration=Calibration(2.0)), tmp_path / "c") != version
    assert save(classifier.with_prior_correction(True), tmp_path / "d") != version


def put(name, *shape):
    return lambda tensors: tensors | {name: torch.ones(shape)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("network.visual.conv1.weight"), r"missing: network\.visual\.conv1\.weight$"),
        (put("more", 1), "left over: more$"),
        (put("network.logit_scale", 2), r"network\.logit_scale is \[2\], not \[\]$"),
        (drop("style_embeddings"), r"style_embeddings is None, not \(3, 192\)"),
        (put("style_embeddings", 2, 192), r"style_embeddings is \(2, 192\), not \(3, 192\)"),
    ],
)
def test_other_weights_are_refused_by_name(copy, change, said):
    resign(copy, tensors=change(load_file(copy / WEIGHTS)))
    with pytest.raises(ModelError, match=said) as caught:
        load(copy)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"architecture": "ViT-S-32-alt"}, "does not fit: missing: "),
        ({"architecture": "no-such"}, "unknown CLIP architecture 'no-such'"),
        (
            {"kind": "cnn", "architecture": "baseline-cnn"},
            r"into baseline-cnn does not fit: missing: .*left over: ",
        ),
    ],
)
def test_another_architecture_is_refused(copy, config, said):
    resign(copy, lambda manifest: manifest["settings"]["config"].update(config))
    with pytest.raises(ModelError, match=said):
        load(copy)
