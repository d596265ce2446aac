from dataclasses import replace

import numpy as np
import pytest
import torch

from catalog.base.errors import ImageError
from models.classifiers.calibration import NEVER, Calibration
from models.classifiers.classifier import Classifier
from models.classifiers.decisions import decide
from models.classifiers.parts import encoders_of


@pytest.fixture(scope="module")
def jpegs(held_out):
    return held_out["image"].to_pylist()


@pytest.fixture
def clip(trained_clip) -> Classifier:
    return trained_clip.classifier


@pytest.fixture
def cnn(trained_cnn) -> Classifier:
    return trained_cnn.classifier


@pytest.mark.full
def test_probabilities_are_calibrated_rounded_and_the_same_in_any_batch(trained, jpegs, styles):
    classifier = trained.classifier.calibrated(Calibration(temperature=2.0))
    predictions = classifier.predict(jpegs, batch_size=5, threads=1)
    assert predictions.styles == styles
    assert predictions.probabilities.shape == (18, 3)
    np.testing.assert_allclose(predictions.probabilities.sum(1), 1, atol=2e-4)
    again = classifier.predict(jpegs, batch_size=18, threads=3)
    np.testing.assert_allclose(again.probabilities, predictions.probabilities, atol=2e-4)
    logits = classifier.logits(jpegs)
    scaled = torch.softmax(torch.tensor(logits) / 2.0, 1).numpy()
    np.testing.assert_allclose(predictions.probabilities, scaled, atol=2e-4)


def test_nothing_in_nothing_out(trained):
    assert len(trained.classifier.predict([])) == 0
    assert trained.classifier.logits([]).shape == (0, 3)


def test_a_broken_image_is_an_error(trained, jpegs):
    with pytest.raises(ImageError):
        trained.classifier.predict([jpegs[0], b"broken"])


def test_predicting_equals_embedding_then_predicting(clip, jpegs):
    (encoder,) = encoders_of(clip, batch_size=7)
    embeddings = encoder.encode_jpegs(jpegs)
    assert embeddings.shape == (18, 192)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)
    with torch.inference_mode():
        two_steps = clip.logits_from_embeddings(torch.from_numpy(embeddings))
    np.testing.assert_allclose(two_steps.numpy(), clip.logits(jpegs), atol=1e-3)


def test_a_cnn_has_no_embeddings(cnn, jpegs):
    for refused in (
        lambda: cnn.embed(torch.zeros(1, 3, 32, 32)),
        lambda: cnn.logits_from_embeddings(torch.zeros(1, 4)),
    ):
        with pytest.raises(TypeError, match="no embeddings"):
            refused()


def test_prior_correction_adds_the_log_of_the_prior(clip, jpegs):
    assert clip.config.prior_correction
    plain = clip.with_prior_correction(False)
    added = clip.logits(jpegs) - plain.logits(jpegs)
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-4)
    expected = np.log((np.array(clip.counts) + 0.5) / (48 / 3 + 0.5))
    np.testing.assert_allclose(added[0], expected, atol=1e-4)


def test_prior_correction_changes_nothing_after_plain_batches(cnn, jpegs):
    corrected = cnn.with_prior_correction(True)
    np.testing.assert_allclose(corrected.logits(jpegs), cnn.logits(jpegs), atol=1e-5)


def test_changing_the_correction_undoes_the_calibration(clip):
    calibrated = clip.calibrated(Calibration(2.0, 0.9, 0.4))
    assert calibrated.temperature == 2.0
    assert calibrated.with_prior_correction(False).calibration == Calibration()


@pytest.mark.parametrize(
    ("confidence", "decision"),
    [
        (0.95, "accepted"),
        (0.9, "accepted"),
        (0.8999, "review"),
        (0.4, "review"),
        (0.39, "abstained"),
    ],
)
def test_thresholds_decide(confidence, decision):
    assert decide(np.array([confidence]), 0.9, 0.4).tolist() == [decision]


def test_uncalibrated_nothing_is_accepted(cnn):
    assert cnn.accept_threshold == NEVER
    assert decide(np.array([1.0]), cnn.accept_threshold, cnn.review_threshold) == "review"


def test_metrics_are_added_to_the_record(cnn):
    measured = cnn.measured({"accuracy": 0.5}).measured({"ece": 0.1})
    assert measured.record.metrics == {"accuracy": 0.5, "ece": 0.1}
    assert measured.record.history == cnn.record.history


def test_half_precision_gives_nearly_the_same(clip, cnn, jpegs):
    for classifier in (clip, cnn):
        config = classifier.config.model_copy(update={"precision": "bf16"})
        half = replace(classifier, config=config).predict(jpegs)
        whole = classifier.predict(jpegs)
        assert np.abs(half.probabilities - whole.probabilities).max() < 0.1
