import numpy as np
import pyarrow as pa
import pytest

from catalog.base.errors import ModelError
from models.facts.classifier import Scaling
from models.facts.features import PATTERNS
from models.facts.training import train_facts
from tests.models.facts.building import STYLES, facts, labelled


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return labelled(60)


def test_it_predicts_from_any_subset_of_facts(table):
    classifier = train_facts(table, STYLES, seed=1, rounds=15)[0]
    given = facts(
        {"born": 1500, "died": 1560, "nationality": "Italian"},
        {"date_earliest": 1540, "date_latest": 1541, "nationality": "Dutch"},
        {"born": 1720, "died": 1780},
        {"technique": "oil on canvas"},
    )
    probabilities = np.exp(classifier.log_probabilities(given))
    np.testing.assert_allclose(probabilities.sum(1), 1)
    guesses = [STYLES[best] for best in probabilities.argmax(1)[:3]]
    assert guesses == ["Mannerism", "Northern Renaissance", "Rococo"]
    assert probabilities.max(1)[3] < probabilities.max(1)[0]


def replaced(table: pa.Table, column: str, values) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, pa.array(values))


def test_artworks_of_unseen_artists_are_predicted(table):
    classifier, logs = train_facts(table, STYLES, seed=0, rounds=15)
    guesses = np.array(STYLES)[logs.argmax(1)]
    assert (guesses == table["style"].to_numpy(zero_copy_only=False)).mean() > 0.75
    assert set(classifier.scalings) == set(PATTERNS)


def test_a_fold_is_predicted_without_its_own_labels(table, monkeypatch):
    monkeypatch.setattr("models.facts.training.fit_scaling", lambda *_: Scaling())  # sees all
    folds = table["fold"].to_numpy()
    moved = [
        "Rococo" if fold == 0 else style
        for style, fold in zip(table["style"].to_pylist(), folds, strict=True)
    ]
    both = (table, replaced(table, "style", moved))
    one, two = (train_facts(each, STYLES, seed=0, rounds=3)[1] for each in both)
    here = folds == 0
    np.testing.assert_array_equal(one[here].argmax(1), two[here].argmax(1))
    assert (one[~here].argmax(1) != two[~here].argmax(1)).any()


def test_a_seed_makes_one_classifier(table):
    first, again, other = (train_facts(table, STYLES, seed=seed, rounds=3)[0] for seed in (5, 5, 6))
    for name, array in first.trees.tensors().items():
        np.testing.assert_array_equal(array, again.trees.tensors()[name])
    assert first.scalings == again.scalings
    assert not np.array_equal(first.trees.threshold, other.trees.threshold)


def test_a_style_that_one_fold_alone_has_is_predicted_nowhere_else(table):
    only = np.array(table["style"].to_pylist()) == "Rococo"
    folds = np.where(only, 1, table["fold"].to_numpy() % 2 * 2)
    _, logs = train_facts(replaced(table, "fold", folds), STYLES, seed=0, rounds=3)
    assert np.isfinite(logs).all()
    assert not (logs[only].argmax(1) == STYLES.index("Rococo")).any()


def test_what_cannot_be_learned_is_reported_in_one_line(table):
    one = table.filter(pa.array(np.array(table["style"].to_pylist()) == "Rococo"))
    with pytest.raises(ModelError, match="at least two styles"):
        train_facts(one, ["Rococo"], seed=0, rounds=2)
    with pytest.raises(ModelError, match="too few artists for two folds"):
        train_facts(replaced(table, "fold", [0] * len(table)), STYLES, seed=0)
    with pytest.raises(ModelError, match="labelled Rococo, which is not among the styles"):
        train_facts(table, STYLES[:3], seed=0)
