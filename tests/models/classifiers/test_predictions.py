import numpy as np

from models.classifiers.predictions import Predictions

TWO = Predictions(("a", "b", "c"), np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]]))


def test_the_likeliest_style_and_its_confidence():
    assert len(TWO) == 2
    assert TWO.labels.tolist() == [1, 0]
    assert TWO.names == ["b", "a"]
    assert TWO.confidence.tolist() == [0.5, 0.4]


def test_the_likeliest_styles_in_order():
    assert TWO.top(0) == [("b", 0.5), ("c", 0.3), ("a", 0.2)]
    assert TWO.top(1, 2) == [("a", 0.4), ("c", 0.4)]


def test_predictions_of_nothing():
    none = Predictions(("a", "b"), np.empty((0, 2)))
    assert (len(none), none.names, none.confidence.tolist()) == (0, [], [])
