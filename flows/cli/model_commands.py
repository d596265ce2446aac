"""Commands of `artcat models`."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from catalog.runs.record import writing
from catalog.sources.parameters import HomeParameters
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows import preflight
from flows.cli import model_output, output
from flows.cli.commands import Json
from models.versions import registry
from models.versions.registry import CLASSIFIER, Role

_Home = Annotated[HomeParameters | None, Parameter(name="*")]
_Version = Annotated[str, Parameter(help="Version of a model, or its first digits.")]
_Role = Annotated[Role, Parameter(help="classifier: predicts styles; embedder: a CLIP for search.")]
_Reason = Annotated[str | None, Parameter(help="The reason, for the record.")]


def models_list(*, parameters: _Home = None, json: Json = False) -> None:
    """Show every trained model with its roles and its validation metrics."""
    model_output.show_list(registry.overview(_home(parameters)), as_json=json)


def models_show(
    version: _Version,
    *,
    card: Annotated[bool, Parameter(help="Show the model card, in Markdown, instead.")] = False,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Show one model: configuration, data, calibration, figures, promotions, files; or its card."""
    from models.versions.inspection import card_of, inspect  # noqa: PLC0415

    home = _home(parameters)
    model_version = registry.resolve(home, version).model_version
    if card:
        model_output.show_card(model_version, card_of(home, model_version), as_json=json)
    else:
        model_output.show_model(inspect(home, model_version), as_json=json)


def models_promote(
    version: _Version,
    *,
    role: _Role = CLASSIFIER,
    reason: _Reason = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Make a model the champion of a role."""
    from models.promotion.promote import promote  # noqa: PLC0415 - takes SciPy

    home = _changeable(parameters)
    model_version = registry.resolve(home, version).model_version
    why = reason or "by hand"
    with writing(home, "promote"):
        before = registry.champion(home, role)
        done = promote(home, model_version, why, role)
    if done:
        _emit_promotion(home, role, model_version, before, why)
    message = (
        f"{model_version} is now the {role}" if done else f"{model_version} is the {role} already"
    )
    result = {"role": role, "model_version": model_version, "promoted": done, "before": before}
    _print_result(message, result, as_json=json)


def models_rollback(
    *,
    role: _Role = CLASSIFIER,
    reason: _Reason = None,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Reinstate the previous champion."""
    from models.promotion.promote import rollback  # noqa: PLC0415 - takes SciPy

    home = _changeable(parameters)
    with writing(home, "rollback"):
        before = registry.champion(home, role)
        done = rollback(home, role, reason)
    _emit_promotion(home, role, done.model_version, before, done.reason)
    message = f"{done.model_version} is the {role} again: {done.reason}"
    _print_result(message, asdict(done), as_json=json)


def models_export(
    version: _Version,
    file: Annotated[Path, Parameter(help="The .zip file to create.")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Write a model as one file, to be used in another home."""
    home = _home(parameters)
    model_version = registry.resolve(home, version).model_version
    from models.versions.bundle import export_model  # noqa: PLC0415 - takes torch, to check the model

    size = export_model(home, model_version, file)
    result = {"model_version": model_version, "file": str(file), "bytes": size}
    _print_result(f"{file}: model {model_version}, {size / 1e6:.1f} MB", result, as_json=json)


def models_import(
    file: Annotated[Path, Parameter(help="File written by `models export`.")],
    *,
    parameters: _Home = None,
    json: Json = False,
) -> None:
    """Check a model's file and put the model into the home."""
    home = preflight.check_home((parameters or HomeParameters()).home)
    from models.versions.bundle import import_model  # noqa: PLC0415

    with writing(home, "import"):
        model_version, new = import_model(home, file)
    message = (
        f"model {model_version} is in the home; to use it: artcat models promote {model_version}"
        if new
        else f"model {model_version} was in the home already"
    )
    _print_result(message, {"model_version": model_version, "imported": new}, as_json=json)


def _home(parameters: HomeParameters | None) -> Store:
    return open_existing_home((parameters or HomeParameters()).home)


def _changeable(parameters: HomeParameters | None) -> Store:
    return preflight.check_changeable((parameters or HomeParameters()).home)


def _emit_promotion(
    home: Store, role: Role, model_version: str, before: str | None, why: str
) -> None:
    """Emit an event about a promotion if a Prefect server is configured: automations may notify."""
    if os.environ.get("PREFECT_API_URL"):
        from tasks.events import emit_promotion  # noqa: PLC0415 - Prefect takes a second to import

        emit_promotion(home.uri, role, model_version, before, why)


def _print_result(line: str, result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        output.say_json(result)
    else:
        output.say(line)
