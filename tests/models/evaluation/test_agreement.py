"""Agreement between curators and the model: its interval, compared with confidence."""

import pytest

from models.evaluation.agreement import agreement
from tests.building import put
from tests.review_home import NOW


def decisions(confidence, right, wrong):
    shown = {"shown_style": "Baroque", "shown_confidence": confidence, "shown_prediction_key": "p"}
    given = {"catalog": "x", "reviewer": "Ann", "decided_at": NOW, **shown}
    for number in range(right + wrong):
        given |= {"review_id": f"{confidence}-{number}", "artwork_id": f"x:{confidence}-{number}"}
        agrees = number < right
        decided = {
            "decision": "accept" if agrees else "reject",
            "style": "Baroque" if agrees else None,
        }
        yield given | decided


def test_confidence_is_held_against_what_curators_found(home):
    assert agreement(home) == []
    for counts in ((0.55, 10, 10), (0.92, 10, 30), (0.35, 30, 0)):
        put(home, "reviews", *decisions(*counts))
    everything, *others = agreement(home)
    assert (everything.kind, everything.decisions) == ("all", 90)
    assert everything.agreement == pytest.approx(50 / 90)
    bands = {each.name: each for each in others if each.kind == "band"}
    assert list(bands) == ["0.30 to 0.50", "0.50 to 0.60", "0.90 to 0.95"]
    assert [each.verdict for each in bands.values()] == [
        "right more often than its confidence",
        "calibrated, within chance",
        "right less often than its confidence",
    ]
    half = bands["0.50 to 0.60"]
    # Wilson's interval of 10 of 20, as tables have it
    assert (half.lower, half.upper) == pytest.approx((0.299, 0.701), abs=1e-3)
    assert [each.name for each in others if each.kind == "month"] == ["2024-05"]
