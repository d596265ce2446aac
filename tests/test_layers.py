"""The layers, read from the imports of the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "sql": set(),
    "deploy": set(),
    "catalog": {"sql"},
    "sample": {"catalog", "sql"},
    "models": {"catalog", "sql"},
    "tasks": {"models", "sample", "catalog", "sql"},
    "flows": {"tasks", "models", "sample", "catalog", "sql", "deploy"},
}
"""One way: flows -> tasks -> models and sample -> catalog -> sql; deploy is read by flows."""

FORBIDDEN = {
    "sql": {"prefect", "torch", "boto3", "deltalake"},
    "deploy": {"prefect", "torch", "boto3", "deltalake"},
    "catalog": {"prefect", "torch", "torchvision", "open_clip", "sklearn"},
    "sample": {"prefect", "torch", "boto3", "deltalake", "duckdb"},
    "models": {"prefect", "boto3", "botocore", "deltalake", "duckdb"},
}
ONLY_IN = {
    "boto3": {"catalog/store/s3.py", "catalog/access.py"},
    "deltalake": {"catalog/tables.py", "catalog/table_versions.py"},
}


def imports_of(path: Path) -> set[str]:
    """Top-level packages imported anywhere in a file, in functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found.add(node.module or "")
    return {name.partition(".")[0] for name in found}


def files_of(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_those_below_it(layer):
    files = files_of(layer)
    assert files
    above = set(MAY_IMPORT) - MAY_IMPORT[layer] - {layer} | {"tests"}
    wrong = {str(file.relative_to(ROOT)): imports_of(file) & above for file in files}
    assert {file: names for file, names in wrong.items() if names} == {}


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_leaves_to_others_what_is_theirs(layer):
    wrong = {
        str(file.relative_to(ROOT)): imports_of(file) & FORBIDDEN[layer] for file in files_of(layer)
    }
    assert {file: names for file, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", ONLY_IN)
def test_one_place_talks_to_storage(package):
    users = {
        file.relative_to(ROOT).as_posix()
        for layer in MAY_IMPORT
        for file in files_of(layer)
        if package in imports_of(file)
    }
    assert users == ONLY_IN[package]


HEAVY = ("torch", "torchvision", "open_clip", "prefect", "pandas", "sklearn", "boto3")
COMMAND_LINE = (
    "flows.cli",
    "models.config",
    "models.presets",
    "models.parameters",
    "models.versions.registry",
    "models.evaluation.leaderboard",
    "models.readiness",
)


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [(COMMAND_LINE, HEAVY), (("flows.nightly", "flows.launch"), HEAVY)],
    ids=["command line", "nightly flow"],
)
def test_what_need_not_be_heavy_starts_light(modules, heavy):
    code = (
        "import importlib, sys\n"
        f"for module in {modules!r}:\n"
        "    importlib.import_module(module)\n"
        f"    print(*(f'{{module}} imports {{name}}' for name in {heavy!r} if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom flows import cli\n"
        "assert cli.run(['--help']) == 0\n"
        f"print('HEAVY', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "nightly" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "HEAVY"
