"""The layers, read from the imports of the code itself."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.python_process import ROOT, python

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
    """What is imported anywhere in a file, in functions too: `package.module.name`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = {
    layer: {
        path.relative_to(ROOT).as_posix(): imports_of(path) for path in (ROOT / layer).rglob("*.py")
    }
    for layer in MAY_IMPORT
}
IMPORTS = {
    layer: {file: {name.partition(".")[0] for name in names} for file, names in files.items()}
    for layer, files in MODULES.items()
}


def test_no_two_packages_import_each_other():
    below = {}
    for files in MODULES.values():
        for file, names in files.items():
            package = package_of(file.removesuffix(".py").replace("/", "."))
            ours = {package_of(name) for name in names if name.partition(".")[0] in MAY_IMPORT}
            below.setdefault(package, set()).update(ours - {package})
    TopologicalSorter(below).prepare()  # raises CycleError, which names the cycle


def package_of(module: str) -> str:
    """The folder of a layer that a module lies in; a module that lies in none stands for itself."""
    return ".".join(module.split(".")[:2])


def test_the_catalog_has_a_dozen_packages():
    entries = {path.name for path in (ROOT / "catalog").iterdir()} - {"__init__.py", "__pycache__"}
    assert len(entries) <= 12, sorted(entries)


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_those_below_it_and_leaves_to_others_what_is_theirs(layer):
    assert IMPORTS[layer]
    above = set(MAY_IMPORT) - MAY_IMPORT[layer] - {layer} | {"tests"}
    barred = above | FORBIDDEN.get(layer, set())
    wrong = {file: names & barred for file, names in IMPORTS[layer].items()}
    assert {file: names for file, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", ONLY_IN)
def test_one_place_talks_to_storage(package):
    files = {file: names for layer in IMPORTS.values() for file, names in layer.items()}
    assert {file for file, names in files.items() if package in names} == ONLY_IN[package]


HEAVY = "torch torchvision open_clip prefect pandas sklearn boto3".split()
LIGHT = """flows.cli.app models.config models.presets models.parameters models.versions.registry
models.evaluation.leaderboard models.readiness flows.nightly flows.cli.launch""".split()


def test_what_need_not_be_heavy_starts_light():
    code = (
        "import importlib, sys\n"
        f"for module in {LIGHT!r}:\n"
        "    importlib.import_module(module)\n"
        f"    print(*(f'{{module}} imports {{name}}' for name in {HEAVY!r} if name in sys.modules))"
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
