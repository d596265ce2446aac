"""Commands of `artcat models`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from catalog.runs.record import writing
from catalog.storage.homes import open_existing_home
from catalog.storage.store import Store
from flows import preflight
from flows.cli.output import Home, Json, section, show
from models.evidence.patterns import in_words
from models.versions import registry
from models.versions.registry import CLASSIFIER, Role

_Version = Annotated[str, Parameter(help="Version of a model, or its first digits.")]
_Role = Annotated[Role, Parameter(help="classifier: predicts styles; embedder: a CLIP for search.")]
_Reason = Annotated[str | None, Parameter(help="The reason, for the record.")]
_MEASURES = (
    "accuracy",
    "majority_accuracy",
    "macro_f1",
    "majority_macro_f1",
    "top3_accuracy",
    "ece",
)
"""Measures that are printed; the JSON has all of them."""


def models_list(*, home: Home = None, json: Json = False) -> None:
    """Show every trained model with its roles and its validation metrics."""
    models = registry.overview(open_existing_home(home))
    lines = [
        f"{'version':16} {'method':11} {'architecture':17} {'split':7} {'artworks':>8} "
        f"{'created':16} {'macro-F1':>8} {'majority':>8} {'accuracy':>8} {'majority':>8} champion"
    ]
    for model in models:
        figures = " ".join(
            f"{'-':>8}" if model[name] is None else f"{model[name]:8.3f}"
            for name in ("macro_f1", "majority_macro_f1", "accuracy", "majority_accuracy")
        )
        roles = ", ".join(model["roles"]) + (" (imported)" if model["imported_at"] else "")
        line = (
            f"{model['model_version']:16} {model['method']:11} {model['architecture']:17} "
            f"{model['scheme']:7} {model['works']:8} {model['created_at']:%Y-%m-%d %H:%M} "
            f"{figures} {roles}"
        )
        lines.append(line.rstrip())
    if not models:
        lines = ["no models yet: run `artcat train`, or `artcat models import FILE`"]
    show({"models": models}, lines, as_json=json)


def models_show(
    version: _Version,
    *,
    card: Annotated[bool, Parameter(help="Show the model card, in Markdown, instead.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show one model: configuration, data, calibration, figures, promotions, files; or its card."""
    from models.versions.inspection import card_of, inspect  # noqa: PLC0415

    store = open_existing_home(home)
    model_version = registry.resolve(store, version).model_version
    if card:
        text = card_of(store, model_version)
        found = {"model_version": model_version, "card": text}
        show(found, [text.rstrip("\n")], as_json=json)
    else:
        found = inspect(store, model_version)
        show(found, _model_lines(found), as_json=json)


def _model_lines(found: dict[str, Any]) -> Iterator[str]:
    shown = {title: found[title] for title in ("model", "config", "calibration", "history")}
    if found["evidence"]:  # nearly all settings belong to networks
        shown["config"] = {name: found["config"][name] for name in ("kind", "seed")}
        del shown["calibration"]
    for title, values in shown.items():
        yield title
        yield from (f"  {name}: {_setting(v)}" for name, v in values.items() if v is not None)
    yield from section("evidence", map(_pool, found["evidence"]))
    yield "evaluations" if found["evaluations"] else "evaluations: none, run `artcat evaluate`"
    for part in found["evaluations"]:
        measures = (_measure(part, name) for name in _MEASURES if part.get(name) is not None)
        where = f"{part['scheme']}, {part['part']}, {part['works']} artworks"
        yield f"  {where}: {', '.join(measures)}"
    yield f"champion of: {', '.join(found['roles']) or 'no role'}"
    yield "promotions" if found["promotions"] else "promotions: none"
    for each in found["promotions"]:
        yield f"  {each['promoted_at']:%Y-%m-%d %H:%M} {each['role']}: {each['reason']}"
    yield "files"
    yield from (f"  {uri} ({size:,} bytes)" for uri, size in found["files"].items())


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _pool(pool: dict[str, Any]) -> str:
    """Describe how one pattern of evidence is combined, and its thresholds."""
    weights = ", ".join(f"{kind} {weight:.2f}" for kind, weight in pool["weights"].items())
    accept, review = (
        "never" if pool[name] is None else f"from {pool[name]:.3f}" for name in ("accept", "review")
    )
    return (
        f"{in_words(pool['pattern'])}: {pool['method']} of {pool['artworks']:,} artworks, weights "
        f"{weights}; accepted {accept}, review {review}"
    )


def _measure(part: dict[str, Any], measure: str) -> str:
    between = part.get(f"{measure}_interval")
    interval = f" ({between[0]:.3f} to {between[1]:.3f})" if between else ""
    return f"{measure} {part[measure]:.3f}{interval}"


def models_promote(
    version: _Version,
    *,
    role: _Role = CLASSIFIER,
    reason: _Reason = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a model the champion of a role."""
    from models.promotion.promote import promote  # noqa: PLC0415 - takes SciPy

    store = preflight.check_changeable(home)
    model_version = registry.resolve(store, version).model_version
    why = reason or "by hand"
    with writing(store, "promote"):
        before = registry.champion(store, role)
        done = promote(store, model_version, why, role)
    if done:
        _emit_promotion(store, role, model_version, before, why)
    message = f"{model_version} is {f'now the {role}' if done else f'the {role} already'}"
    result = {"role": role, "model_version": model_version, "promoted": done, "before": before}
    show(result, [message], as_json=json)


def models_rollback(
    *, role: _Role = CLASSIFIER, reason: _Reason = None, home: Home = None, json: Json = False
) -> None:
    """Reinstate the previous champion."""
    from models.promotion.promote import rollback  # noqa: PLC0415 - takes SciPy

    store = preflight.check_changeable(home)
    with writing(store, "rollback"):
        before = registry.champion(store, role)
        done = rollback(store, role, reason)
    _emit_promotion(store, role, done.model_version, before, done.reason)
    message = f"{done.model_version} is the {role} again: {done.reason}"
    show(asdict(done), [message], as_json=json)


def _emit_promotion(
    home: Store, role: Role, model_version: str, before: str | None, why: str
) -> None:
    """Emit an event about a promotion if a Prefect server is configured: automations may notify."""
    if os.environ.get("PREFECT_API_URL"):
        from tasks.prefect_run import emit_promotion  # noqa: PLC0415

        emit_promotion(home.uri, role, model_version, before, why)


def models_export(
    version: _Version,
    file: Annotated[Path, Parameter(help="The .zip file to create.")],
    *,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write a model as one file, to be used in another home."""
    store = open_existing_home(home)
    model_version = registry.resolve(store, version).model_version
    from models.versions.bundle import export_model  # noqa: PLC0415 - takes torch, to check the model

    size = export_model(store, model_version, file)
    result = {"model_version": model_version, "file": str(file), "bytes": size}
    show(result, [f"{file}: model {model_version}, {size / 1e6:.1f} MB"], as_json=json)


def models_import(
    file: Annotated[Path, Parameter(help="File written by `models export`.")],
    *,
    home: Home = None,
    json: Json = False,
) -> None:
    """Check a model's file and put the model into the home."""
    store = preflight.check_home(home)
    from models.versions.bundle import import_model  # noqa: PLC0415

    with writing(store, "import"):
        model_version, new = import_model(store, file)
    message = f"model {model_version} was in the home already"
    if new:
        message = (
            f"model {model_version} is in the home; to use it: artcat models promote "
            f"{model_version}"
        )
    show({"model_version": model_version, "imported": new}, [message], as_json=json)
