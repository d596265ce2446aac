"""deploy/prefect.yaml and deploy/automations.yaml against the code that they name."""

from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from prefect.cli.deploy._models import PrefectYamlModel

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment.apply import automation, deployment, entries
from flows.deployment.parameters import DeployParameters, placed
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
