"""Agreement between curators and the model: its interval, compared with confidence."""

import pytest

from models.evaluation.agreement import agreement
from tests.building import put
from tests.review_home import NOW


def decisions(home, confidence, right, wrong):
    put(
        home,
        "reviews",
        *(
            {
                "review_id": f"{confidence}-{number}",
                "artwork_id": f"x:{confidence}-{number}",
                "catalog": "x",
                "reviewer": "Ann",
                "decided_at": NOW,
                "decision": "accept" if number < right else "reject",
                "style": "Baroque" if number < right else None,
                "shown_style": "Baroque",
                "shown_confidence": confidence,
                "shown_prediction_key": "p",
            }
            for number in range(right + wrong)
        ),
    )


def test_nothing_is_said_of_no_decision(home):
    assert agreement(home) == []


def test_confidence_is_held_against_what_curators_found(home):
    decisions(home, 0.55, right=10, wrong=10)
    decisions(home, 0.92, right=10, wrong=30)
    decisions(home, 0.35, right=30, wrong=0)
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
    assert (half.lower, half.upper) == (
        pytest.approx(0.299, abs=1e-3),
        pytest.approx(0.701, abs=1e-3),
    )
    assert [each.name for each in others if each.kind == "month"] == ["2024-05"]
