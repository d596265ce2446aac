"""The layers, read from the imports of the code itself."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.python_process import python

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "sql": set(),
    "deploy": set(),
    "catalog": {"sql"},
    "sample": {"catalog", "sql"},
    "models": {"catalog", "sql"},
    "reports": {"models", "catalog", "sql"},
    "tasks": {"reports", "models", "sample", "catalog", "sql"},
    "flows": {"tasks", "reports", "models", "sample", "catalog", "sql", "deploy"},
}
"""One way: flows -> tasks -> reports -> models, and sample -> catalog -> sql; flows read deploy."""

FORBIDDEN = {
    "sql": {"prefect", "torch", "boto3", "deltalake"},
    "deploy": {"prefect", "torch", "boto3", "deltalake"},
    "catalog": {"prefect", "torch", "torchvision", "open_clip", "sklearn"},
    "sample": {"prefect", "torch", "boto3", "deltalake", "duckdb"},
    "models": {"prefect", "boto3", "botocore", "deltalake", "duckdb"},
    "reports": {"prefect", "boto3", "botocore", "deltalake", "duckdb"},
}
ONLY_IN = {
    "boto3": {"catalog/storage/store.py", "catalog/storage/access.py"},
    "deltalake": {"catalog/storage/tables.py", "catalog/storage/table_versions.py"},
}


def imports_of(path: Path) -> set[str]:
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


def test_no_two_packages_import_each_other():
    below = {}
    for layer in MAY_IMPORT:
        for file in files_of(layer):
            package = package_of(".".join(file.relative_to(ROOT).with_suffix("").parts))
            below.setdefault(package, set()).update(packages_imported(file) - {package})
    TopologicalSorter(below).prepare()  # raises CycleError, which names the cycle


def packages_imported(path: Path) -> set[str]:
    """Packages of ours that a file imports, as `package_of` names them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] in MAY_IMPORT:
            found |= {package_of(f"{node.module}.{alias.name}") for alias in node.names}
    return found


def package_of(module: str) -> str:
    """The folder of a layer that a module lies in; a module that lies in none stands for itself."""
    return ".".join(module.split(".")[:2])


def test_the_catalog_has_a_dozen_packages():
    entries = {path.name for path in (ROOT / "catalog").iterdir()} - {"__init__.py", "__pycache__"}
    assert len(entries) <= 12, sorted(entries)


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
    "flows.cli.app",
    "models.config",
    "models.presets",
    "models.parameters",
    "models.versions.registry",
    "models.evaluation.leaderboard",
    "models.readiness",
)


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [(COMMAND_LINE, HEAVY), (("flows.nightly", "flows.cli.launch"), HEAVY)],
    ids=["command line", "nightly flow"],
)
def test_what_need_not_be_heavy_starts_light(modules, heavy):
    code = (
        "import importlib, sys\n"
        f"for module in {modules!r}:\n"
        "    importlib.import_module(module)\n"
        f"    print(*(f'{{module}} imports {{name}}' for name in {heavy!r} if name in sys.modules))"
    )
    done = python("-c", code)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom flows.cli import app\n"
        "assert app.run(['--help']) == 0\n"
        f"print('HEAVY', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = python("-c", code, check=True)
    assert "nightly" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "HEAVY"
