import numpy as np
import pytest

from models.evidence.evidence import Evidence, counts_matrix, log_frequencies
from models.evidence.patterns import kinds_of, patterns_from

STYLES = ("Baroque", "Realism", "Impressionism")


def test_each_artwork_has_the_pattern_of_what_is_known():
    kinds = {"image": [1, 0, 0, 1], "facts": [1, 1, 0, 0], "other works": [1, 1, 0, 0]}
    present = {kind: np.array(flags, bool) for kind, flags in kinds.items()}
    found = Evidence(4, {kind: np.zeros((4, 3)) for kind in kinds}, present)
    assert found.patterns() == ["image+facts+other works", "facts+other works", "", "image"]
    assert found.only(["facts"]).patterns() == ["facts", "facts", "", ""]
    assert set(found.only(["facts"]).logs) == {"facts"}
    assert Evidence(2, {}, {}).patterns() == ["", ""]


def test_patterns_are_named_in_one_order_and_taken_apart_again():
    assert kinds_of("image+other works") == ("image", "other works")
    assert kinds_of("") == ()
    assert list(patterns_from(["facts", "image"])) == ["image", "facts", "image+facts"]


def test_labels_of_other_works_are_counted_by_style():
    labels = [
        [{"style": "Impressionism", "artworks": 31}, {"style": "Realism", "artworks": 2}],
        None,
        [{"style": "Cubism", "artworks": 4}],
    ]
    assert counts_matrix(labels, STYLES).tolist() == [[0, 2, 31], [0, 0, 0], [0, 0, 0]]


def test_frequencies_are_smoothed_by_the_styles_of_the_catalog():
    prior = np.array([0.5, 0.25, 0.25])
    found = np.exp(log_frequencies(np.array([[0.0, 2, 31], [0, 0, 0]]), prior))
    assert found[0] == pytest.approx([0.5 / 34, 2.25 / 34, 31.25 / 34])
    assert found[1] == pytest.approx(prior)
