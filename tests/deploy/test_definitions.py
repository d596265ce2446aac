"""deploy/prefect.yaml and deploy/automations.yaml: names, schedules, the event of a promotion."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment.apply import automation, deployment, entries
from flows.deployment.parameters import DeployParameters, check_cron, next_begins, placed
from models.promotion.promote import Decision, PromotionResult
from tasks import learning, prefect_run
from tasks.prefect_run import PROMOTED

FLOWS = {"enrich", "evaluate", "ingest", "maintain", "nightly", "train", "tune"}


def filled(**given):
    complete = placed(DeployParameters(catalog="s3://bucket/catalog", **given))
    found = [deployment(entry, complete) for entry in entries("deployments")]
    return {f"{each['flow_name']}/{each['name']}": each for each in found}


def hours(**given):
    return {
        name: (schedule["cron"], schedule["timezone"], schedule["slug"])
        for name, each in filled(**given).items()
        for schedule in each["schedules"]
    }


def test_prefect_itself_can_read_the_file():
    config = PrefectYamlModel.model_validate(yaml.safe_load(deploy.text("prefect.yaml")))
    assert config.pull == []
    assert len(config.deployments) == len(entries("deployments"))


def test_every_entrypoint_is_a_flow_and_every_parameter_is_described():
    found = filled(gpus=1)
    assert {each["flow_name"] for each in found.values()} == FLOWS
    for name, each in found.items():
        assert each["entrypoint"] == f"flows.deployed.{each['flow_name']}"
        assert each["parameters"]["parameters"]["home"]
        schema = each["parameter_openapi_schema"]
        assert list(schema["properties"]) == ["parameters"]
        (model,) = schema["definitions"].values()
        assert model["description"]
        assert all(found.get("description") for found in model["properties"].values()), name


def test_runs_get_the_options_of_the_night_that_concern_them():
    found = {
        each["flow_name"]: each["parameters"]["parameters"]
        for each in filled(
            home="s3://bucket/home", model="ViT-B-32", batch_size=64, name="tate"
        ).values()
    }
    home = {"home": "s3://bucket/home"}
    assert found["maintain"] == found["evaluate"] == home
    assert found["enrich"] == home | {"name": "tate", "batch_size": 64}
    assert found["train"] == home | {"model": "ViT-B-32", "evaluate": True}
    assert found["ingest"] == home | {"name": "tate", "catalog": "s3://bucket/catalog"}
    assert found["nightly"] == found["ingest"] | {"model": "ViT-B-32", "batch_size": 64}


def test_paths_are_absolute_where_runs_begin_in_other_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = placed(DeployParameters(catalog="museum", images="addresses"))
    assert given.catalog == str(tmp_path / "museum")
    assert given.home == str(tmp_path / "artcat-home")
    assert given.images == "addresses"


def test_a_flow_is_scheduled_once_and_on_a_gpu_where_there_is_one():
    by_file = {
        f"{entry['entrypoint'].rpartition('.')[2]}/wga": tuple(schedule.values())
        for entry in entries("deployments")
        for schedule in entry.get("schedules", [])
    }
    assert hours() == by_file
    assert set(hours()) == {"nightly/wga", "train/wga", "maintain/wga"}
    assert set(hours(gpus=1)) == {"nightly/wga-gpu", "train/wga-gpu", "maintain/wga"}
    assert "nightly/wga" not in hours(cron="")


def test_code_is_in_the_checkout_or_installed():
    (step,) = filled()["nightly/wga"]["pull_steps"]
    directory = step["prefect.deployments.steps.set_working_directory"]["directory"]
    assert directory == str(Path(deploy.__file__).parents[1])
    assert filled(code="installed")["nightly/wga"]["pull_steps"] == []
    on_kubernetes = filled(pool_type="kubernetes", image="artcat")
    assert on_kubernetes["nightly/wga"]["pull_steps"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"train_cron": "0 0 0 0"}, "--train-cron"),
        ({"maintain_cron": "0 0 31 2 *"}, "--maintain-cron"),
        ({"timezone": "Mars"}, "Europe/Vienna"),
        ({"name": "No Name"}, "not a valid catalog name"),
        ({"pool_type": "kubernetes"}, "--image"),
    ],
)
def test_mistakes_are_reported(given, said):
    with pytest.raises(ArtcatError, match=said):
        filled(**given)


def test_automations_are_such_as_prefect_knows_and_wait_for_events_that_are_emitted():
    for entry in entries("automations"):
        assert automation(entry, uuid4()).trigger.match.model_dump()
    expected = {name for entry in entries("automations") for name in entry["trigger"]["expect"]}
    assert PROMOTED in expected


NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "cron",
    ["*/15 8-17 * * 1-5", "30 1 1,15 * *", "0 2 * * MON", "0 0 29 2 *", "0 0 L * *", " 0  2 * * *"],
)
def test_a_schedule_with_five_fields_is_taken(cron):
    check_cron("--cron", cron, "UTC", NOW)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 0 2 * * *", "has 6 fields, not five"),
        ("02:00", "has 1 fields, not five"),
        ("@daily", "has 1 fields, not five"),
        ("0 0 31 2 *", "never runs in the next five years"),
        ("0 0 31 4,6,9,11 *", "never runs in the next five years"),
        ("0 24 * * *", "is not a valid cron schedule"),
        ("0 2 * 13 *", "is not a valid cron schedule"),
        ("R 2 * * *", "is not a valid cron schedule"),
        ("-1 2 * * *", "is not a valid cron schedule"),
        ("*/0 2 * * *", "is not a valid cron schedule"),
    ],
)
def test_a_schedule_that_cannot_run_is_refused(cron, words):
    with pytest.raises(ArtcatError, match=f"--cron .*{words}.*0 2 "):
        check_cron("--cron", cron, "UTC", NOW)


@pytest.mark.parametrize(
    ("cron", "zone", "times"),
    [
        ("0 4 * * *", "Europe/Vienna", ["28 04:00 CET", "29 04:00 CEST", "30 04:00 CEST"]),
        ("0 2 29 10 *", "Europe/Vienna", ["29 02:00 CET", "29 02:00 CEST", "29 02:00 CEST"]),
        ("0 2 * * *", "Asia/Tokyo", ["28 02:00 JST", "29 02:00 JST", "30 02:00 JST"]),
    ],
)
def test_the_next_times_are_those_of_the_time_zone(cron, zone, times):
    found = next_begins("--cron", cron, zone, NOW)
    assert [f"{time:%d %H:%M %Z}" for time in found] == times


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
