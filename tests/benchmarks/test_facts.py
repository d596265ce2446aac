"""Time and memory of a facts classifier on a collection of WGA's size."""

import resource
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from models.facts.features import hide
from models.facts.training import train_facts
from tests.benchmarks.measuring import say
from tests.models.facts.building import STYLES, labelled

ARTISTS, EACH, FOLDS = 5_000, 9, 5


@pytest.fixture(scope="module")
def collection() -> pa.Table:
    table = labelled(ARTISTS, EACH, folds=FOLDS)
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 3, ARTISTS).repeat(EACH)
    styles = [
        f"{style} {kind}" for style, kind in zip(table["style"].to_pylist(), kinds, strict=True)
    ]
    return table.set_column(table.column_names.index("style"), "style", pa.array(styles))


def spent(function: Callable[[], object]) -> float:
    """Seconds of processors: all of this runs in one thread, beside whatever else there is."""
    begun = time.process_time()
    function()
    return time.process_time() - begun


def test_training_and_predicting_take_seconds(collection):
    styles = [f"{style} {kind}" for style in STYLES for kind in range(3)]
    made = []
    training = spent(lambda: made.append(train_facts(collection, styles, seed=0)[0]))
    predicting = spent(lambda: made[0].log_probabilities(collection))
    explaining = spent(lambda: made[0].log_probabilities(hide(collection.slice(0, 1000), "date")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    say(
        f"{len(collection):,} artworks, {len(styles)} styles",
        f"training and predicting out of {FOLDS} folds {training:.1f} s, peak {peak:,.0f} MiB",
        f"predicting all {predicting:.2f} s; a thousand without a fact {explaining:.2f} s",
    )
    assert training < 120
    assert peak < 3 * 1024
    assert predicting < 20
    assert predicting < training / 10
