import json
from dataclasses import asdict
from datetime import UTC, datetime

from catalog.enrichment.counts import Counts
from catalog.health.status import status_of
from catalog.publishing import publish
from tests.building import put


def at(day, hour=0):
    return datetime(2024, 5, day, hour, tzinfo=UTC)


def test_a_home_at_a_glance(home):
    works = [{"artwork_id": f"x:{number}", "catalog": "x"} for number in (1, 2)]
    gone = {"artwork_id": "x:3", "catalog": "x", "removed_at": at(1)}
    put(home, "artworks", *works, gone, {"artwork_id": "y:1", "catalog": "y"})
    statuses = {"x:1": "ok", "x:2": "missing", "x:3": "ok"}
    put(home, "images", *({"artwork_id": w, "status": status} for w, status in statuses.items()))
    put(home, "enriched", {"artwork_id": "x:1", "predicted_style": "Rococo"}, {"artwork_id": "x:2"})
    rows = (("x", "a", None), ("x", "b", datetime.now(UTC)), ("z", "a", None))
    names = ("catalog", "row_hash", "resolved_at")
    put(home, "quarantine", *({**dict(zip(names, r, strict=True)), "occurrence": 1} for r in rows))
    for day, version, why in ((1, "m1", "the first"), (3, "m3", "better"), (2, "m2", "a try")):
        named = {"role": "classifier", "model_version": version, "reason": why}
        put(home, "promotions", {"promoted_at": at(day), **named})
    for hour in range(3, 9):
        run = {"run_id": f"r{hour}", "started_at": at(1, hour), "flow": "nightly"}
        failed = {"status": "failed", "error": "no such folder"}
        done = failed if hour == 8 else {"status": "completed"}
        put(home, "runs", {**run, **done, "catalog": "x" if hour % 2 else None})
    closed = {"catalog": "x", "state": "closed", "basis": "none", "target": 0.95}
    put(home, "acceptance", closed)
    status = status_of(home)
    assert status["home"] == home.uri
    assert status["tables"]["enriched"].startswith("2 rows, version ")
    assert {"artworks", "promotions", "runs"} <= set(status["table_versions"])
    x = Counts(artworks=2, removed=1, quarantined=1, with_image=1, with_prediction=1)
    assert status["catalogs"] == {
        "x": asdict(x),
        "y": asdict(Counts(artworks=1)),
        "z": asdict(Counts(quarantined=1)),
    }
    assert x.in_words() == (
        "2 artworks, 1 with an image, 0 labelled, 1 with a prediction, "
        "0 outside the vocabulary, 0 need a decision, 1 removed; rows in quarantine: 1"
    )
    (row,) = status["acceptance"]
    assert (row["catalog"], row["state"], row["undecided"]) == ("x", "closed", 0)
    assert row["next"].endswith("--audit 80` draws a sample to decide")
    assert status["champions"] == {"classifier": "m3"}
    assert status["models"] == {"classifier champion": "m3 (better)"}
    assert status["runs"] == [
        "2024-05-01 08:00 nightly  failed no such folder",
        "2024-05-01 07:00 nightly x completed",
        "2024-05-01 06:00 nightly  completed",
        "2024-05-01 05:00 nightly x completed",
        "2024-05-01 04:00 nightly  completed",
    ]
    assert status["published"] is None
    publish.publish(home)
    assert status_of(home)["published"] == home.uri_of(publish.PARQUET)


def ran(home, hour, catalog, *outcomes):
    """Record a run with checks of these outcomes; none if it did not come to them."""
    results = [
        {"check": f"artworks/{outcome}", "outcome": outcome, "meaning": "odd", "rows": number}
        for number, outcome in enumerate(outcomes)
    ]
    run = {"run_id": f"r{hour}", "started_at": at(1, hour), "flow": "ingest", "catalog": catalog}
    put(home, "runs", {**run, "result": json.dumps({"checks": results} if results else {})})


def test_the_checks_of_each_catalogs_last_run_are_reported(home):
    ran(home, 1, "x", "warned", "failed")
    ran(home, 2, "x", "passed", "warned", "passed")
    ran(home, 3, "x")
    ran(home, 4, "y", "passed", "failed")
    ran(home, 5, None, "warned")
    found = status_of(home)["checks"]
    assert set(found) == {"x", "y"}
    assert (found["x"]["run_id"], found["x"]["passed"], found["x"]["failed"]) == ("r2", 2, [])
    assert [(c["check"], c["rows"]) for c in found["x"]["warned"]] == [("artworks/warned", 1)]
    assert (found["y"]["passed"], len(found["y"]["failed"])) == (1, 1)


def test_an_empty_home_has_nothing_and_is_no_error(home):
    status = status_of(home)
    assert status["tables"] == status["catalogs"] == status["champions"] == status["checks"] == {}
    assert status["runs"] == []
