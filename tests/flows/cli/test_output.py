"""Terminal output of a leaderboard."""

import pytest

from flows.cli.run_output import leaderboard_lines

pytestmark = pytest.mark.xdist_group(
    "flows learning"
)  # one worker: its folder's tests share a server


def row(**changes):
    given = {
        "method": "fine-tuned",
        "architecture": "ViT-B-32-quickgelu",
        "scheme": "artist",
        "part": "test",
        "prior_correction": True,
        "configured": True,
        "works": 12_345,
        "majority_accuracy": 0.3,
        "ece": 0.05,
        "evidence": "all",
        "by_evidence": [],
        "measures": {"accepted_share": {"value": 0.25}, "accepted_precision": {"value": None}},
    }
    for metric in ("accuracy", "macro_f1", "balanced_accuracy", "top3_accuracy"):
        given |= {metric: 0.5, f"{metric}_lower": 0.4125, f"{metric}_upper": 0.6}
    return {**given, **changes}


def test_models_stand_below_the_part_they_were_measured_on_and_fit_the_screen():
    lines = leaderboard_lines(
        [
            row(accuracy=1.0, accuracy_upper=1.0),
            row(method="cnn", configured=False),
            row(method="cnn", prior_correction=False, accuracy_lower=None),
            row(scheme="random", ece=None),
        ]
    )
    assert len(lines) == 2 + 3
    assert lines[0].startswith("test part, artist-disjoint")
    assert "1.000 [.412-1.000]" in lines[1]
    assert lines[1].split()[-2:] == [".250", "-"]
    assert ".500 [-]" in " ".join(lines[2].split())
    assert lines[3].startswith("test part, random by image")
    assert "-" in lines[4]
    assert max(map(len, lines)) <= 118
    assert leaderboard_lines([]) == []


def test_a_combined_model_has_a_line_for_each_evidence_that_it_was_given():
    given = ["image", "facts", "facts, with an image", "image+facts", "image+facts+other works"]
    rows = [row(evidence=evidence) for evidence in given]
    lines = leaderboard_lines([row(method="combined", by_evidence=rows)])
    assert [line[:38].strip() for line in lines[2:]] == [
        "given image",
        "given facts",
        "given facts (those with an image)",
        "given image + facts",
        "given all evidence",
    ]
