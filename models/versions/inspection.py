"""Everything recorded of one model, without loading it."""

from __future__ import annotations

import json
from typing import Any

from catalog.storage.store import Store
from models.config import BEYOND_IMAGES
from models.versions import registry
from models.versions.registry import CARD

_PLAIN = (
    *("model_version", "method", "kind", "architecture", "scheme", "preset", "styles", "precision"),
    *("works", "data_fingerprint", "code_version", "created_at", "imported_at"),
)


def inspect(home: Store, model_version: str) -> dict[str, Any]:
    """Collect a model's configuration, training, calibration, metrics, promotions and files.

    Raises:
        ModelError: if the home has no such model.
    """
    registry.find(home, model_version)
    row = registry.row_of(home, model_version) or {}
    folder = registry.folder_key(model_version)
    return {
        "model": {name: row[name] for name in _PLAIN},
        "config": json.loads(row["config"]),
        "calibration": {
            name: row[name] for name in ("temperature", "accept_threshold", "review_threshold")
        },
        "evidence": _evidence(home, row),
        "history": _history_summary(json.loads(row["history"]), row["seconds"]),
        "evaluations": registry.figures_of(home, model_version),
        "roles": sorted(role for role, v in registry.champions(home).items() if v == model_version),
        "promotions": [vars(p) for p in registry.promotions(home, model_version=model_version)],
        "files": {home.uri_of(info.key): info.size for info in home.list(folder)},
    }


def _evidence(home: Store, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Collect how each pattern of evidence is combined; empty for an image classifier."""
    if row["kind"] not in BEYOND_IMAGES:
        return []
    from models.evidence.pool import Pool, overview_of  # noqa: PLC0415 - SciPy takes a moment

    content = json.loads(home.read(f"{registry.folder_key(row['model_version'])}/model.json"))
    pools = content["settings"]["pools"].items()
    return overview_of(
        {name: Pool.model_validate(pool) for name, pool in pools}, content["record"]["metrics"]
    )


def card_of(home: Store, model_version: str) -> str:
    """Return the model's card; written now if it has none.

    Raises:
        ModelError: if the home has no such model.
    """
    registry.find(home, model_version)
    try:
        return home.read(f"{registry.folder_key(model_version)}/{CARD}").decode()
    except FileNotFoundError:
        from models.versions import card  # noqa: PLC0415 - reads the checkpoint, which takes torch

        return card.write(home, model_version)


def _history_summary(history: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Summarise the epochs: number, last losses, best validation macro-F1."""
    summary: dict[str, Any] = {"epochs": len(history), "seconds": seconds}
    if not history:
        return summary
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        summary[f"last_{name}"] = history[-1].get(name)
    measured = [row for row in history if row.get("validation_macro_f1") is not None]
    best = max(measured, key=lambda row: float(row["validation_macro_f1"]), default={})
    summary["best_validation_macro_f1"] = best.get("validation_macro_f1")
    return summary | {"best_epoch": best.get("epoch")}
