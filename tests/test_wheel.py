"""The wheel contains the data files of the code: SQL, vocabulary, architectures, templates."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[1]
PACKAGES = ("catalog", "deploy", "flows", "models", "sample", "sql", "tasks")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The built wheel, unpacked in a folder of its own."""
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
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


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


def test_the_command_runs_from_the_wheel(unpacked, tmp_path):
    script = (
        "import catalog, sql, sys\n"
        "from catalog.vocabulary import style_names\n"
        "from flows.cli.app import run\n"
        f"assert catalog.__file__.startswith({str(unpacked)!r}), catalog.__file__\n"
        "assert len(style_names()) == 12 and sql.text('artworks/rows')\n"
        "sys.exit(run(['--help']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nightly" in done.stdout
