"""The files of deploy/ against the schemas of their readers: compose, Kubernetes, IAM."""

import json
import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from prefect.utilities.templating import apply_values, find_placeholders

from flows.deployment.apply import job_template
from tests.python_process import python

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.33"
"""The oldest version that is tried: what it takes, later ones take."""

MANIFESTS = sorted(
    path for path in DEPLOY.glob("k8s/*/*.yaml") if path.name != "kustomization.yaml"
)
KUSTOMIZATIONS = sorted(DEPLOY.glob("k8s/*/kustomization.yaml"))


def documents(path):
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def test_compose_file():
    compose = str(DEPLOY / "compose.yaml")
    schema = ("--builtin-schema", "vendor.compose-spec")
    done = python("-m", "check_jsonschema", *schema, compose)
    assert done.returncode == 0, done.stdout


def test_compose_file_names_no_secret_and_env_example_names_them_all():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?", text))
    assert needed == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    secrets = re.findall(r"(?:PASSWORD|SECRET_ACCESS_KEY|ACCESS_KEY_ID): (.+)", text)
    assert secrets
    assert all(value.startswith("${") for value in secrets)


def test_compose_services_wait_for_what_says_that_it_is_healthy():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for service in services.values():
        for name, waited in service.get("depends_on", {}).items():
            if waited["condition"] == "service_healthy":
                assert "healthcheck" in services[name], name


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.relative_to(DEPLOY).as_posix())
def test_kubernetes_manifests(path):
    for document in documents(path):
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda path: path.parent.name)
def test_kustomizations_name_every_manifest_beside_them(path):
    (kustomization,) = documents(path)
    named = {name for name in kustomization["resources"] if name.endswith(".yaml")}
    assert named == {other.name for other in path.parent.glob("*.yaml")} - {path.name}


@pytest.mark.parametrize("gpus", [0, 1])
def test_the_job_template_makes_a_job(gpus):
    template = job_template("artcat:1", gpus)
    properties = template["variables"]["properties"]
    used = {found.name for found in find_placeholders(template["job_configuration"])}
    assert used == set(properties)
    assert all(each["description"] for each in properties.values())
    values = {name: each["default"] for name, each in properties.items() if "default" in each}
    # what the worker fills in: variables and a command
    values |= {"command": ["prefect", "flow-run", "execute"], "env": [{"name": "A", "value": "b"}]}
    job = apply_values(template["job_configuration"], values)["job_manifest"]
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == gpus


def test_what_the_job_template_names_is_in_the_manifests():
    names = {
        (each["kind"], each["metadata"]["name"]) for path in MANIFESTS for each in documents(path)
    }
    properties = job_template("artcat:1", 0)["variables"]["properties"]
    assert ("ConfigMap", properties["settings"]["default"]) in names
    assert ("ServiceAccount", properties["service_account_name"]["default"]) in names
    assert ("Namespace", properties["namespace"]["default"]) in names


@pytest.mark.parametrize("name", ["reader", "writer"])
def test_policies(name):
    policy = json.loads((DEPLOY / "policies" / f"{name}.json").read_text(encoding="utf-8"))
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        assert set(statement) - {"Condition"} == {"Sid", "Effect", "Action", "Resource"}
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert re.fullmatch(r"s3:[A-Z][A-Za-z]+", action), "never a wildcard"
        assert statement["Resource"].startswith("arn:aws:s3:::BUCKET")
    if name == "reader":
        text = json.dumps(policy)
        assert "Put" not in text
        assert "Delete" not in text


def test_the_image_is_given_what_the_wheel_is_made_of():
    kept = re.findall(
        r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE
    )
    packages = {"catalog", "deploy", "flows", "models", "reports", "sample", "sql", "tasks"}
    files = {"LICENSE", "README.md", "pyproject.toml", "requirements.lock"}
    assert packages | files == set(kept)


def test_the_image_installs_what_runs_need():
    done = python("deploy/runtime_requirements.py", "pyproject.toml", "dask", check=True)
    names = {re.split(r"[\[<>=~]", line)[0] for line in done.stdout.split("\n") if line}
    assert {"prefect", "torch", "PyYAML", "prefect-dask"} <= names
    assert not {"mypy", "pytest", "moto"} & names
