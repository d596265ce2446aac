"""Output of the commands of `artcat models`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.cli.output import say, say_json
from models.evidence.patterns import in_words

_SHOWN = (
    "accuracy",
    "majority_accuracy",
    "macro_f1",
    "majority_macro_f1",
    "top3_accuracy",
    "ece",
)
"""Measures that are printed; the JSON has all of them."""


def show_list(models: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print one line per model."""
    if as_json:
        say_json({"models": list(models)})
        return
    if not models:
        say("no models yet: run `artcat train`, or `artcat models import FILE`")
        return
    say(
        f"{'version':16} {'method':11} {'architecture':17} {'split':7} {'artworks':>8} "
        f"{'created':16} {'macro-F1':>8} {'majority':>8} {'accuracy':>8} {'majority':>8} champion"
    )
    for model in models:
        figures = " ".join(
            _figure(model[name])
            for name in ("macro_f1", "majority_macro_f1", "accuracy", "majority_accuracy")
        )
        roles = ", ".join(model["roles"]) + (" (imported)" if model["imported_at"] else "")
        line = (
            f"{model['model_version']:16} {model['method']:11} {model['architecture']:17} "
            f"{model['scheme']:7} {model['works']:8} {model['created_at']:%Y-%m-%d %H:%M} "
            f"{figures} {roles}"
        )
        say(line.rstrip())


def show_model(found: dict[str, Any], *, as_json: bool) -> None:
    """Print everything recorded of one model."""
    if as_json:
        say_json(found)
        return
    if found["evidence"]:  # nearly all settings belong to networks
        found = {**found, "config": {n: found["config"][n] for n in ("kind", "seed")}}
        del found["calibration"]
    for title in ("model", "config", "calibration", "history"):
        if title not in found:
            continue
        say(title)
        for name, value in found[title].items():
            if value is not None:
                say(f"  {name}: {_setting(value)}")
    if found["evidence"]:
        say("evidence")
        for pool in found["evidence"]:
            say(f"  {_pool(pool)}")
    say("evaluations" if found["evaluations"] else "evaluations: none, run `artcat evaluate`")
    for part in found["evaluations"]:
        say(
            f"  {part['scheme']}, {part['part']}, {part['works']} artworks: "
            + ", ".join(
                _measure(part, measure) for measure in _SHOWN if part.get(measure) is not None
            )
        )
    say(f"champion of: {', '.join(found['roles']) or 'no role'}")
    say("promotions" if found["promotions"] else "promotions: none")
    for promotion in found["promotions"]:
        say(
            f"  {promotion['promoted_at']:%Y-%m-%d %H:%M} {promotion['role']}: "
            f"{promotion['reason']}"
        )
    say("files")
    for uri, size in found["files"].items():
        say(f"  {uri} ({size:,} bytes)")


def show_card(model_version: str, card: str, *, as_json: bool) -> None:
    """Print a model's card."""
    if as_json:
        say_json({"model_version": model_version, "card": card})
    else:
        say(card.rstrip("\n"))


def _figure(value: float | None) -> str:
    return f"{'-':>8}" if value is None else f"{value:8.3f}"


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


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _measure(part: dict[str, Any], measure: str) -> str:
    between = part.get(f"{measure}_interval")
    interval = f" ({between[0]:.3f} to {between[1]:.3f})" if between else ""
    return f"{measure} {part[measure]:.3f}{interval}"
