"""How the models did, side by side, and which one is to be the champion."""

from __future__ import annotations

from typing import Any

import sql
from catalog import duck
from catalog.store import Store
from models import registry

SELECT_BY = "macro_f1"
"""Chooses the champion: by accuracy, always saying the commonest style would look good."""


def leaderboard(home: Store) -> list[dict[str, Any]]:
    """One row per model and part of its split with its overall measures, best first."""
    connection = duck.connect(home, ("evaluations", "models"))
    rows = duck.arrow(connection, sql.text("evaluations/leaderboard"))
    return rows.to_pylist()


def promote_best(home: Store) -> str | None:
    """Promote the model that does best on the artist-disjoint validation part; its version."""
    rows = [
        row
        for row in leaderboard(home)
        if row["scheme"] == "artist" and row["part"] == "validation"
    ]
    if not rows:
        return None
    best = max(rows, key=lambda row: (row[SELECT_BY], row["accuracy"], row["model_version"]))
    version = str(best["model_version"])
    registry.promote(
        home,
        version,
        f"best {SELECT_BY} on the artist-disjoint validation part: {best[SELECT_BY]:.3f}",
    )
    return version
