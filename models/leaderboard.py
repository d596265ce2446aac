"""How the models did, side by side."""

from __future__ import annotations

from typing import Any

import sql
from catalog import duck
from catalog.store import Store


def leaderboard(home: Store) -> list[dict[str, Any]]:
    """One row per model and part of its split with its overall measures, best first."""
    connection = duck.connect(home, ("evaluations", "models"))
    rows = duck.arrow(connection, sql.text("evaluations/leaderboard"))
    return rows.to_pylist()
