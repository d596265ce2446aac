import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from catalog.base.errors import ModelError
from models.facts.trees import UNSEEN, Trees, trees_of

CHILDREN = (("left", 1), ("right", 2))


def fitted(classes, rows=600):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(rows, 5))
    labels = np.digitize(features[:, 0] + features[:, 1], np.linspace(-1, 1, classes - 1))
    features[rng.random(features.shape) < 0.2] = np.nan
    model = HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=7, early_stopping=False)
    return model.fit(features, labels), features


@pytest.fixture(scope="module")
def tensors():
    return trees_of(fitted(3)[0], 3).tensors()


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_scores_are_those_of_scikit_learn(classes):
    model, features = fitted(classes)
    scores, expected = (
        trees_of(model, classes).raw_scores(features),
        model.decision_function(features),
    )
    if classes == 2:  # scikit-learn scores the second only
        expected = np.stack([np.zeros(len(features)), expected], axis=1)
    np.testing.assert_allclose(scores, expected, atol=1e-9)


def test_a_style_without_artworks_stays_behind():
    model, features = fitted(3)
    model.classes_ = np.array([0, 2, 3])
    scores = trees_of(model, 4).raw_scores(features)
    np.testing.assert_allclose(scores[:, [0, 2, 3]], model.decision_function(features), atol=1e-9)
    np.testing.assert_allclose(scores[:, 1], model._baseline_prediction.min() - UNSEEN)


def test_tensors_make_the_same_trees_and_chunks_of_rows_change_nothing(tensors, monkeypatch):
    model, features = fitted(3)
    again, whole = Trees.from_tensors(tensors, 5), trees_of(model, 3).raw_scores(features)
    np.testing.assert_array_equal(again.raw_scores(features), whole)
    monkeypatch.setattr("models.facts.trees._CELLS", 7 * len(again.feature))
    np.testing.assert_allclose(again.raw_scores(features), whole, atol=1e-12)
    assert again.raw_scores(np.zeros((0, 5))).shape == (0, 3)


def _at(name, place, value):
    def change(tensors):
        tensors[name] = tensors[name].copy()
        tensors[name][place] = value

    return change


def _as(name, made):
    return lambda tensors: tensors.update({name: made(tensors[name])})


def _chain(tensors):
    """Make them one tree of 2,001 nodes in which every other node is a leaf."""
    nodes = np.arange(2_001, dtype=np.int32)
    leaf = (nodes % 2 == 1) | (nodes == 2_000)
    for name in ("threshold", "missing_left", "value"):
        tensors[name] = np.zeros(2_001, tensors[name].dtype)
    tensors |= {"roots": nodes[:1], "style": nodes[:1], "feature": -leaf.astype(np.int32)}
    tensors |= {name: np.where(leaf, nodes, nodes + n).astype(np.int32) for name, n in CHILDREN}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tensors: tensors.pop("left"), "no other"),
        (lambda tensors: tensors.update(more=tensors["left"]), "no other"),
        (_as("value", lambda array: array.astype(np.float32)), "value is not a list of float64"),
        (_as("left", lambda array: array[:, None]), "left is not a list of int32"),
        (_as("right", lambda array: array[:-1]), "right has"),
        (_as("style", lambda array: array[:-1]), "style has"),
        (_as("baseline", lambda array: array[:1]), "1 styles"),
        (_as("roots", lambda array: array[:0]), "style has|0 trees"),
        (_at("value", 0, np.nan), "value is not finite"),
        (_at("value", 0, 1e300), "value is not finite, or beyond 1,000,000"),
        (_at("baseline", 0, np.inf), "baseline is not finite"),
        (_at("threshold", 0, np.nan), "threshold is not finite"),
        (_at("roots", 0, 1), "roots do not rise"),
        (_at("roots", -1, 10**6), "roots do not rise"),
        (_at("feature", 0, 5), "splits a feature that is not among 5"),
        (_at("feature", 0, -2), "splits a feature"),
        (_at("style", 0, 3), "a missing style"),
        (_at("missing_left", 0, 2), "neither 0 nor 1"),
        (_at("left", 0, 0), "left leaves its tree or leads back"),
        (_at("left", 0, -1), "left leaves its tree or leads back"),
        (_at("right", 0, 10**6), "right leaves its tree or leads back"),
        (_at("right", 0, 1), "exactly one parent"),
        (_chain, "deeper than 200 nodes"),
    ],
)
def test_arrays_from_a_file_are_checked(tensors, change, said):
    broken = dict(tensors)
    change(broken)
    with pytest.raises(ModelError, match=said) as error:
        Trees.from_tensors(broken, 5)
    assert "\n" not in str(error.value)


@given(st.data())
def test_what_passes_the_checks_can_be_run(tensors, data):
    name = data.draw(st.sampled_from(["feature", "left", "right", "roots", "style", "threshold"]))
    broken = {**tensors, name: tensors[name].copy()}
    place = data.draw(st.integers(0, len(broken[name]) - 1))
    broken[name][place] = data.draw(st.integers(-3, len(tensors["feature"]) + 2))
    try:
        trees = Trees.from_tensors(broken, 5)
    except ModelError:
        return
    assert np.isfinite(trees.raw_scores(np.full((2, 5), np.nan))).all()
