from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_softmax

from models.classifiers.calibration import Calibration
from models.classifiers.classifier import encoders_of
from models.evidence.classifier import as_combined
from tests.models.building import logits_of
from tests.models.evidence.building import artworks, classifier, evidence, pool

SURE, UNSURE = (0.1, 0.1, 0.8), (0.4, 0.3, 0.3)


def test_each_artwork_is_predicted_by_the_pool_of_its_pattern():
    model = classifier({"image": pool(1.0), "facts": pool(0.5), "image+facts": pool(1.0, 0.5)})
    given = evidence(3, image={0: SURE, 2: SURE}, facts={1: UNSURE, 2: UNSURE})
    found = model.combine(given)
    assert found.patterns == ["image", "facts", "image+facts"]
    tempered = np.sqrt(UNSURE)
    both = np.array(SURE) * tempered
    expected = [SURE, tempered / tempered.sum(), both / both.sum()]
    assert np.exp(found.log_probabilities) == pytest.approx(np.array(expected))
    assert found.predictions.probabilities == pytest.approx(np.array(expected), abs=1e-4)


BOTH = {"image": {0: SURE}, "facts": {0: UNSURE}}
LARGEST = {"image": pool(1.0), "facts": pool(1.0), "facts+other works": pool(1.0, 2.0)}


@pytest.mark.parametrize(
    ("pools", "given", "pattern", "expected"),
    [
        # of a pattern without a pool the largest within it counts, then the one of more artworks
        (LARGEST, BOTH | {"other_works": {0: SURE}}, "facts+other works", (0.004, 0.003, 0.192)),
        (
            {"image": pool(1.0, artworks=60), "facts": pool(1.0, artworks=900)},
            BOTH,
            "facts",
            UNSURE,
        ),
        # evidence that no pool takes is none
        ({"image": pool(1.0)}, {"facts": {0: SURE}}, "", (1, 1, 1)),
    ],
)
def test_other_patterns_are_predicted_by_a_pool_within_them(pools, given, pattern, expected):
    found = classifier(pools).combine(evidence(1, **given))
    assert found.patterns == [pattern]
    wanted = np.array(expected) / sum(expected)
    assert np.exp(found.log_probabilities[0]) == pytest.approx(wanted)
    if not pattern:
        assert found.decisions.tolist() == ["abstained"]


def test_without_evidence_the_prediction_is_abstained_and_says_no_more_than_the_prior():
    model = classifier({"image": pool(1.0), "other works": pool(1.0)})
    found = model.combine(evidence(2, image={0: SURE}, other_works={}))
    assert found.patterns == ["image", ""]
    assert found.decisions.tolist() == ["review", "abstained"]
    assert np.exp(found.log_probabilities[1]) == pytest.approx(np.full(3, 1 / 3))


def test_decisions_follow_the_thresholds_of_the_pattern():
    thresholds = {"accept_threshold": 0.75, "review_threshold": 0.5}
    model = classifier({"image": pool(1.0, **thresholds), "facts": pool(1.0)})
    given = evidence(3, image={0: SURE, 1: UNSURE}, facts={2: SURE})
    assert model.combine(given).decisions.tolist() == ["accepted", "abstained", "review"]
    assert model.calibration == Calibration(1.0, 0.75, 0.5)


@pytest.fixture
def vectors(trained_cnn, held_out):
    jpegs = held_out["image"].to_pylist()[:2]
    return [encoder.encode_jpegs(jpegs) for encoder in encoders_of(trained_cnn)]


def test_the_evidence_is_what_each_artwork_has(trained_combined, vectors, held_out):
    given = artworks(
        {"image_sha256": "a", "born": 1720},
        {"born": 1720, "title": "of no use"},
        {"others": {"Realism": 3, "Baroque": 1}},
        {},
        {"image_sha256": "b", "others": {"a style that it does not know": 4}},
    )
    found = trained_combined.evidence_about(given, vectors)
    assert found.patterns() == ["image+facts", "facts", "other works", "", "image"]
    logits = logits_of(trained_combined.image, held_out["image"].to_pylist()[:2])
    expected = log_softmax(logits.astype(np.float64), axis=1)
    assert found.logs["image"][[0, 4]] == pytest.approx(expected, abs=1e-4)
    assert (found.logs["facts"] == trained_combined.facts.log_probabilities(given)).all()
    prior = trained_combined.prior
    counted = (np.array([1.0, 3.0, 0.0]) + prior) / 5
    assert np.exp(found.logs["other works"][2]) == pytest.approx(counted)


def test_evidence_is_asked_only_of_what_the_pools_take(trained_combined, vectors):
    model = replace(trained_combined, pools={"facts": pool(1.0)})
    given = artworks({"image_sha256": "a", "born": 1720, "others": {"Realism": 3}})
    assert model.kinds == ("facts",)
    assert set(model.evidence_about(given, vectors).logs) == {"facts"}


def test_an_image_classifier_as_a_combined_one_predicts_as_before(trained_cnn, held_out):
    image = replace(trained_cnn, calibration=Calibration(1.7, 0.6, 0.4))
    jpegs = held_out["image"].to_pylist()
    vectors = [encoder.encode_jpegs(jpegs) for encoder in encoders_of(image)]
    given = artworks(*({"image_sha256": str(row), "born": 1720} for row in range(len(jpegs))))
    model = as_combined(image)
    found = model.combine(model.evidence_about(given, vectors))
    before = image.predict(jpegs)
    assert set(found.patterns) == {"image"}
    assert found.predictions.probabilities == pytest.approx(before.probabilities, abs=2e-4)
    assert found.predictions.labels.tolist() == before.labels.tolist()
    sure = before.confidence
    decided = np.select([sure >= 0.6, sure >= 0.4], ["accepted", "review"], "abstained")
    clear = np.abs(sure[:, None] - [0.6, 0.4]).min(1) > 1e-3
    assert found.decisions[clear].tolist() == decided[clear].tolist()
    assert as_combined(model) is model
