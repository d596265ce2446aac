from dataclasses import replace

import numpy as np
import pytest
import torch

from catalog.base.errors import ImageError
from models.classifiers.calibration import NEVER, Calibration, decide, softmax
from models.classifiers.classifier import Classifier, encoders_of
from tests.models.building import logits_of

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def jpegs(held_out):
    return held_out["image"].to_pylist()


def test_probabilities_are_calibrated_rounded_and_the_same_in_any_batch(trained, jpegs, styles):
    classifier = replace(trained, calibration=Calibration(temperature=2.0))
    predictions = classifier.predict(jpegs)
    assert predictions.styles == styles
    assert predictions.probabilities.shape == (18, 3)
    np.testing.assert_allclose(predictions.probabilities.sum(1), 1, atol=2e-4)
    again = np.concatenate([classifier.predict([jpeg]).probabilities for jpeg in jpegs])
    np.testing.assert_allclose(again, predictions.probabilities, atol=2e-4)
    logits = logits_of(classifier, jpegs)
    scaled = torch.softmax(torch.tensor(logits) / 2.0, 1).numpy()
    np.testing.assert_allclose(predictions.probabilities, scaled, atol=2e-4)


def test_nothing_gives_nothing_and_a_broken_image_is_an_error(trained, jpegs):
    assert len(trained.predict([])) == 0
    assert logits_of(trained, []).shape == (0, 3)
    with pytest.raises(ImageError):
        trained.predict([jpegs[0], b"broken"])


def test_an_image_tower_gives_unit_vectors(trained_clip, jpegs):
    (encoder,) = encoders_of(trained_clip, batch_size=7)
    embeddings = encoder.encode_jpegs(jpegs)
    assert embeddings.shape == (18, 192)
    assert embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)


def from_pixels(classifier: Classifier, jpegs) -> np.ndarray:
    """Logits as training measures them, from the pixels at once."""
    squares = torch.stack([classifier.preprocessing.square(jpeg) for jpeg in jpegs])
    with torch.inference_mode():
        return classifier.predict_logits(classifier.preprocessing.normalise(squares)).numpy()


def test_encoder_and_head_compute_what_training_measures(trained, jpegs):
    np.testing.assert_allclose(from_pixels(trained, jpegs), logits_of(trained, jpegs), atol=2e-3)


def test_prior_correction_adds_the_log_of_the_prior(trained_clip, jpegs):
    assert trained_clip.config.prior_correction
    calibrated = replace(trained_clip, calibration=Calibration(2.0, 0.9, 0.4))
    plain = calibrated.with_prior_correction(False)
    assert plain.calibration == Calibration()
    added = logits_of(trained_clip, jpegs) - logits_of(plain, jpegs)
    np.testing.assert_allclose(added, np.broadcast_to(added[0], added.shape), atol=1e-4)
    expected = np.log((np.array(trained_clip.counts) + 0.5) / (48 / 3 + 0.5))
    np.testing.assert_allclose(added[0], expected, atol=1e-4)


def test_prior_correction_changes_nothing_after_plain_batches(trained_cnn, jpegs):
    corrected = trained_cnn.with_prior_correction(True)
    np.testing.assert_allclose(
        logits_of(corrected, jpegs), logits_of(trained_cnn, jpegs), atol=1e-5
    )


def test_thresholds_decide(trained_cnn):
    confidence = np.array([0.95, 0.9, 0.8999, 0.4, 0.39])
    expected = ["accepted", "accepted", "review", "review", "abstained"]
    assert decide(confidence, 0.9, 0.4).tolist() == expected
    # uncalibrated nothing is accepted
    bounds = trained_cnn.calibration.accept_threshold, trained_cnn.calibration.review_threshold
    assert bounds[0] == NEVER
    assert decide(np.array([1.0]), *bounds) == "review"


def test_half_precision_gives_nearly_the_same(trained, jpegs):
    config = trained.config.model_copy(update={"precision": "bf16"})
    half = softmax(from_pixels(replace(trained, config=config), jpegs))
    assert np.abs(half - softmax(from_pixels(trained, jpegs))).max() < 0.1
