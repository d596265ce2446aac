import numpy as np
import pyarrow as pa

from models.classifiers.calibration import Calibration
from models.classifiers.decisions import decide
from models.evaluation.slots import check_slots

STYLES = ("Baroque", "Rococo")
THRESHOLDS = Calibration(1.0, 0.9, 0.5)


def works(*rows):
    names = ("style", "artist_catalogued", "title", "form")
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) for row in rows],
        schema=pa.schema([(name, pa.string()) for name in names]),
    )


def test_decisions_at_the_thresholds():
    found = decide(np.array([0.9, 0.89, 0.5, 0.49]), THRESHOLDS)
    assert found.tolist() == ["accepted", "review", "review", "abstained"]
    assert decide(np.array([1.0]), Calibration()).tolist() == ["review"]


def test_the_label_is_not_told_and_what_is_stated_is_checked():
    table = works(
        ("Baroque", "HALS, Frans", "a smile", "painting"),  # accepted, right
        ("Rococo", "HALS, Frans", "a smile", "painting"),  # accepted, wrong
        ("Baroque", None, None, None),  # a guess that is right: nothing else is known
        ("Baroque", "HALS, Frans", "a smile", "painting"),  # abstained
    )
    found = check_slots(
        table, STYLES, np.array([0, 0, 0, 0]), np.array([0.95, 0.95, 0.6, 0.1]), THRESHOLDS
    )
    assert found.states_period.tolist() == [True, True, True, False]
    assert found.period_right.tolist() == [True, False, True, False]
    assert found.all_right.tolist() == [True, False, True, False]


def test_no_works():
    found = check_slots(works(), STYLES, np.array([], int), np.array([]), THRESHOLDS)
    assert len(found.states_period) == len(found.period_right) == len(found.all_right) == 0
