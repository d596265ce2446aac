import numpy as np
import pytest

from models.classifiers.calibration import prior_shift
from models.classifiers.classifier import encode_all
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from tests.models.building import logits_of

STYLES = ("Baroque", "Rococo", "Realism")


def make_held_out_predictions(n=5, seed=0, **changes):
    rng = np.random.default_rng(seed)
    given = {
        "styles": STYLES,
        "artwork_ids": [f"x:{seed}-{row}" for row in range(n)],
        "groups": [f"g{row % 2}" for row in range(n)],
        "labels": rng.integers(0, 3, n),
        "plain": rng.normal(size=(n, 3)),
        "corrected": rng.normal(size=(n, 3)),
    }
    return HeldOutPredictions(**{**given, **changes})


def same(one, other):
    for name, value in vars(one).items():
        assert np.array_equal(value, getattr(other, name)), name


@pytest.mark.parametrize(("n", "out_of_fold"), [(5, False), (0, False), (3, True)])
def test_what_was_written_is_read(any_home, n, out_of_fold):
    given = make_held_out_predictions(n, out_of_fold=out_of_fold)
    held_out_predictions.write(any_home, "m1", "test", given)
    same(held_out_predictions.read(any_home, "m1", "test"), given)
    assert held_out_predictions.read(any_home, "m1", "validation") is None
    assert held_out_predictions.read(any_home, "m2", "test") is None


def test_folds_are_pooled():
    one, two = (make_held_out_predictions(7 - 2 * n, n, out_of_fold=True) for n in (1, 2))
    both = one + two
    assert len(both) == 8
    assert both.out_of_fold
    assert both.artwork_ids == one.artwork_ids + two.artwork_ids
    same(both.take(range(5, 8)), two)
    with pytest.raises(ValueError, match="predicted twice"):
        one + one.take([2])
    with pytest.raises(ValueError, match="vocabularies"):
        one + make_held_out_predictions(2, 3, styles=("a", "b", "c"))


def test_the_fingerprint_follows_works_styles_and_groups_and_not_order():
    one = make_held_out_predictions(6)
    assert one.take([3, 1, 0, 2, 5, 4]).fingerprint == one.fingerprint
    assert make_held_out_predictions(6, plain=one.plain + 1).fingerprint == one.fingerprint
    labels = one.labels.copy()
    labels[0] = (labels[0] + 1) % 3
    assert make_held_out_predictions(6, labels=labels).fingerprint != one.fingerprint
    assert make_held_out_predictions(6, groups=["g"] * 6).fingerprint != one.fingerprint
    assert one.take(range(5)).fingerprint != one.fingerprint


def test_both_variants_come_from_one_question(trained, held_out):
    classifier = trained
    found = held_out_predictions.predict_held_out(classifier, held_out)
    images = held_out["image"].to_pylist()
    for corrected in (False, True):
        expected = logits_of(classifier.with_prior_correction(corrected), images)
        assert np.allclose(found.logits(corrected), expected, atol=1e-4)
        assert (found.guesses(corrected) == expected.argmax(1)).all()
    assert np.allclose(
        found.corrected - found.plain, prior_shift(classifier.counts, classifier.shares)
    )
    assert [found.styles[label] for label in found.labels] == held_out["style"].to_pylist()
    assert found.groups == held_out["group_id"].to_pylist()
    assert not found.out_of_fold
    assert found.fingerprint == held_out_predictions.fingerprint_of(held_out, classifier.styles)


def test_known_embeddings_are_not_computed_again(trained_clip, held_out):
    ask, blind = held_out_predictions.predict_held_out, held_out.drop_columns(["image"])
    found = ask(trained_clip, blind, vectors=encode_all(trained_clip, held_out))
    assert np.allclose(found.plain, ask(trained_clip, held_out).plain, atol=1e-4)


def test_works_of_a_style_that_the_model_does_not_know_are_left_out(trained_cnn, make_examples):
    works = make_examples({"Baroque": 2, "Cubism": 2, "Realism": 1}, seed=5)
    classifier = trained_cnn
    found = held_out_predictions.predict_held_out(classifier, works)
    assert len(found) == 3
    assert found.fingerprint == held_out_predictions.fingerprint_of(works, classifier.styles)
