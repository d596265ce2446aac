"""Content of the evaluation report, from the home's tables and pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sql
from catalog.datasets import splits
from catalog.datasets.reviews import view_latest
from catalog.enrichment import acceptance
from catalog.storage import duck
from catalog.storage.store import Store
from models.classifiers.calibration import Calibration
from models.evaluation.evaluate import predictions_of_part
from models.evaluation.leaderboard import (
    LOSS_CURVES,
    against_champion,
    leaderboard,
    leading_row,
    picture_of,
    reliability_name,
)
from models.evaluation.pictures import most_confident_mistakes
from models.evidence.pool import overview_of
from models.metrics import held_out_predictions
from models.metrics.held_out_predictions import HeldOutPredictions
from models.metrics.measures import EvaluatedVariant
from models.promotion.promote import champion_state
from models.training import overfitting
from models.versions import registry
from models.versions.checkpoint import read_manifest
from models.versions.settings import ModelSettings
from models.versions.storage import local_folder
from reports.evaluation.words import Row


def gather(home: Store) -> dict[str, Any]:
    """Gather the content of the page; without a champion unless it has a held-out evaluation."""
    rows = leaderboard(home)
    connection = duck.connect(home, ("artworks", "images", "splits", "models", "reviews"))
    view_latest(connection)
    measured = {row["model_version"] for row in rows}
    models = _rows(connection, "SELECT * FROM models ORDER BY scheme, created_at, model_version")
    return {
        "home": home.uri,
        "leaderboard": rows,
        "champion": _champion(home, rows),
        "comparisons": against_champion(home, rows),
        "histories": [
            _history(home, model) for model in models if model["model_version"] in measured
        ],
        "parts": _rows(connection, sql.text("splits/parts")),
        "dropped": splits.dropped(home),
        "no_champion": champion_state(home).no_champion,
    }


def _champion(home: Store, rows: Sequence[Row]) -> dict[str, Any] | None:
    """Describe the champion on the part of its split with the most held-out artworks."""
    version = registry.champion(home)
    row = leading_row(rows, version)
    if row is None:
        return None
    unbiased = [each for each in rows if each["model_version"] == version and each["configured"]]
    # The test part is also evaluated with each pattern of evidence
    tested = next((each for each in unbiased if each["part"] == "test"), None)
    part = row["part"]
    stored = held_out_predictions.read(home, row["model_version"], part)
    manifest = read_manifest(local_folder(home, row["model_version"]))
    return {
        "row": row,
        "tested": tested,
        "per_style": _per_style(home, row, manifest.settings),
        "confusion": picture_of(home, row, f"confusion-matrix-{part}.png"),
        "reliability": picture_of(home, row, f"reliability-{part}.png"),
        "mistakes": _mistakes(home, row, stored) if stored else [],
        "reliability_by_evidence": [
            (each["evidence"], picture)
            for each in (tested["by_evidence"] if tested else ())
            if (picture := picture_of(home, row, reliability_name("test", each["evidence"])))
        ],
        "pools": overview_of(manifest.settings.pools, manifest.record.metrics),
        "acceptance": acceptance.overview(home),
    }


def _per_style(home: Store, row: Row, learned: ModelSettings) -> list[dict[str, Any]]:
    """Collect each style's training artworks and measures by name, in the vocabulary's order."""
    measured = _rows(
        duck.connect(home, ("evaluations",)),
        sql.text("evaluations/styles"),
        {name: row[name] for name in ("model_version", "scheme", "part", "prior_correction")},
    )
    found: dict[str, dict[str, Any]] = {
        style: {"style": style, "train": count, "works": 0}
        for style, count in zip(learned.styles, learned.counts, strict=True)
    }
    for each in measured:
        style = found[each["style"]]
        style[each["metric"]] = each
        style["works"] = max(style["works"], each["support"])
    return [style for style in found.values() if "f1" in style]


def _mistakes(home: Store, row: Row, stored: HeldOutPredictions) -> list[dict[str, Any]]:
    model = registry.find(home, row["model_version"])
    predicted = predictions_of_part(home, model, row["part"], stored)
    calibration = Calibration(row["measures"]["temperature"]["value"])
    variant = EvaluatedVariant(predicted.predictions, row["prior_correction"], calibration)
    return most_confident_mistakes(home, variant, predicted.works)


def _history(home: Store, model: Row) -> dict[str, Any]:
    """Describe a model's training: its epochs, and in words whether it overfitted."""
    epochs = json.loads(model["history"] or "[]")
    losses = ([epoch.get(f"{part}_loss") for epoch in epochs] for part in ("train", "validation"))
    words = overfitting.in_words(*losses)
    picture = picture_of(home, model, LOSS_CURVES)
    return {"model": model, "epochs": epochs, "overfitting": words, "picture": picture}


def _rows(
    connection: duck.DuckDB, statement: str, parameters: dict[str, object] | None = None
) -> list[dict[str, Any]]:
    return duck.rows(connection, statement, parameters)
