"""deploy/prefect.yaml and deploy/automations.yaml match the code that they refer to."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment import automations
from flows.deployment.definitions import definitions, entries, pools
from flows.deployment.parameters import DeployParameters
from flows.deployment.places import placed
from tasks.events import PROMOTED

FLOWS = {"enrich", "evaluate", "ingest", "maintain", "nightly", "train", "tune"}


def wanted(**given):
    return definitions(placed(DeployParameters(catalog="s3://bucket/catalog", **given)))


def hours(found):
    return {
        f"{each.flow}/{each.name}": schedule["cron"]
        for each in found
        for schedule in each.fields["schedules"]
    }


def test_prefect_itself_can_read_the_file():
    config = PrefectYamlModel.model_validate(yaml.safe_load(deploy.text("prefect.yaml")))
    assert config.pull == []
    assert len(config.deployments) == len(entries())


def test_every_entrypoint_is_a_flow_and_every_parameter_one_of_its_own():
    found = wanted(gpus=1)
    assert {each.flow for each in found} == FLOWS
    for each in found:
        assert each.fields["entrypoint"] == f"flows.deployed.{each.flow}"
        assert each.fields["parameters"]["parameters"]["home"]


def test_every_parameter_is_described_where_prefect_shows_it():
    for each in wanted():
        schema = each.fields["parameter_openapi_schema"]
        assert list(schema["properties"]) == ["parameters"]
        (model,) = schema["definitions"].values()
        assert model["description"]
        for name, found in model["properties"].items():
            assert found.get("description"), (each.flow, name)


def test_runs_get_the_parameters_of_the_night_that_concern_them():
    found = {
        each.flow: each.fields["parameters"]["parameters"]
        for each in wanted(home="s3://bucket/home", model="ViT-B-32", batch_size=64, name="tate")
    }
    home = {"home": "s3://bucket/home"}
    assert found["maintain"] == found["evaluate"] == home
    assert found["enrich"] == home | {"name": "tate", "batch_size": 64}
    assert found["train"] == home | {"model": "ViT-B-32", "evaluate": True}
    assert found["ingest"] == home | {"name": "tate", "catalog": "s3://bucket/catalog"}
    assert found["nightly"] == found["ingest"] | {"model": "ViT-B-32", "batch_size": 64}


def test_paths_are_whole_where_runs_begin_in_other_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = placed(DeployParameters(catalog="museum", images="addresses"))
    assert given.catalog == str(tmp_path / "museum")
    assert given.home == str(tmp_path / "artcat-home")
    assert given.images == "addresses"


def test_a_night_is_scheduled_once_and_on_a_gpu_where_there_is_one():
    without, on_gpu = wanted(cron="0 1 * * *"), wanted(cron="0 1 * * *", gpus=1)
    assert hours(without) == {
        "nightly/wga": "0 1 * * *",
        "train/wga": "0 4 * * 6",
        "maintain/wga": "0 6 * * 0",
    }
    assert set(hours(on_gpu)) == {"nightly/wga-gpu", "train/wga-gpu", "maintain/wga"}
    assert "nightly/wga" not in hours(wanted(cron=""))


def test_prefect_deploy_and_artcat_deploy_schedule_the_same():
    by_file = {
        (entry["entrypoint"], schedule["cron"], schedule["timezone"], schedule["slug"])
        for entry in entries()
        for schedule in entry.get("schedules", [])
    }
    by_command = {
        (each.fields["entrypoint"], *(schedule[name] for name in ("cron", "timezone", "slug")))
        for each in wanted()
        for schedule in each.fields["schedules"]
    }
    assert by_file == by_command


def test_pools_are_those_that_deployments_name():
    given = placed(DeployParameters(catalog="s3://bucket/catalog", gpus=1, work_pool="museum"))
    assert {each.fields["work_pool_name"] for each in definitions(given)} == set(pools(given))


def test_code_is_in_the_checkout_or_installed():
    (step,) = wanted()[0].fields["pull_steps"]
    directory = step["prefect.deployments.steps.set_working_directory"]["directory"]
    assert directory == str(Path(deploy.__file__).parents[1])
    assert wanted(code="installed")[0].fields["pull_steps"] == []
    assert wanted(pool_type="kubernetes", image="artcat")[0].fields["pull_steps"] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cron": "at noon"}, "five fields"),
        ({"train_cron": "0 0 0 0"}, "--train-cron"),
        ({"timezone": "Mars"}, "Europe/Vienna"),
        ({"name": "No Name"}, "not a valid catalog name"),
        ({"pool_type": "kubernetes"}, "--image"),
    ],
)
def test_mistakes_are_reported(given, said):
    with pytest.raises(ArtcatError, match=said):
        wanted(**given)


@pytest.mark.parametrize("entry", automations.entries(), ids=lambda entry: entry["name"])
def test_automations_are_such_as_prefect_knows(entry):
    made = automations.filled(entry, uuid4())
    assert made.trigger.match.model_dump()
    assert made.description


def test_the_event_that_an_automation_waits_for_is_the_one_that_is_emitted():
    expected = {name for entry in automations.entries() for name in entry["trigger"]["expect"]}
    assert PROMOTED in expected
    tags = {tag for entry in entries() for tag in entry["tags"]}
    assert {"artcat", "nightly"} <= tags
