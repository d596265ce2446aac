import numpy as np
import pytest

from models.evidence.evidence import Evidence
from models.evidence.other_works import counts_matrix, log_frequencies
from models.evidence.patterns import kinds_of, pattern_of, patterns_from

STYLES = ("Baroque", "Realism", "Impressionism")


def evidence_of(**present):
    kinds = {name.replace("_", " "): np.array(flags, bool) for name, flags in present.items()}
    count = len(next(iter(kinds.values()))) if kinds else 2
    logs = {kind: np.zeros((count, 3)) for kind in kinds}
    return Evidence(count, logs, kinds)


def test_each_artwork_has_the_pattern_of_what_is_known():
    found = evidence_of(image=[1, 0, 0, 1], facts=[1, 1, 0, 0], other_works=[1, 1, 0, 0]).patterns()
    assert found == ["image+facts+other works", "facts+other works", "", "image"]
    assert Evidence(2, {}, {}).patterns() == ["", ""]


def test_evidence_left_out_is_in_no_pattern():
    evidence = evidence_of(image=[1, 0], facts=[1, 1]).only(["facts"])
    assert evidence.patterns() == ["facts", "facts"]
    assert set(evidence.logs) == {"facts"}


def test_patterns_are_named_in_one_order_and_taken_apart_again():
    assert pattern_of(["other works", "image"]) == "image+other works"
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
