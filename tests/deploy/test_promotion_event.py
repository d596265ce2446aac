"""The event of a promotion on the Prefect server, as used by an automation."""

import pytest
import yaml

import deploy
from models.promotion.promote import Decision, PromotionResult
from tasks import learning, prefect_run


@pytest.fixture
def emitted(monkeypatch):
    found = []
    monkeypatch.setattr(
        "prefect.events.emit_event", lambda event, **given: found.append((event, given))
    )
    return found


def test_each_promotion_is_an_event_and_nothing_else_is(emitted, monkeypatch, home):
    decisions = (
        Decision("classifier", "b" * 16, "cnn", "a" * 16, True, "better", figures=None),
        Decision("embedder", "c" * 16, "artcat-tiny", None, False, "worse", figures=None),
    )
    outcome = PromotionResult("b" * 16, None, decisions)
    monkeypatch.setattr(learning, "in_prefect_run", lambda: True)
    monkeypatch.setattr("models.promotion.promote.promote_best", lambda _: outcome)
    monkeypatch.setattr("models.versions.serving.configure_champions", lambda _: {})
    assert learning.promote_best(home.uri) == outcome
    ((event, given),) = emitted
    assert event == prefect_run.PROMOTED
    assert given["resource"]["prefect.resource.id"] == f"artcat.model.{'b' * 16}"
    assert given["payload"] == {"role": "classifier", "before": "a" * 16, "reason": "better"}


def test_the_automation_speaks_of_what_the_event_has(emitted):
    prefect_run.emit_promotion("s3://bucket/home", "classifier", "b" * 16, None, "the first")
    ((event, given),) = emitted
    (entry,) = (
        each
        for each in yaml.safe_load(deploy.text("automations.yaml"))["automations"]
        if event in each["trigger"]["expect"]
    )
    said = str(entry["actions"])
    assert all(f"event.payload.{name}" in said for name in given["payload"])
    assert all(name in given["resource"] for name in ("prefect.resource.name", "artcat.home"))
