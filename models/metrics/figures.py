"""Metrics of a model, one row for each part of its split."""

from __future__ import annotations

from typing import Any

import sql
from catalog.storage import duck
from catalog.storage.store import Store


def figures_of(home: Store, model_version: str) -> list[dict[str, Any]]:
    """Return a model's overall metrics, of the configured variant.

    One dict per scheme and part: a measure is its value, and under `{measure}_interval` lower and
    upper end where they are known.
    """
    measured = duck.arrow(
        duck.connect(home, ("models", "evaluations")),
        sql.text("models/evaluations"),
        {"model_version": model_version},
    ).to_pylist()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in measured:
        part = found.setdefault(
            (row["scheme"], row["part"]),
            {"scheme": row["scheme"], "part": row["part"], "works": None},
        )
        if row["metric"] == "accuracy":
            part["works"] = row["support"]
        part[row["metric"]] = row["value"]
        if row.get("lower") is not None and row.get("upper") is not None:
            part[f"{row['metric']}_interval"] = [row["lower"], row["upper"]]
    return list(found.values())
