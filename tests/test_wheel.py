"""The wheel contains the data files of the code: SQL, vocabulary, architectures, templates."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[1]
PACKAGES = ("catalog", "deploy", "flows", "models", "reports", "sample", "sql", "tasks")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(folder), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(wheel.parent / "unpacked")
    return wheel.parent / "unpacked"


def test_every_data_file_is_in_the_wheel(unpacked):
    expected = {
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".sql", ".toml", ".csv", ".json", ".py", ".j2", ".js", ".css"}
        # of deploy/ what `artcat deploy` reads
        and not path.is_relative_to(ROOT / "deploy" / "policies")
    } | {Path("deploy/prefect.yaml"), Path("deploy/automations.yaml")}
    assert {path for path in expected if not (unpacked / path).is_file()} == set()


def test_the_installed_wheel_runs_the_demo_in_an_empty_folder(wheel, tmp_path):
    environment, folder = tmp_path / "environment", tmp_path / "empty"
    venv.create(environment, with_pip=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    # the dependencies that are here; the editable installation of artcat is not followed
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    folder.mkdir()

    def run(*words):
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(environment / "bin/pip", "install", "--quiet", "--no-deps", "--no-index", wheel)
    script = "import catalog; print(catalog.__file__)"
    assert run(environment / "bin/python", "-c", script).startswith(str(packages))
    done = json.loads(run(environment / "bin/artcat", "demo", "--json").splitlines()[-1])
    assert done["predictions"] == done["artworks"] > 600
    assert [path.name for path in folder.iterdir()] == ["artcat-home"]
